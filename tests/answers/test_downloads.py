"""Answers as rows to browse, and the line that makes rows again."""

import csv
import io
import shlex
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.__main__ import main
from cooperation.answers.answer import Evidence
from cooperation.answers.downloads import AnswerRows, rows_of
from cooperation.answers.filters import Filters
from cooperation.answers.registry import ANSWERS
from cooperation.answers.reproduction import (
    COMMAND,
    command_line,
    conditions_in_link,
    interpreter,
    made_by,
    order_text,
    read_conditions,
    read_order,
)
from cooperation.documents.csv_files import csv_bytes
from cooperation.documents.table_files import table_csv
from cooperation.settings import PROJECT
from cooperation.warehouse.browsing import EVERY_ROW, Condition, RowChoice, RowChoiceError, usable_part
from cooperation.warehouse.database import open_database

VOEREN = Filters(municipality_nis=("73109",), period="before_covid", measure="travel")
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
CONDITIONS = st.builds(
    Condition, st.sampled_from(["zone_code", "month"]), st.sampled_from(["is", "from"]), TEXT
)


@pytest.fixture(scope="module")
def evidence(demonstration_database: Path) -> Evidence:
    return Evidence(open_database(demonstration_database))


@pytest.fixture
def shell(demonstration_database: Path) -> Callable[[str], bytes]:
    """Return a function that runs a line as a shell would, comment and all, and gives what it prints."""

    def run(line: str) -> bytes:
        words = shlex.split(line, comments=True)
        assert tuple(words[: len(COMMAND)]) == COMMAND
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
        arguments = [*words[len(COMMAND) :], "--database", str(demonstration_database)]
        arguments += ["--csv"] if arguments[0] == "answer" else []
        with redirect_stdout(printed):
            assert main(arguments) == 0, line
        printed.flush()
        return printed.buffer.getvalue()  # type: ignore[attr-defined]

    return run


@pytest.mark.parametrize(
    "name", ["response_times/headline", "shared_costs/comparison", "data_quality/completeness"]
)
def test_all_rows_of_an_answer_are_its_table(evidence: Evidence, name: str) -> None:
    rows = rows_of(evidence, name, VOEREN, EVERY_ROW)
    table = ANSWERS[name](evidence, VOEREN).table
    assert rows.count == len(table)
    assert b"".join(table_csv(rows, "international", {})) == csv_bytes(table, "international")


def test_the_rows_of_an_answer_are_chosen_and_ordered(evidence: Evidence) -> None:
    choice = RowChoice((Condition("phase", "is", "after"), Condition("zone_code", "known")), "cost_eur", True)
    rows = rows_of(evidence, "shared_costs/yearly", Filters(), choice)
    table = rows.stretch(0, rows.count)
    assert set(table["phase"]) == {"after"} and rows.count == 8
    assert list(table["cost_eur"]) == sorted(table["cost_eur"], reverse=True)
    assert list(rows.stretch(1, 2)["year"]) == list(table["year"].iloc[1:3])
    cents = str(table["cost_eur"].iloc[0]).replace(".", ",")
    exact = RowChoice((Condition("cost_eur", "is", cents),))
    assert rows_of(evidence, "shared_costs/yearly", Filters(), exact).count == 1


@pytest.mark.parametrize("column", ["nature", "rowid", ""])
def test_a_column_that_is_not_there_is_refused(evidence: Evidence, column: str) -> None:
    answer = ANSWERS["response_times/headline"](evidence, Filters())
    with pytest.raises(RowChoiceError):
        AnswerRows(answer, RowChoice((Condition(column, "known"),)))


def test_a_mart_with_small_counts_is_there_for_who_may_see_them(
    evidence: Evidence, demonstration_database: Path
) -> None:
    told = io.StringIO()
    with redirect_stderr(told):
        assert main(["rows", "activity_months", "--database", str(demonstration_database)]) == 2
    assert "small counts, which are hidden" in told.getvalue()
    listed = io.StringIO()
    with redirect_stdout(listed), pytest.raises(SystemExit):
        main(["rows", "--help"])
    offered = " ".join(listed.getvalue().split())
    assert "zone_population; where the settings show small counts also activity_months" in offered
    with pytest.raises(RowChoiceError):
        rows_of(evidence, "activity_months", Filters(), EVERY_ROW)
    seeing = Evidence(evidence.database, shows_small_counts=True)
    assert rows_of(seeing, "activity_months", Filters(), EVERY_ROW).count >= 0


