"""An own question through the page: asked by a click only, answered, pictured, saved, stopped, switched off."""

import codecs
import csv
import io
import json
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from cooperation import __version__
from cooperation.__main__ import main
from cooperation.answers.answer import Evidence
from cooperation.answers.own_question import EXAMPLES, ask, example, failure_text, offered_columns, place_of
from cooperation.answers.reproduction import COMMAND, made_by_question, question_line
from cooperation.demonstration import write_demonstration
from cooperation.documents.question_files import question_csv, question_file_name
from cooperation.language import LANGUAGES, Language, T, Text, speak
from cooperation.screen import own_question, reach
from cooperation.screen.citation import CITE
from cooperation.screen.question_charts import drawn_rows, line
from cooperation.screen.style import palette
from cooperation.screen.tables import say_cell
from cooperation.warehouse.build import DEFAULT_PROFILES, Sources, build
from cooperation.warehouse.database import open_database
from cooperation.warehouse.own_questions import QuestionFailure, offered_tables
from cooperation.warehouse.question_check import refuse
from tests.browser import Dashboard, RecordedPage, assert_speaks, plain, serving
from tests.screen.test_frame import SPOKEN_WORDS, VISIBLE_WORDS, assert_accessible, leaked
from tests.warehouse.exports import settings_text

DUTCH = speak("nl")
TITLE = T("What else do you want to know?")
COUNT = """select zone_code, count(*) as n, sum(response_seconds) / 3.0 as seconds
from response_times group by all order by 1"""
ENDLESS = "with recursive t(i) as (select 1 union all select i + 1 from t) select count(*) from t"
WAIT = 20_000


@dataclass(frozen=True)
class Asked:
    """A server on which questions may be asked, the settings that say so, and what it shows."""

    server: Dashboard
    settings: Path
    evidence: Evidence

    def in_a_shell(self, line: str, **others: Path) -> tuple[int, bytes, str]:
        """Return exit code, output and errors of a line, run as a shell would, comment and all."""
        words = shlex.split(line, comments=True)
        assert tuple(words[: len(COMMAND)]) == COMMAND
        places = {"settings": self.settings, "database": self.settings.parent / "monitor"} | others
        options = [part for name, path in places.items() for part in (f"--{name}", str(path))]
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
        command, *asked = words[len(COMMAND) :]
        with redirect_stdout(printed), redirect_stderr(io.StringIO()) as told:
            code = main([command, *options, *asked])
        printed.flush()
        return code, printed.buffer.getvalue(), told.getvalue()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("own-question")
    (folder / "exports").mkdir()
    write_demonstration(folder / "exports", interventions=1_000)
    settings = folder / "cooperation.toml"
    settings.write_text(settings_text(("own_questions = false", "own_questions = true")), encoding="utf-8")
    path = build(Sources(folder / "exports", DEFAULT_PROFILES, settings), folder / "monitor")
    evidence = Evidence(open_database(path))
    with serving(folder / "server.log", folder / "exports", folder / "monitor", settings) as server:
        yield Asked(server, settings, evidence)


def say(text: Text, language: Language = DUTCH) -> str:
    return plain(language.say(text))


def press_ask(page: Page, language: Language = DUTCH) -> None:
    page.get_by_role("button", name=say(T("Ask"), language), exact=True).click()


def shown_table(page: Page) -> list[list[str]]:
    """Return the rows of the answer as shown, the heading first."""
    table = page.locator(".figure-table").first
    table.wait_for(timeout=WAIT)
    return [
        [plain(cell) for cell in row.locator("th, td").all_inner_texts()] for row in table.locator("tr").all()
    ]


