"""The small definitions that every figure shares, each against a second one written in plain Python."""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.warehouse.query_files import query_text
from tests.warehouse.exports import Built, build_rows, deployment, intervention

BRUSSELS = ZoneInfo("Europe/Brussels")
NOBODY: list[str] = []


@pytest.fixture(scope="module")
def definitions() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that knows queries/macros.sql and, on tables without rows, queries/selection.sql."""
    with duckdb.connect() as connection:
        connection.execute(query_text("macros"))
        connection.execute("create table norms (measure varchar, priority varchar, norm_seconds integer)")
        connection.execute("""
            create table response_times (zone_code varchar, municipality_nis varchar,
                recorded_municipality_nis varchar, priority varchar, origin varchar, response_seconds integer,
                call_handling_seconds integer, turnout_seconds integer, travel_seconds integer,
                on_scene_seconds integer)
        """)
        connection.execute("create table price_index (index_name varchar, year integer, value varchar)")
        connection.execute("""
            create table cost_months (month date, zone_code varchar, domain_code varchar, category varchar,
                amount_eur decimal(18, 2))
        """)
        connection.execute(query_text("selection"))
        yield connection


def value(definitions: duckdb.DuckDBPyConnection, sql: str, **values: object) -> object:
    row = definitions.execute(f"select {sql}", values).fetchone()
    assert row is not None
    return row[0]


# --- Who is counted ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Built:
    cells = {
        "riemst": {"municipality_nis": "73066"},
        "bilzen": {"municipality_nis": "73006", "priority": "0"},
        "hoeselt": {"municipality_nis": "73032", "priority": "3"},
        "merged": {"municipality_nis": "73110", "origin": "planned"},
        "voeren": {"municipality_nis": "73109", "zone_code": "5382", "priority": "2"},
        "unknown": {"municipality_nis": "", "priority": "", "origin": ""},
        # A call in Voeren that zone 5381 took: the zone and the place are two things.
        "helped": {"municipality_nis": "73109", "origin": "own_initiative"},
    }
    rows = [intervention(name, "2023-06-10 12:00:00", **own) for name, own in cells.items()]
    times = {
        "dispatched_at": "2023-06-10 12:01:00",
        "departed_at": "2023-06-10 12:03:00",
        "cleared_at": "2023-06-10 13:00:00",
    }
    units = [
        deployment("riemst", "2023-06-10 12:10:00", **times),
        deployment("hoeselt", "2023-06-10 12:10:00"),
    ]
    return build_rows(tmp_path_factory.mktemp("selection"), rows, units)


def selected(calls: Built, *lists: list[str], measure: str = "response") -> set[str]:
    arguments = ", ".join(str(codes) + "::varchar[]" for codes in lists)
    rows = calls.select(f"select intervention_id from selected_calls({arguments}, '{measure}')")
    assert len(rows) == len({row["intervention_id"] for row in rows})
    return {row["intervention_id"] for row in rows}


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        (([], [], [], []), {"riemst", "bilzen", "hoeselt", "merged", "voeren", "unknown", "helped"}),
        ((["5382"], [], [], []), {"voeren"}),
        ((["5381", "5382"], [], ["2"], []), {"voeren"}),
        (([], ["73110"], [], []), {"bilzen", "hoeselt", "merged"}),
        (([], ["73006"], [], []), {"bilzen"}),
        (([], ["73006", "73032"], [], []), {"bilzen", "hoeselt"}),
        (([], ["73109"], [], []), {"voeren", "helped"}),
        ((["5381"], ["73109"], [], []), {"helped"}),
        (([], [], ["0", "1", "2"], ["citizen_call"]), {"riemst", "bilzen", "voeren"}),
        (([], [], ["3"], []), {"hoeselt"}),
        (([], [], [], ["planned", "own_initiative"]), {"merged", "helped"}),
        ((["5382"], ["73066"], [], []), set()),
    ],
)
def test_a_choice_selects_exactly_these_calls(
    calls: Built, lists: tuple[list[str], ...], expected: set[str]
) -> None:
    assert selected(calls, *lists) == expected


@pytest.mark.parametrize(
    ("measure", "seconds", "norm"),
    [
        ("response", 600, 900),
        ("call_handling", 60, None),
        ("turnout", 120, None),
        ("travel", 420, 780),
        ("on_scene", 3000, None),
    ],
)
def test_each_measure_has_its_own_time_and_norm(
    calls: Built, measure: str, seconds: int, norm: int | None
) -> None:
    sql = f"select * from selected_calls([], [], [], [], '{measure}') where intervention_id = 'riemst'"
    (row,) = calls.select(sql)
    assert (row["measured_seconds"], row["norm_seconds"]) == (seconds, norm)


def test_a_priority_without_norm_has_none(calls: Built) -> None:
    sql = "select norm_seconds from selected_calls([], [], [], [], 'response')"
    sql += " where intervention_id in ('hoeselt', 'unknown')"
    assert calls.select(sql) == [{"norm_seconds": None}] * 2


# --- Which days are compared -------------------------------------------------------------------------------------


@given(
    st.dates(date(2019, 1, 1), date(2024, 12, 31)),
    st.sampled_from(("before", "after")),
    st.lists(st.dates(date(2019, 1, 1), date(2024, 12, 31)), min_size=4, max_size=4).map(sorted),
    st.lists(st.integers(0, 71).map(lambda n: date(2019 + n // 12, n % 12 + 1, 1)), max_size=5),
)
def test_a_day_is_compared_when_it_lies_in_the_span_of_its_own_phase(
    definitions: duckdb.DuckDBPyConnection, day: date, phase: str, bounds: list[date], left_out: list[date]
) -> None:
    spans = {"before": bounds[:2], "after": bounds[2:]}
    expected = spans[phase][0] <= day < spans[phase][1] and day.replace(day=1) not in left_out
    sql = "is_compared($day, $month, $phase, $b0, $b1, $a0, $a1, $left_out::date[])"
    values = dict(zip(("b0", "b1", "a0", "a1"), bounds, strict=True))
    found = value(
        definitions, sql, day=day, month=day.replace(day=1), phase=phase, left_out=left_out, **values
    )
    assert found is expected


# --- What is told about a group of calls -------------------------------------------------------------------------


def type_7(values: list[int], probability: float) -> float | None:
    """The quantile of Hyndman and Fan (1996), definition 7, by hand."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * probability
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 86_400), st.none() | st.integers(0, 1000), st.booleans()),
        max_size=30,
    )
)
def test_a_summary_is_what_plain_python_says(
    definitions: duckdb.DuckDBPyConnection, calls: list[tuple[int | None, int | None, bool]]
) -> None:
    definitions.execute(
        "create or replace temp table given_calls (seconds integer, norm integer, missing boolean)"
    )
    if calls:
        definitions.executemany("insert into given_calls values (?, ?, ?)", calls)
    summary = value(definitions, "time_summary(seconds, norm, missing) from given_calls")
    known = [seconds for seconds, _, _ in calls if seconds is not None]
    judged = [seconds <= norm for seconds, norm, _ in calls if seconds is not None and norm is not None]
    expected = {
        "intervention_count": len(calls),
        "measured_count": len(known),
        "missing_arrival_share": sum(missing for *_, missing in calls) / len(calls) if calls else None,
        "median_seconds": type_7(known, 0.5),
        "p90_seconds": type_7(known, 0.9),
        "mean_seconds": sum(known) / len(known) if known else None,
        "share_within_norm": sum(judged) / len(judged) if judged else None,
    }
    assert isinstance(summary, dict)
    assert {name: f is None for name, f in summary.items()} == {
        name: f is None for name, f in expected.items()
    }
    for name, figure in expected.items():
        assert figure is None or summary[name] == pytest.approx(figure, rel=1e-12)


