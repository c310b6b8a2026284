"""The page of rows and files: what stands on the screen is what every file holds, and a line prints it again."""

import csv
import io
import json
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pandas as pd
import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator
from python_calamine import CalamineWorkbook
from starlette.requests import Request as StarletteRequest

from cooperation.answers.downloads import browsable_tables
from cooperation.answers.reproduction import COMMAND
from cooperation.documents import table_files
from cooperation.language import T, speak
from cooperation.screen import file_server
from cooperation.screen.downloads import FORMAT_LABELS
from dashboard import PAGES as DASHBOARD_PAGES
from tests.browser import PROJECT, Dashboard, RecordedPage, assert_speaks, plain, server_environment
from tests.pages.test_response_times import cell_in_file, download, key_of

PAGE = "downloads"
TITLE = T("Which rows and figures are behind it?")
DUTCH = speak("nl")
CHOSEN = {
    "table": "response_times",
    "where": "zone_code:is:5382;received_date:until:2018-06-30",
    "sort": "received_at:descending",
}
# A page and one of its figures, each with a choice of its own.
PAGES = {
    "overview": ("overview/municipalities", {"municipality_nis": "73066"}),
    "response_times": ("response_times/by_priority", {"municipality_nis": "73109", "measure": "travel"}),
    "mutual_assistance": ("mutual_assistance/flows", {"zone_code": "5382"}),
    "shared_costs": ("shared_costs/by_field", {"prices": "nominal"}),
    "cooperation_fields": ("cooperation_fields/overview", {"zone_code": "5382"}),
    "data_quality": ("data_quality/completeness", {"measure": "turnout"}),
    "method": ("method/example", {"municipality_nis": "73066", "period": "all"}),
}


def link_of(tab: Any, label: Any) -> str:
    link = tab.locator("a.file-link", has_text=DUTCH.say(label)).get_attribute("href")
    assert link
    return str(link)


def fetched(server: Dashboard, address: str, **headers: str) -> tuple[bytes, str]:
    """Return a file and the name that it is sent under."""
    request = Request(f"{server.address}/{address}", headers=headers)
    with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
        return answer.read(), str(answer.headers["Content-Disposition"])


def shown(tab: Any) -> list[list[str]]:
    rows = tab.locator(".st-key-browsed tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.innerText))"
    )
    return [[plain(cell) for cell in row] for row in rows]


def copied(tools: Locator) -> tuple[str, str]:
    """Return the citation and the line behind the button of a figure."""
    tools.get_by_role("button", name=DUTCH.say(T("Cite this, or make it again"))).click()
    texts = tools.page.locator(".copy-text:visible")
    texts.nth(1).wait_for()
    citation, line = (plain(text) for text in texts.all_inner_texts())
    tools.page.keyboard.press("Escape")
    return citation, line


def printed(line: str, database: Path) -> list[dict[str, str]]:
    """Return the rows that a line prints in a shell, in the folder of the dashboard."""
    words = shlex.split(line)
    assert words[:3] == list(COMMAND)
    shape = ["--csv"] if words[3] == "answer" else []
    # As it stands there, in the folder of the dashboard.
    python = words[0] if "/" in words[0] else sys.executable
    done = subprocess.run(
        [python, *words[1:], *shape],
        cwd=PROJECT,
        env=server_environment(None, database, None, None),
        capture_output=True,
        check=True,
    )
    return list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8"))))


def test_the_page_speaks_and_shows_every_kind_of_rows(
    running_dashboard: Dashboard, page: RecordedPage
) -> None:
    tab = page.visit(running_dashboard.link(PAGE, language="en"))
    assert_speaks(page, speak("en"), TITLE)
    words = {"row": T("Row by row"), "aggregate": T("Counted together"), "reject": T("What does not count")}
    for level, word in words.items():
        first = next(entry for entry in browsable_tables(with_small_counts=False) if entry.level == level)
        tab.locator(".st-key-table-row button", has_text=speak("en").say(word)).click()
        page.wait_for_link(language="en", table=first.name)
        assert tab.locator(".figure-title").first.inner_text() == first.title.en
        assert len(shown(tab)) > 0
    assert page.complaints() == []