def downloaded(page: Page, label: str) -> tuple[str, bytes]:
    with page.expect_download(timeout=WAIT) as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def rows_of_csv(content: bytes, delimiter: str) -> list[list[str]]:
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_link_waits_for_the_reader_s_click(code: str, asked: Asked, page: RecordedPage) -> None:
    language = speak(code)
    reply = ask(asked.evidence, COUNT).wait(30)
    assert reply is not None and reply.failure is None
    tab = page.visit(asked.server.link("own_question", language=code, question=COUNT))
    assert_speaks(page, language, TITLE)
    assert tab.get_by_role("textbox").input_value() == COUNT
    waiting = T("This question has not been asked yet. Read it, then press the button.")
    assert say(waiting, language) in page.text()
    assert tab.locator(".st-key-question-picture").count() == 0
    press_ask(tab, language)
    tab.locator(".st-key-question-picture").wait_for(timeout=WAIT)
    page.wait_until_drawn()
    assert shown_table(tab) == [
        ["zone_code", "n", "seconds"],
        *(
            [zone, *(plain(language.exact(value)) for value in figures)]
            for zone, *figures in reply.table.itertuples(index=False, name=None)
        ),
    ]
    assert say(waiting, language) not in page.text()
    made_by = made_by_question(asked.evidence, COUNT)
    until = f"{asked.evidence.last_day:%Y%m%d}"
    for label, delimiter, mark in (("CSV for Belgian Excel", ";", ","), ("International CSV", ",", ".")):
        name, content = downloaded(tab, say(T(label), language))
        assert name.startswith("demonstration_own_question_select-zone-code-count-as-n-")
        assert f"_until{until}_" in name
        assert rows_of_csv(content, delimiter) == [
            ["zone_code", "n", "seconds", "data", "made_by"],
            *(
                [zone, str(count), repr(seconds).replace(".", mark), "invented (demonstration)", made_by]
                for zone, count, seconds in reply.table.itertuples(index=False, name=None)
            ),
        ]
    # What is copied holds the question, the data, the software and the link, and prints the file again.
    tab.get_by_role("button", name=say(CITE, language)).click()
    texts = tab.locator(".copy-text:visible")
    texts.nth(1).wait_for()
    citation, command = texts.all_inner_texts()
    assert COUNT in citation and __version__ in citation and asked.server.address in citation
    assert plain(language.date(asked.evidence.last_day)) in plain(citation)
    assert asked.in_a_shell(command) == (0, content, "")
    assert page.complaints() == []


def test_from_an_example_by_way_of_a_mistake_to_a_picture(asked: Asked, page: RecordedPage) -> None:
    tab = page.visit(asked.server.link("own_question"))
    links = tab.get_by_test_id("stTopNavLink").all_inner_texts()
    assert say(T("Own question")) in [plain(link) for link in links]
    for name, title in EXAMPLES.items():
        tab.get_by_role("button", name=say(title), exact=True).click()
        expect(tab.get_by_role("textbox")).to_have_value(example(name, DUTCH))
    # An example is put in the box and in the link; nobody has asked it.
    page.wait_for_link(question=example(name, DUTCH))
    assert tab.locator(".st-key-question-picture").count() == 0
    # A mistake is pointed at, in the reader's language.
    mistaken = "select zone_code,\n  respons_seconds\nfrom response_times"
    tab.get_by_role("textbox").fill(mistaken)
    press_ask(tab)
    pointed = tab.locator(".question-place")
    pointed.wait_for(timeout=WAIT)
    assert pointed.inner_text().splitlines() == ["  respons_seconds", "  ^^^^^^^^^^^^^^^"]
    assert say(T("Line {line}, character {column}:", line="2", column="3")) in page.text()
    failure = QuestionFailure("unknown_column", "respons_seconds", candidates=("response_seconds",))
    assert plain(DUTCH.say(failure_text(failure, DUTCH))).rstrip(".") in page.text()
    page.wait_for_link(question=mistaken)
    # Mended, it becomes a table and two pictures.
    mended = "select received_month, count(*) as calls from response_times group by 1 order by 1"
    tab.get_by_role("textbox").fill(mended)
    press_ask(tab)
    tab.locator(".st-key-question-picture").wait_for(timeout=WAIT)
    for kind in ("Bars", "Curve"):
        tab.get_by_role("radio", name=say(T(kind)), exact=True).click()
        figure = tab.get_by_role("figure")
        expect(figure).to_have_count(1, timeout=WAIT)
        page.wait_until_drawn()
        assert plain(figure.get_attribute("aria-label") or "").startswith("calls per received_month: ")
    # The picture is still there: all can work the page, the tables that can be asked unfolded, in their language.
    assert_accessible(page, is_dark=False)
    words = tab.evaluate(VISIBLE_WORDS) + tab.evaluate(SPOKEN_WORDS)
    # SQL is nobody's language.
    words = [text for text in words if text != mended]
    assert len(words) > 150 and leaked(words, "nl") == []
    # What a spreadsheet would run is made harmless, in a heading too.
    tab.get_by_role("textbox").fill("select '=1+1' as \"=cmd()\", -5 as data, '<b>bold</b>' as html")
    press_ask(tab)
    tab.get_by_text("<b>bold</b>").first.wait_for(timeout=WAIT)
    page.wait_until_drawn()
    _, content = downloaded(tab, say(T("International CSV")))
    heading, cells = rows_of_csv(content, ",")
    assert heading[0] == "'=cmd()" and heading[-2:] == ["data", "made_by"] and cells[0] == "'=1+1"
    assert cells[1:-1] == ["-5", "<b>bold</b>", "invented (demonstration)"]
    assert page.complaints() == []
    assert "Traceback" not in asked.server.written()


