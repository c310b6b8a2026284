"""All seven data sets on random lines: accounts and figures again in plain Python, whatever the order and the files."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.warehouse.query_files import query_text
from tests.warehouse.exports import COLUMNS, Built, csv_text
from tests.warehouse.staged import Staged, build_and_stage

WRONG = object()
# What a cell may hold and what it means: None is missing, WRONG is no value of its kind.
MISSING = {"": None, "NULL": None, " n.v.t. ": None, "-": None}
ZONES = {"5381": "5381", "PZ Voeren": "5382", "zp fourons": "5382", "5380": WRONG}
DATES = {"2023-06-10": date(2023, 6, 10), "11/06/2023": date(2023, 6, 11), "31/02/2023": WRONG}
AMOUNTS = {"1.234,50": Decimal("1234.50"), "€ 5": Decimal(5), "(2,25)": Decimal("-2.25"), "1.5": WRONG}
MEANINGS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "interventions": {
        "intervention_id": {"A": "A", "B": "B", "C": "C"} | MISSING,
        "zone_code": ZONES | MISSING,
        "nature": {"x": "x", "y": "y"} | MISSING,
        "received_at": {"2023-06-10 12:00:00": 1, "11/06/2023 08:00": 2, "soon": WRONG} | MISSING,
    },
    "deployments": {
        "intervention_id": {"A": "A", "B": "B", "D": "D"} | MISSING,
        "unit_id": {"U1": "U1", "U2": "U2"} | MISSING,
        "arrived_at": {"2023-06-12 12:00:00": 1, "12/06/2023 12:00:00": 1, "late": WRONG} | MISSING,
    },
    "costs": {
        "booking_date": DATES | MISSING,
        "zone_code": ZONES | MISSING,
        "amount_eur": AMOUNTS | MISSING,
        "description": {"x": "x", "y": "y"} | MISSING,
    },
    "investments": {
        "investment_id": {"A": "A", "B": "B", "C": "C"} | MISSING,
        "purchase_date": DATES | MISSING,
        "price_eur": AMOUNTS | MISSING,
        "lifetime_years": {"5": Decimal(5), "0": WRONG, "x": WRONG} | MISSING,
    },
    "distribution_keys": {
        "key_id": {"K": "K", "L": "L"} | MISSING,
        "zone_code": ZONES | MISSING,
        "share": {"0,25": Decimal("0.25"), "75 %": Decimal("0.75"), "1": Decimal(1), "2": WRONG, "0.5": WRONG}
        | MISSING,
        "valid_from": {"2023-01-01": date(2023, 1, 1), "": None, "ever": WRONG},
    },
    "standalone_estimates": {
        "investment_id": {"A": "A", "B": "B", "D": "D"} | MISSING,
        "zone_code": ZONES | MISSING,
        "estimate_eur": AMOUNTS | MISSING,
        "basis": {"offerte": "quote", "hearsay": WRONG} | MISSING,
    },
    "activities": {
        "activity_date": DATES | MISSING,
        "zone_code": ZONES | MISSING,
        "indicator_code": {"training_hours": "t", "LIVC-vergaderingen": WRONG, "informants": WRONG} | MISSING,
        "quantity": {"7,5": Decimal("7.5"), "0": Decimal(0), "-1": WRONG, "7.5": WRONG} | MISSING,
    },
}
NEEDED = {
    "interventions": ("intervention_id", "zone_code", "received_at"),
    "deployments": ("intervention_id",),
    "costs": ("booking_date", "zone_code", "amount_eur"),
    "investments": ("investment_id", "purchase_date", "price_eur"),
    "distribution_keys": ("key_id", "zone_code", "share"),
    "standalone_estimates": ("investment_id", "zone_code", "estimate_eur"),
    "activities": ("activity_date", "zone_code", "indicator_code", "quantity"),
}
IDS = {
    "interventions": ("intervention_id",),
    "investments": ("investment_id",),
    "distribution_keys": ("key_id", "zone_code", "valid_from"),
    "standalone_estimates": ("investment_id", "zone_code"),
}
# A mark that says the decimal mark of the file, whatever the random lines hold.
ANCHORS = {
    "costs": {"booking_date": "never", "amount_eur": "9.999,99"},
    "investments": {"investment_id": "anchor", "purchase_date": "never", "price_eur": "9.999,99"},
    "distribution_keys": {"key_id": "anchor", "valid_from": "never", "share": "9.999,99"},
    "standalone_estimates": {"investment_id": "anchor", "estimate_eur": "9.999,99"},
    "activities": {"activity_date": "never", "quantity": "9.999,99"},
}
Row = Mapping[str, str]
Rows = Mapping[str, Sequence[Row]]


def random_rows(seed: int, count: int) -> Rows:
    draw = random.Random(seed)
    good = {
        name: {
            column: [text for text, value in of.items() if value not in (None, WRONG)]
            for column, of in columns.items()
        }
        for name, columns in MEANINGS.items()
    }

    def row(name: str) -> Row:
        return {
            column: draw.choice(good[name][column] if draw.random() < 0.85 else list(of))
            for column, of in MEANINGS[name].items()
        }

    return {name: [row(name) for _ in range(count)] for name in MEANINGS}


# --- The same in plain Python, from the meanings: nothing here reads a cell -------------------------------------------


@dataclass
class Outcome:
    """What becomes of the lines of one data set."""

    accepted: list[Mapping[str, Any]]
    duplicate: int
    rejected: int


def expected(rows: Rows) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for name in (
        "interventions",
        "deployments",
        "costs",
        "investments",
        "distribution_keys",
        "standalone_estimates",
        "activities",
    ):
        outcomes[name] = outcome(name, rows[name], outcomes)
    return outcomes


def outcome(name: str, rows: Sequence[Row], others: Mapping[str, Outcome]) -> Outcome:
    distinct = {tuple(text.strip() for text in row.values()): row for row in rows}
    lines = [
        {column: MEANINGS[name][column][text] for column, text in row.items()} for row in distinct.values()
    ]
    kept = [line for line in lines if is_good(name, line, others)]
    duplicates = len(rows) - len(distinct)
    if name == "deployments":
        # A unit that is told of twice was sent once.
        told = {tuple(None if value is WRONG else value for value in line.values()) for line in kept}
        accepted: list[Mapping[str, Any]] = [
            dict(zip(MEANINGS[name], values, strict=True)) for values in told
        ]
        duplicates += len(kept) - len(accepted)
    elif name in IDS:
        accepted = one_of_each(name, kept)
    else:
        accepted = list(kept)
    if name == "distribution_keys":
        accepted = whole_keys(accepted)
    return Outcome(accepted, duplicates, len(rows) - duplicates - len(accepted))


def is_good(name: str, line: Mapping[str, Any], others: Mapping[str, Outcome]) -> bool:
    if any(line[column] in (None, WRONG) for column in NEEDED[name]):
        return False
    match name:
        case "deployments":
            return line["intervention_id"] in {
                call["intervention_id"] for call in others["interventions"].accepted
            }
        case "investments":
            return line["price_eur"] >= 0
        case "standalone_estimates":
            bought = {purchase["investment_id"] for purchase in others["investments"].accepted}
            return line["estimate_eur"] >= 0 and line["investment_id"] in bought
        case "distribution_keys":
            return line["valid_from"] is not WRONG
    return True


def one_of_each(name: str, lines: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return one line of each id: the fullest; of shares the smallest where they are equally full."""
    by_id: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        by_id[tuple(line[column] for column in IDS[name])].append(line)
    return [
        min(
            alike, key=lambda line: (-sum(value is not None for value in line.values()), line.get("share", 0))
        )
        for alike in by_id.values()
    ]