def test_a_link_restores_rows_order_and_page_and_the_files_hold_them(
    running_dashboard: Dashboard, page: RecordedPage, demonstration_database: Path
) -> None:
    tab = page.visit(running_dashboard.link(PAGE, **CHOSEN))
    on_screen = shown(tab)
    assert len(on_screen) == 50
    tab.get_by_role("button", name=DUTCH.say(T("Later rows")), exact=True).click()
    page.wait_for_link(**CHOSEN, page="2")
    on_screen += shown(tab)
    content, name = fetched(running_dashboard, link_of(tab, T("International CSV")))
    stem = "demonstration_response_times_zone-code-is-5382_received-date-until-2018-06-30_until20251231"
    assert name.endswith(f"{stem}_international.csv")
    table = pd.read_csv(io.BytesIO(content), dtype={"zone_code": str}, parse_dates=["received_at"])
    assert set(table["zone_code"]) == {"5382"} and table["received_at"].is_monotonic_decreasing
    assert plain(f"rijen 51 tot {len(table)} van {len(table)}") in page.text().lower()
    assert [row[1] for row in on_screen] == list(table["intervention_id"])
    assert set(table["data"]) == {"invented (demonstration)"}
    # The line inside the file prints the file.
    again = printed(table["made_by"].iloc[0].split(" # ")[0], demonstration_database)
    assert [row["intervention_id"] for row in again] == list(table["intervention_id"])
    assert again[0] == next(csv.DictReader(io.StringIO(content.decode())))

    parquet = pq.read_table(io.BytesIO(fetched(running_dashboard, link_of(tab, "Parquet"))[0]))
    assert parquet["intervention_id"].to_pylist() == list(table["intervention_id"])
    workbook, _ = fetched(running_dashboard, link_of(tab, T("Excel workbook")))
    about, data = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_name(data).to_python()
    assert [row[1] for row in rows[1:]] == list(table["intervention_id"])
    assert about == DUTCH.say(T("About these figures"))
    # While it is made the page says so, and afterwards that it is there: a browser shows nothing before the first byte.
    line = tab.locator(".file-waiting")
    assert line.inner_text() == ""
    with tab.expect_download() as waiting:
        tab.locator("a.file-link", has_text=DUTCH.say(T("Excel workbook"))).click()
        assert line.inner_text().startswith("Het Excel-werkboek wordt gemaakt: 0")
    made = DUTCH.say(T("The Excel workbook is made; the browser keeps it with its downloads."))
    tab.get_by_text(made).wait_for()
    assert waiting.value.suggested_filename == f"{stem}.xlsx"
    assert page.complaints() == []


def test_rows_are_chosen_on_the_page(running_dashboard: Dashboard, page: RecordedPage) -> None:
    tab = page.visit(running_dashboard.link(PAGE, table="flagged_cells"))
    everything = len(shown(tab))
    tab.get_by_role("button", name=DUTCH.say(T("Choose rows"))).click()
    page.select(DUTCH.say(T("Column")), "column_name")
    page.wait_until_drawn()
    tab.get_by_role("textbox", name=DUTCH.say(T("Value"))).fill("arrived_at")
    tab.keyboard.press("Enter")
    page.wait_until_drawn()
    tab.get_by_role("button", name=DUTCH.say(T("Show these rows"))).click()
    page.wait_for_link(table="flagged_cells", where="column_name:is:arrived_at")
    chosen = shown(tab)
    assert 0 < len(chosen) <= everything and {row[4] for row in chosen} == {"arrived_at"}
    tab.get_by_role("button", name="column_name is gelijk aan arrived_at").click()
    page.wait_for_link(table="flagged_cells")
    assert len(shown(tab)) == everything
    # What a link asks for in vain is said, and the rest of it is there.
    good, wrong = "column_name:is:arrived_at", "nature:is:x;column_name;column_name:is"
    asked = {"table": "flagged_cells", "where": f"{good};{wrong}", "sort": "nope", "page": "last"}
    tab = page.visit(running_dashboard.link(PAGE, **asked))
    page.wait_for_link(table="flagged_cells", where=good)
    said = tab.locator(".notice").all_inner_texts()
    parts = ("last", "vragen kan niet: column_name", "kolom nature", "column_name:is mist", "kolom nope")
    assert len(said) == 5 and all(any(part in notice for notice in said) for part in parts), said
    assert shown(tab) == chosen
    tab = page.visit(running_dashboard.link(PAGE, table="nope", where=good))
    page.wait_for_link()
    assert "geen tabel nope" in tab.locator(".notice").inner_text()
    assert page.complaints() == []