def test_the_quantile_is_type_7_as_nist_publishes_it(definitions: duckdb.DuckDBPyConnection) -> None:
    # NIST/SEMATECH e-Handbook, 7.2.6.2: twelve gauge readings, P90 = 95.1957 by type 7, 95.1981 by type 6.
    gauge = [95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610]
    gauge += [95.1591, 95.1195, 95.1065, 95.0925, 95.1990, 95.1682]
    found = value(
        definitions, "time_summary(v, 1, false).p90_seconds from (select unnest($gauge) as v)", gauge=gauge
    )
    assert found == pytest.approx(95.1957, abs=5e-5)


# --- Clocks ------------------------------------------------------------------------------------------------------

LOCAL_MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2026, 12, 31)).map(
    lambda d: d.replace(microsecond=0)
)
NOTATIONS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
)


@given(LOCAL_MOMENTS, st.sampled_from(NOTATIONS))
def test_a_moment_is_read_in_every_notation(
    definitions: duckdb.DuckDBPyConnection, local: datetime, notation: str
) -> None:
    found = value(definitions, "moment($text, 'Europe/Brussels')", text=local.strftime(notation))
    assert found == local


@given(
    LOCAL_MOMENTS,
    st.sampled_from((-720, -330, -60, 0, 60, 120, 345, 840)),
    st.sampled_from(("seconds", "minutes")),
)
def test_a_moment_with_an_offset_becomes_local_time(
    definitions: duckdb.DuckDBPyConnection, local: datetime, offset: int, precision: str
) -> None:
    aware = local.replace(tzinfo=ZoneInfo("UTC"))
    sign, distance = ("-" if offset < 0 else "+"), abs(offset)
    there = (aware + timedelta(minutes=offset)).replace(tzinfo=None)
    text = f"{there.isoformat(timespec=precision)}{sign}{distance // 60:02}:{distance % 60:02}"
    expected = aware if precision == "seconds" else aware.replace(second=0)
    found = value(definitions, "moment($text, 'Europe/Brussels')", text=text)
    assert found == expected.astimezone(BRUSSELS).replace(tzinfo=None)