def whole_keys(shares: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    wholes: dict[tuple[Any, Any], Decimal] = defaultdict(Decimal)
    for share in shares:
        wholes[share["key_id"], share["valid_from"]] += share["share"]
    return [share for share in shares if wholes[share["key_id"], share["valid_from"]] == 1]


# --- Built and compared ---------------------------------------------------------------------------------------------


def built_from(folder: Path, rows: Rows, files: int, seed: int | None = None) -> tuple[Built, Staged]:
    """Build from the rows, spread over files; with a seed they are shuffled first."""
    texts = {}
    for name, lines in rows.items():
        order = list(lines)
        if seed is not None:
            random.Random(seed).shuffle(order)
        for number in range(files):
            anchor = [ANCHORS[name]] if name in ANCHORS else []
            texts[f"{number}_{name}.csv"] = csv_text(COLUMNS[name], [*order[number::files], *anchor])
    return build_and_stage(folder, texts)


def figures(staged: Staged) -> dict[str, list[tuple[Any, ...]]]:
    """Return what is accepted, without the places where it stood."""
    places = ("file_number", "line_number", "item_number", "intervention_number")
    return {
        name: sorted((tuple(v for c, v in row.items() if c not in places) for row in lines), key=str)
        for name, lines in staged.items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_accounts_and_figures_are_those_of_plain_python(tmp_path: Path, seed: int) -> None:
    rows = random_rows(seed, 30)
    built, staged = built_from(tmp_path, rows, files=2)
    for name, outcome_of in expected(rows).items():
        anchors = 2 if name in ANCHORS else 0
        # The anchors say the same, so one is refused and the other is its repeat.
        assert built.data_sets[name] == (
            len(rows[name]) + anchors,
            len(outcome_of.accepted),
            outcome_of.duplicate + anchors // 2,
            outcome_of.rejected + anchors // 2,
        ), name
    ours = expected(rows)
    for name, column in (
        ("costs", "amount_eur"),
        ("investments", "price_eur"),
        ("distribution_keys", "share"),
        ("standalone_estimates", "estimate_eur"),
        ("activities", "quantity"),
    ):
        if name in ("investments", "standalone_estimates"):
            # Of equally full lines of one id another order decides; their number was compared above.
            continue
        assert sorted(row[column] for row in staged[name]) == sorted(
            line[column] for line in ours[name].accepted
        )


@pytest.mark.parametrize(("seed", "files"), [(11, 1), (12, 2), (13, 3)])
def test_shuffled_lines_in_other_files_give_the_same_accepted_lines(
    tmp_path: Path, seed: int, files: int
) -> None:
    rows = random_rows(seed, 25)
    _, first = built_from(tmp_path / "one", rows, files=1)
    _, second = built_from(tmp_path / "two", rows, files=files, seed=seed + 1)
    assert figures(first) == figures(second)
    assert any(first[name] for name in ANCHORS)


# --- Cells: every spelling reads back exactly -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def compute() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(query_text("macros"))
    return connection


def written(amount: Decimal, mark: str, group: str, sign: str, currency: str, cents: int) -> str:
    """Return an amount as somebody may write it."""
    whole, _, decimals = f"{abs(amount):.{cents}f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", group)
    digits = grouped + (mark + decimals if decimals else "")
    if amount >= 0:
        return currency.format(digits)
    return {
        "before": "-" + currency.format(digits),
        "inside": currency.format("-" + digits),
        "behind": currency.format(digits + "-"),
        "brackets": currency.format(f"({digits})"),
        "wide": currency.format("\u2212" + digits),
    }[sign]


@settings(max_examples=300)
@given(
    st.decimals(-(10**12), 10**12, places=2),
    st.sampled_from((",", ".")),
    st.sampled_from(("", "mark", " ", "\u00a0", "\u202f", "'")),
    st.sampled_from(("before", "inside", "behind", "brackets", "wide")),
    st.sampled_from(("{}", "€ {}", "€{}", "{} €", "{} EUR", "EUR {}", "{} euro", " {} ")),
)
def test_an_amount_in_any_spelling_reads_back_exactly(
    compute: duckdb.DuckDBPyConnection, amount: Decimal, mark: str, group: str, sign: str, currency: str
) -> None:
    group = {",": ".", ".": ","}[mark] if group == "mark" else group
    text = written(amount, mark, group, sign, currency, 2)
    found = compute.execute(
        "select try_cast(plain_number($text, $mark) as decimal(18, 2)), has_part_cents(plain_number($text, $mark))",
        {"text": text, "mark": mark},
    ).fetchone()
    assert found == (amount, False), text


@settings(max_examples=200)
@given(st.decimals(-(10**9), 10**9, places=4), st.sampled_from((",", ".")))
def test_parts_of_a_cent_are_rounded_half_away_from_zero_and_flagged(
    compute: duckdb.DuckDBPyConnection, amount: Decimal, mark: str
) -> None:
    found = compute.execute(
        "select try_cast(plain_number($text, $mark) as decimal(18, 2)), has_part_cents(plain_number($text, $mark))",
        {"text": written(amount, mark, "", "before", "{}", 4), "mark": mark},
    ).fetchone()
    assert found == (
        amount.quantize(Decimal("0.01"), ROUND_HALF_UP),
        amount != amount.quantize(Decimal("0.01")),
    )


@settings(max_examples=300)
@given(st.integers(0, 10**7), st.integers(1, 4), st.sampled_from((",", ".")))
def test_an_amount_of_the_other_mark_is_unreadable_unless_its_mark_may_set_thousands_apart(
    compute: duckdb.DuckDBPyConnection, whole: int, places: int, mark: str
) -> None:
    other = {",": ".", ".": ","}[mark]
    text = f"{whole}{other}{'7' * places}"
    (found,) = (
        compute.execute("select plain_number($text, $mark)", {"text": text, "mark": mark}).fetchone() or ()
    )
    thousands = places == 3 and whole < 1000
    assert (Decimal(found) if found else None) == (Decimal(whole * 1000 + 777) if thousands else None)


@settings(max_examples=300)
@given(st.text(alphabet="0123456789.,' -+()€%eE\u00a0\u2212x", max_size=14), st.sampled_from((",", ".")))
def test_whatever_a_number_cell_holds_it_is_a_number_or_unknown(
    compute: duckdb.DuckDBPyConnection, text: str, mark: str
) -> None:
    (found,) = (
        compute.execute("select plain_number($text, $mark)", {"text": text, "mark": mark}).fetchone() or ()
    )
    if found is not None:
        digits = "".join(letter for letter in text if letter.isdigit())
        # No digit is lost, added or moved: they are those of the cell in its order.
        assert found.replace("-", "").replace(".", "").strip("0") == digits.strip("0")
        Decimal(found)


@pytest.mark.parametrize("mark", [",", "."])
@pytest.mark.parametrize(
    "text", ["", "-", "--", "€", "()", "EUR", ".", ",", "+-5", "(-5)", "-5-", "5€5", "1e5", "0x1F"]
)
def test_what_is_no_number_stays_unknown(compute: duckdb.DuckDBPyConnection, text: str, mark: str) -> None:
    (found,) = (
        compute.execute("select plain_number($text, $mark)", {"text": text, "mark": mark}).fetchone() or ()
    )
    assert found is None


@settings(max_examples=200)
@given(st.decimals(0, 1, places=10), st.booleans(), st.sampled_from((",", ".")))
def test_a_share_and_its_percentage_are_the_same(
    compute: duckdb.DuckDBPyConnection, share: Decimal, as_percentage: bool, mark: str
) -> None:
    text = f"{share * 100:f} %" if as_percentage else f"{share:f}"
    (found,) = (
        compute.execute(
            "select part_of_whole($text, $mark)", {"text": text.replace(".", mark), "mark": mark}
        ).fetchone()
        or ()
    )
    assert found == share


BRUSSELS = ZoneInfo("Europe/Brussels")
SPELLINGS = (
    "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.000",
    "%d/%m/%Y %H:%M:%S.000",
    "%d/%m/%Y %I:%M:%S %p",
    "%Y-%m-%d %I:%M:%S %p",
    "seconds",
    "milliseconds",
    "offset",
    "universal",
)


@settings(max_examples=400)
@given(st.datetimes(datetime(2001, 9, 10), datetime(2033, 5, 17)), st.sampled_from(SPELLINGS))
def test_a_moment_in_any_spelling_reads_back(
    compute: duckdb.DuckDBPyConnection, moment: datetime, spelling: str
) -> None:
    moment = moment.replace(microsecond=0)
    local = moment.replace(tzinfo=BRUSSELS)
    if local.astimezone(ZoneInfo("UTC")).astimezone(BRUSSELS).replace(tzinfo=None) != moment:
        moment += timedelta(hours=1)
        local = moment.replace(tzinfo=BRUSSELS)
    match spelling:
        case "seconds":
            text = str(int(local.timestamp()))
        case "milliseconds":
            text = str(int(local.timestamp())) + "000"
        case "offset":
            text = local.isoformat()
        case "universal":
            text = local.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
        case _:
            text = moment.strftime(spelling)
    found = compute.execute(
        "select moment_of_day($text, 'Europe/Brussels'), day_of($text, 'Europe/Brussels')", {"text": text}
    ).fetchone()
    assert found == (moment, moment.date()), text


@pytest.mark.parametrize("text", ["2023-06-10", "10/06/2023", "10.06.2023", "1/6/2023", "2023/06/10"])
def test_a_date_alone_is_a_day_and_no_moment(compute: duckdb.DuckDBPyConnection, text: str) -> None:
    day, moment = compute.execute(
        "select day_of($text, 'Europe/Brussels'), moment_of_day($text, 'Europe/Brussels')", {"text": text}
    ).fetchone() or (None, None)
    assert (day is not None, moment) == (True, None)


@pytest.mark.parametrize(
    "text",
    [
        "2023061012",
        "45087.5",
        "45087",
        "20230610",
        "168639120",
        "16863912001",
        "9999999999",
        "10/13/2023",
        "now",
    ],
)
def test_a_number_that_may_be_a_date_or_anything_else_is_none(
    compute: duckdb.DuckDBPyConnection, text: str
) -> None:
    # 2023061012 is as much ten o'clock written in digits as seconds since 1970.
    (found,) = compute.execute("select moment($text, 'Europe/Brussels')", {"text": text}).fetchone() or ()
    assert found is None