def test_the_screen_shows_no_words_of_people(running_dashboard: Dashboard, page: RecordedPage) -> None:
    tab = page.visit(running_dashboard.link(PAGE, table="rejects"))
    heads = tab.locator(".st-key-browsed thead th").all_inner_texts()
    assert "line_text" not in heads and "rule" in heads
    content, _ = fetched(running_dashboard, link_of(tab, T("International CSV")))
    assert b"line_text" in content.split(b"\n")[0]


def test_the_archive_holds_every_table_with_its_schema(running_dashboard: Dashboard) -> None:
    content, name = fetched(
        running_dashboard, "files/everything.zip?municipality_nis=73109&period=all&language=fr"
    )
    # Of a row table no filter stands on the page: the file must say its own, in every name that follows it.
    assert "demonstration_samenwerkingsmonitor_period-all_municipality-nis-73109_until2025" in name
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    package = json.loads(archive.read("demonstration_datapackage.json"))
    assert {resource["path"] for resource in package["resources"]} <= set(archive.namelist())
    assert len(package["resources"]) == len(browsable_tables(with_small_counts=False))
    members = archive.namelist()
    assert any(
        name.startswith("demonstration_figures_period-all_municipality-nis-73109_") for name in members
    )
    assert package["filters"] == {"period": "all", "municipality_nis": "73109"}
    headline = next(of for of in package["resources"] if of["name"] == "response-times-headline")
    assert headline["madeBy"].endswith("--set period=all --set municipality_nis=73109")
    assert "municipality_nis-73109_201801_202112_202201_202512" in headline["path"]
    calls = next(of for of in package["resources"] if of["name"] == "response-times")
    assert calls["path"] == "row/demonstration_response_times_until20251231.csv"
    rows = list(csv.DictReader(io.StringIO(archive.read(headline["path"]).decode())))
    assert [field["name"] for field in headline["schema"]["fields"]] == list(rows[0])
    assert (
        headline["schema"]["fields"][0]["description"]
        == headline["schema"]["fields"][0]["descriptions"]["fr"]
    )


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("files/table?table=about&format=international", 400),
        ("files/table?table=response_times&format=exe", 400),
        ("files/table?table=response_times&format=parquet&where=nature:is:x", 400),
        ("files/table?table=response_times&format=parquet&sort=rowid", 400),
        ("files/table?table=activity_months&format=parquet", 400),
        ("files/table?table=response_times/headline&format=parquet&zone_code=9", 400),
        ("files/table?table=..%2F..%2Fetc%2Fpasswd&format=international", 400),
    ],
)
def test_what_is_not_there_is_refused(running_dashboard: Dashboard, address: str, status: int) -> None:
    with pytest.raises(HTTPError) as refusal:
        fetched(running_dashboard, address)
    assert refusal.value.code == status