@given(st.text(max_size=25) | st.from_regex(r"[0-9:/ T+-]{0,22}", fullmatch=True))
def test_no_text_stops_the_reading_of_a_moment(definitions: duckdb.DuckDBPyConnection, text: str) -> None:
    found = value(definitions, "moment($text, 'Europe/Brussels')", text=text)
    assert found is None or text[0].isdigit()


@given(LOCAL_MOMENTS)
def test_universal_seconds_are_those_of_the_time_zone_database(
    definitions: duckdb.DuckDBPyConnection, local: datetime
) -> None:
    aware = local.replace(tzinfo=BRUSSELS)
    if aware.utcoffset() != aware.replace(fold=1).utcoffset():
        return
    assert value(definitions, "utc_seconds($local, 'Europe/Brussels')", local=local) == aware.timestamp()


@given(LOCAL_MOMENTS, st.times().map(lambda t: t.replace(microsecond=0)))
def test_a_clock_time_without_date_lies_within_a_day_around_its_anchor(
    definitions: duckdb.DuckDBPyConnection, anchor: datetime, clock: time
) -> None:
    found = value(definitions, "clock_after($anchor, $clock)", anchor=anchor, clock=clock.isoformat())
    candidates = [datetime.combine(anchor.date() + timedelta(days=days), clock) for days in (-1, 0, 1)]
    expected = [c for c in candidates if -timedelta(hours=6) <= c - anchor < timedelta(hours=18)]
    assert [found] == expected


@given(st.none() | st.integers(0, 10), st.none() | st.integers(0, 10))
def test_an_interval_is_never_negative_and_never_guessed(
    definitions: duckdb.DuckDBPyConnection, first: int | None, last: int | None
) -> None:
    found = value(definitions, "elapsed($first::bigint, $last::bigint)", first=first, last=last)
    known = first is not None and last is not None and last >= first
    assert found == (last - first if known else None)  # type: ignore[operator]


@given(st.integers(0, 5), st.integers(0, 5))
def test_a_share_of_nothing_is_unknown(definitions: duckdb.DuckDBPyConnection, part: int, whole: int) -> None:
    found = value(definitions, "share($part, $whole)", part=part, whole=whole)
    assert found == (part / whole if whole else None)


@given(st.text(alphabet=" \tNULnul-x", max_size=8))
def test_a_cell_is_empty_when_it_is_blank_or_a_word_for_nothing(
    definitions: duckdb.DuckDBPyConnection, text: str
) -> None:
    found = value(definitions, "cell($text, ['NULL', '-'])", text=text)
    trimmed = text.strip(" ")
    assert found == (None if trimmed.upper() in ("", "NULL", "-") else trimmed)


@pytest.mark.parametrize("offset_days", [-1, 0, 1])
def test_the_day_of_joining_is_the_first_day_after(
    definitions: duckdb.DuckDBPyConnection, offset_days: int
) -> None:
    joined = date(2023, 7, 1)
    found = value(
        definitions,
        "cooperation_phase($day, $joined)",
        day=joined + timedelta(days=offset_days),
        joined=joined,
    )
    assert found == ("before" if offset_days < 0 else "after")
    assert value(definitions, "cooperation_phase(null::date, $joined)", joined=joined) is None