def test_others_are_answered_while_a_question_runs_and_it_can_be_stopped(
    asked: Asked, new_page: Callable[..., RecordedPage]
) -> None:
    analyst, mayor = new_page(), new_page()
    mayor.visit(asked.server.link("shared_costs"))
    tab = analyst.visit(asked.server.link("own_question", question=ENDLESS))
    press_ask(tab)
    stop = tab.get_by_role("button", name=say(T("Stop")), exact=True)
    stop.wait_for(timeout=WAIT)
    # Another page than the one that is open: it has to be asked from the database.
    mayor.page.get_by_role("link", name=say(T("Response times")), exact=True).click()
    mayor.page.get_by_role(
        "heading", level=1, name=say(T("How fast are the police on the scene?"))
    ).wait_for()
    mayor.page.locator(".figure-card").nth(3).wait_for()
    # It still runs, so the other reader did not wait for it to end.
    stop.click()
    tab.get_by_text(say(T("The question was stopped."))).wait_for(timeout=WAIT)
    analyst.wait_until_drawn()
    mayor.wait_until_drawn()
    assert analyst.complaints() == [] and mayor.complaints() == []


def test_what_is_switched_off_cannot_be_asked_any_more(asked: Asked, page: RecordedPage) -> None:
    tab = page.visit(asked.server.link("own_question", question=COUNT))
    allowed = asked.settings.read_text(encoding="utf-8")
    try:
        asked.settings.write_text(allowed.replace("own_questions = true", "own_questions = false"), "utf-8")
        press_ask(tab)
        off = say(T("Own questions are switched off"))
        tab.get_by_role("heading", name=off).wait_for(timeout=WAIT)
        page.visit(asked.server.link("own_question", question=COUNT))
        assert tab.get_by_role("heading", name=off).count() == 1
        assert "own_questions = true" in page.text() and tab.get_by_role("textbox").count() == 0
        assert say(T("Own question")) not in [
            plain(link) for link in tab.get_by_test_id("stTopNavLink").all_inner_texts()
        ]
        assert page.complaints() == []
    finally:
        asked.settings.write_text(allowed, "utf-8")


# --- In a shell --------------------------------------------------------------------------------------------------


def test_the_line_in_a_file_prints_the_file(asked: Asked) -> None:
    question = (
        "-- Wat's dit?\nselect 'a\"b' as data, 1 as made_by, i as \"made_by (column of the question)\""
        " from range(2) t(i)"
    )
    reply = ask(asked.evidence, question).wait(30)
    assert reply is not None and reply.failure is None
    content = question_csv(reply, asked.evidence, "international")
    head, *lines = rows_of_csv(content, ",")
    assert len(set(head)) == len(head) == 5
    assert asked.in_a_shell(lines[0][-1]) == (0, content, "")
    assert "# exports until" in lines[0][-1] and __version__ in lines[0][-1]
    # Each question has a file of its own.
    names = {
        question_file_name(text, asked.evidence, "international") for text in (question, f"{question} ", "")
    }
    assert len(names) == 3 and all("/" not in name and len(name) < 120 for name in names)