def test_a_workbook_that_no_sheet_can_hold_is_refused_with_what_to_take_instead(
    demonstration_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPERATION_DATABASE", str(demonstration_database))
    monkeypatch.setattr(table_files, "MOST_ROWS_OF_A_TABLE", 10)
    asked = {"type": "http", "headers": [], "query_string": b"table=response_times&format=xlsx&language=fr"}
    refusal = file_server.table_file(StarletteRequest(asked))
    assert refusal.status_code == 413
    assert "prenez le CSV ou le Parquet" in bytes(refusal.body).decode()


def test_another_host_gets_no_rows(running_dashboard: Dashboard) -> None:
    # A page elsewhere that lets its own name point at this machine must not read what this server has.
    with pytest.raises(HTTPError) as refusal:
        fetched(running_dashboard, "files/table?table=key_shares&format=parquet", Host="elsewhere.example")
    assert refusal.value.code == 400


@pytest.fixture(scope="module")
def reader(shared_tab: RecordedPage) -> RecordedPage:
    return shared_tab


def test_every_page_with_figures_has_its_line_tested_here() -> None:
    # The page of the board shows the answers of the others; three pages show none.
    others = {"board", "downloads", "import_exports", "own_question"}
    assert {page.name for page in DASHBOARD_PAGES} - others == PAGES.keys()


@pytest.mark.parametrize("name", PAGES)
def test_the_line_of_a_figure_prints_the_numbers_of_its_page(
    running_dashboard: Dashboard, reader: RecordedPage, demonstration_database: Path, name: str
) -> None:
    figure, choice = PAGES[name]
    reader.visit(running_dashboard.link(name, **choice))
    tools = reader.open_tools(key_of(figure))
    citation, line = copied(tools)
    assert line.split()[:5] == [*COMMAND, "answer", figure]
    _, content = download(tools, T("International CSV"))
    on_page = list(csv.DictReader(io.StringIO(content.decode())))
    rows = printed(line, demonstration_database)
    assert rows == on_page and len(rows) > 0
    assert rows[0]["made_by"].split(" # ")[0] == line
    # The citation says where, of what, until when, by what, and where to find it again.
    assert running_dashboard.address in citation and "Samenwerkingsmonitor" in citation
    assert "31 december 2025" in citation and "verzonnen" in citation.lower()
    again = urlsplit(citation.split()[-1])
    assert (
        again.path == f"/{name}"
        and parse_qs(again.query).items() >= {k: [v] for k, v in choice.items()}.items()
    )
    # From the figure, one way leads to all kinds of files of the same rows.
    way = tools.locator("a.file-link").get_attribute("href")
    assert way and way.startswith(f"{PAGE}?") and parse_qs(urlsplit(way).query)["table"] == [figure]
    assert reader.complaints() == []


def test_a_figure_is_the_same_on_both_pages(
    running_dashboard: Dashboard,
    reader: RecordedPage,
    command_line: Callable[..., Any],
    demonstration_database: Path,
) -> None:
    choice = {"municipality_nis": "73066"}
    tab = reader.visit(running_dashboard.link(PAGE, table="response_times/by_hour", **choice))
    rows = command_line(demonstration_database, "response_times/by_hour", **choice)["rows"]
    content, _ = fetched(running_dashboard, link_of(tab, T("CSV for Belgian Excel")))
    _, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert [line[: len(rows[0])] for line in lines] == [
        [cell_in_file(value, ",") for value in row.values()] for row in rows
    ]
    assert len(shown(tab)) == len(rows)
    assert [cells[0] for cells in shown(tab)] == [str(row["hour_of_day"]) for row in rows]


# On a desktop tests/screen/test_frame.py holds every page to the same rules, and more.
@pytest.mark.parametrize("width", [pytest.param(1440, marks=pytest.mark.slow), 390])
def test_the_page_can_be_used_by_everyone(
    running_dashboard: Dashboard, new_page: Callable[..., RecordedPage], width: int
) -> None:
    reader = new_page(viewport={"width": width, "height": 900})
    tab = reader.visit(running_dashboard.link(PAGE, language="fr", **CHOSEN))
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(tab, options={"runOnly": ["wcag2a", "wcag2aa"]})
    ours = [
        v
        for v in found.response["violations"]
        if any(".st-key" not in str(node["target"]) for node in v["nodes"])
    ]
    assert [
        violation["id"] for violation in ours if violation["id"] in ("color-contrast", "label", "link-name")
    ] == []
    assert set(FORMAT_LABELS) == {"belgian_excel", "international", "xlsx", "parquet"}