@pytest.mark.parametrize("name", ["response_times/headline", "overview/municipalities", "method/thresholds"])
def test_the_line_of_an_answer_prints_it(
    evidence: Evidence, shell: Callable[[str], bytes], name: str
) -> None:
    answer = ANSWERS[name](evidence, VOEREN)
    line = made_by(evidence, name, answer.filters, answer.period)
    printed = list(csv.DictReader(io.StringIO(shell(line).decode())))
    own = list(csv.DictReader(io.StringIO(csv_bytes(answer.table, "international").decode())))
    assert [{name: row[name] for name in own[0]} for row in printed] == own
    # What a file says of itself is what made it.
    assert {row["made_by"] for row in printed} == {line}


def test_the_line_of_chosen_rows_prints_them(evidence: Evidence, shell: Callable[[str], bytes]) -> None:
    choice = RowChoice(
        (Condition("intervention_id", "contains", "DEMO-2019-00000"), Condition("zone_code", "is", "5382")),
        "received_at",
        True,
    )
    for table in ("response_times", "response_times/monthly"):
        chosen = (
            choice
            if table == "response_times"
            else RowChoice((Condition("phase", "is", "after"),), "month", True)
        )
        rows = rows_of(evidence, table, VOEREN, chosen)
        assert rows.count > 0
        printed = shell(command_line(table, VOEREN, chosen))
        own = b"".join(table_csv(rows, "international", {}))
        assert [
            line.split(b",invented (demonstration),")[0] for line in printed.splitlines()[1:]
        ] == own.splitlines()[1:]


def test_the_good_parts_of_a_choice_are_kept(evidence: Evidence) -> None:
    rows = rows_of(evidence, "shared_costs/yearly", Filters(), EVERY_ROW)
    good = Condition("zone_code", "is", "5382"), Condition("year", "from", "2020")
    wrong = [
        (Condition("zone", "is", "5382"), "column", "zone"),
        (Condition("year", "contains", "2"), "operator", "contains"),
        (Condition("year", "is", "last"), "value", "last"),
        (Condition("zone_code", "is"), "no_value", "zone_code:is"),
        (Condition("zone_code", "known", "x"), "takes_no_value", "zone_code:known"),
    ]
    for condition, code, about in wrong:
        kept, (problem,) = usable_part(
            rows.columns, RowChoice((good[0], condition, good[1]), "year", is_descending=True)
        )
        assert kept == RowChoice(good, "year", is_descending=True)
        assert (problem.code, problem.about) == (code, about)
    kept, (problem,) = usable_part(rows.columns, RowChoice(good, "nope", is_descending=True))
    assert kept == RowChoice(good) and (problem.code, problem.about) == ("column", "nope")


@given(st.lists(CONDITIONS, max_size=4))
def test_conditions_come_back_from_a_link(conditions: list[Condition]) -> None:
    assert read_conditions(conditions_in_link(conditions)) == tuple(conditions)


@given(TEXT)
def test_a_value_stays_one_word_of_the_line(value: str) -> None:
    words = shlex.split(
        command_line("response_times", Filters(), RowChoice((Condition("zone_code", "is", value),)))
    )
    assert words[3:] == [
        "rows",
        "response_times",
        "--where",
        f"zone_code:is:{value}".removesuffix(":" if not value else ""),
    ]


@pytest.mark.parametrize(
    "choice", [RowChoice(order_by="month"), RowChoice(order_by="month", is_descending=True)]
)
def test_an_order_comes_back(choice: RowChoice) -> None:
    assert read_order(order_text(choice)) == (choice.order_by, choice.is_descending)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--where", "zone_code"],
        ["--where", "zone:is:1"],
        ["--sort", "rowid"],
        ["--set", "zone_code=9999"],
        ["--where", "received_at:from:yesterday"],
        ["--where", "zone_code:is"],
        ["--where", "zone_code:contains: "],
        ["--where", "zone_code:known:5382"],
        # A mart follows no filter: with one it would print rows that were not asked for.
        ["--set", "zone_code=5382"],
    ],
)
def test_a_wrong_choice_of_rows_is_told(demonstration_database: Path, arguments: list[str]) -> None:
    told = io.StringIO()
    with redirect_stderr(told):
        assert main(["rows", "response_times", "--database", str(demonstration_database), *arguments]) == 2
    assert told.getvalue().startswith("Wrong choice: ")


def test_the_line_starts_the_python_that_has_what_the_dashboard_needs(tmp_path: Path) -> None:
    own = PROJECT / ".venv"
    assert interpreter(own, is_windows=False) == ".venv/bin/python"
    assert interpreter(own, is_windows=True) == r".venv\Scripts\python"
    # An environment elsewhere is the reader's own: its place is no business of whoever gets the file.
    assert interpreter(tmp_path, is_windows=False) == interpreter(tmp_path, is_windows=True) == "python"
    assert command_line("response_times/headline", Filters()).split()[0] == interpreter()