def test_a_question_in_a_shell_has_the_locks_of_the_page(asked: Asked, tmp_path: Path) -> None:
    for question, code, words in (
        ("select nature from response_times", 2, "1:8"),
        ("from about", 2, "response_times, unit_assistance"),
        ("copy zones to 'x.csv'", 2, "Only a question"),
        ("selec 1", 2, "SQL"),
        ("from activity_months", 2, "no table activity_months"),
        ("select repeat('x', 9000000)", 1, "larger than 8 MB"),
        ("from range(20000)", 0, "first 10000 rows"),
    ):
        exit_code, content, told = asked.in_a_shell(question_line(question))
        assert (exit_code, bool(content)) == (code, code == 0) and words in told, told
    off = tmp_path / "cooperation.toml"
    off.write_text(settings_text(), encoding="utf-8")
    exit_code, content, told = asked.in_a_shell(question_line("from zones"), settings=off)
    assert (exit_code, content) == (2, b"") and "own_questions = true" in told
    assert asked.in_a_shell(question_line("from zones"), settings=tmp_path / "none.toml")[0] == 1


def said_of(question: str) -> str:
    """Return why the parser's form of a question is refused, in Dutch."""
    with duckdb.connect() as connection:
        ((tree,),) = connection.execute("select json_serialize_sql($q)", {"q": question}).fetchall()
    refusal = refuse(json.loads(tree), {"zones"}, {"zones"})
    assert refusal is not None
    return say(failure_text(QuestionFailure(refusal.code, refusal.name), DUTCH))


# --- Without a browser -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "address", "headers", "can_be_put"),
    [
        ("true", "127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("false", "127.0.0.1", {"Host": "127.0.0.1:8501"}, False),
        ("true", "0.0.0.0", {"Host": "127.0.0.1:8501"}, False),
        ("true", "127.0.0.1", {"Host": "monitor.example"}, False),
        ("true", "127.0.0.1", {"Host": "127.0.0.1:8501", "X-Forwarded-For": "10.1.2.3"}, False),
        ('"yes"', "127.0.0.1", {"Host": "127.0.0.1:8501"}, False),
    ],
)
def test_questions_can_be_put_where_settings_allow_and_nobody_else_reaches(
    allowed: str,
    address: str,
    headers: dict[str, str],
    can_be_put: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    settings = settings_text(("own_questions = false", f"own_questions = {allowed}"))
    (tmp_path / "cooperation.toml").write_text(settings, encoding="utf-8")
    monkeypatch.setenv("COOPERATION_SETTINGS", str(tmp_path / "cooperation.toml"))
    asked = SimpleNamespace(get_option=lambda _: address, context=SimpleNamespace(headers=headers))
    monkeypatch.setattr(reach, "st", asked)
    assert own_question.own_questions_can_be_put() is can_be_put


def test_every_example_has_an_answer(asked: Asked) -> None:
    for name in EXAMPLES:
        reply = ask(asked.evidence, example(name, DUTCH)).wait(30)
        assert reply is not None and reply.failure is None, (name, reply)
        assert len(reply.table) > 0, name


def test_every_column_that_can_be_asked_is_told_with_its_meaning(asked: Asked) -> None:
    listed = offered_columns(asked.evidence)
    assert list(listed["table_name"].unique()) == list(offered_tables(shows_small_counts=False))
    whole = offered_columns(Evidence(asked.evidence.database, shows_small_counts=True))
    assert set(whole["table_name"]) - set(listed["table_name"]) == {"activity_months"}
    assert whole.loc[whole["table_name"] == "activity_months", "meaning"].notna().all()
    assert "nature" not in set(listed["column_name"])
    of_calls = listed[listed["table_name"] == "response_times"]
    assert len(of_calls) > 30 and of_calls["meaning"].notna().all()
    columns = ", ".join(of_calls["column_name"])
    reply = ask(asked.evidence, f"select {columns} from response_times limit 1").wait(30)
    assert reply is not None and reply.failure is None


def test_small_counts_can_be_asked_only_where_the_analyst_may_see_them(asked: Asked) -> None:
    question = "select count(*) from activity_months"
    hidden = ask(asked.evidence, question).wait(30)
    assert hidden is not None and hidden.failure is not None and hidden.failure.code == "table_not_offered"
    shown = ask(Evidence(asked.evidence.database, shows_small_counts=True), question).wait(30)
    assert shown is not None and shown.failure is None


def test_what_is_no_amount_is_shown_digit_by_digit(asked: Asked) -> None:
    names = (
        "intervention_number",
        "municipality_nis",
        "line_number",
        "year",
        "jaar",
        "hour_of_day",
        "calls",
        "n",
    )
    table = pd.DataFrame({name: [73109] for name in names}, dtype="object")
    shown = [plain(say_cell(73109, own_question._column(table, name, "whole"), DUTCH)) for name in names]
    assert shown == ["73109"] * 6 + [plain(DUTCH.exact(73109))] * 2 != ["73109"] * 8


def test_every_failure_has_words_in_every_language() -> None:
    for code in ("show tables", "describe zones", "from (summarize zones)"):
        assert "SHOW, DESCRIBE" in said_of(code) and "show_ref" not in said_of(code)
    source = Path(own_question.__file__).parents[1] / "warehouse" / "own_questions.py"
    (listed,) = re.findall(r"(?s)Codes: (.*?), and other", source.read_text(encoding="utf-8"))
    codes = [code.strip() for code in listed.split(",")]
    assert len(codes) == 19
    assert "lambda x: x + 1" in said_of("select list_transform([1], x -> x + 1)")
    unknown = say(failure_text(QuestionFailure("other"), DUTCH))
    for code in codes:
        for language in map(speak, LANGUAGES):
            said = language.say(failure_text(QuestionFailure(code, "x"), language))
            assert said and plain(said) != unknown, code


@pytest.mark.parametrize(
    ("question", "position", "length", "line_number", "column", "text", "pointer"),
    [
        ("select x", 7, 1, 1, 8, "select x", "       ^"),
        ("select\n\tnope,", 8, 4, 2, 2, " nope,", " ^^^^"),
        ("select x", 8, 0, 1, 9, "select x", "        ^"),
        ("select x\ny", 7, 3, 1, 8, "select x", "       ^"),
        ("a" * 300, 200, 5, 1, 201, "a" * 100, " " * 50 + "^" * 5),
    ],
)
def test_a_place_is_pointed_at(
    question: str, position: int, length: int, line_number: int, column: int, text: str, pointer: str
) -> None:
    place = place_of(QuestionFailure("syntax", position=position, length=length), question)
    assert place is not None
    assert (place.line, place.column, place.text, place.pointer) == (line_number, column, text, pointer)
    assert place_of(QuestionFailure("syntax"), question) is None


def test_a_line_lies_on_a_true_scale_and_is_labelled_in_the_reader_s_language(asked: Asked) -> None:
    question = (
        "select * from (values (date '2024-03-01', 1.5), (date '2022-01-01', 2), (null, 3)) as t(day, n)"
    )
    reply = ask(asked.evidence, question).wait(30)
    assert reply is not None and reply.failure is None
    rows = drawn_rows(reply.table, "day", "n", "line")
    figure: Any = line(rows, "day", "n", DUTCH, palette("light"))
    assert figure.data[0].y == (2.0, 1.5)
    days = (date(2024, 3, 1) - date(2022, 1, 1)).days
    assert figure.data[0].x[1] - figure.data[0].x[0] == days * 86_400
    assert [plain(text) for text in figure.layout.xaxis.ticktext] == ["jan 2022", "mrt 2024"]
