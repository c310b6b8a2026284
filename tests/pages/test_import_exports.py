"""A strange file through the page, as a steward brings it in: drop, look, map, try, publish, take back."""

import csv
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from cooperation.language import LANGUAGES, T, speak
from cooperation.screen import import_desk, reach
from cooperation.screen.import_mapping import SHOWN_VALUES
from cooperation.settings import load_settings
from cooperation.warehouse.exports import find_exports
from tests.browser import PROJECT, Dashboard, RecordedPage, plain, serving
from tests.warehouse.exports import (
    deployment,
    deployments_text,
    intervention,
    interventions_text,
    settings_text,
)

DUTCH = speak("nl")
BUILD_MILLISECONDS = 90_000
ANSWER_SECONDS = 45
LIST_MILLISECONDS = 5_000
EXAMPLE = PROJECT / "data" / "profiles" / "examples" / "slopd"
SCREENSHOTS = PROJECT / "docs" / "screenshots"
STRANGE = (
    "Overzicht oproepen;;;;;\n"
    "Fichenr;Zone;Prio;Oproep ontvangen;Eenheid;Ter plaatse\n"
    "1;PZ Voeren;P1;03/02/2022 10:00;A1;03/02/2022 10:12\n"
    "2;5382;P1;04/02/2022 10:00;A1;04/02/2022 10:08\n"
    "3;Lanaken;P1;04/02/2022 11:00;A1;\n"
)


@dataclass(frozen=True)
class Installation:
    """An installation of its own with a running server, whose exports and profiles a test may change."""

    places: dict[str, Path]
    server: Dashboard

    def exports(self) -> list[str]:
        return [file.name for file in find_exports(self.places["exports"])]

    def profiles(self) -> list[str]:
        return sorted(path.name for path in self.places["profiles"].glob("*.toml*"))


@pytest.fixture
def install(tmp_path: Path, dashboard: Callable[..., Dashboard]) -> Callable[..., Installation]:
    """Return a function that starts a server on an installation with these settings and no exports."""

    def start(settings: str) -> Installation:
        places = empty_installation(tmp_path, settings)
        return Installation(places, dashboard(**places))

    return start


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """Return one server without exports for all tests that publish nothing."""
    folder = tmp_path_factory.mktemp("untouched")
    places = empty_installation(folder, settings_text())
    with serving(folder / "server.log", **places) as server:
        yield server
    assert not find_exports(places["exports"])


def empty_installation(folder: Path, settings: str) -> dict[str, Path]:
    """Return the places of an installation without exports, with these settings."""
    places = {name: folder / name for name in ("exports", "profiles", "demonstration")}
    for place in places.values():
        place.mkdir()
    # Invented exports that hold nothing: no test here looks at them.
    (places["demonstration"] / "nothing.csv").write_text("a;b\n", encoding="utf-8")
    places["settings"] = folder / "cooperation.toml"
    places["settings"].write_text(settings, encoding="utf-8")
    places["database"] = folder / "warehouse" / "monitor"
    return places


def drop(page: RecordedPage, *files: Path | dict[str, Any]) -> None:
    """Drop a file and return when the page has answered."""
    page.page.locator('input[type="file"]').set_input_files(list(files))
    eventually(page, lambda: bool(sentences(page)) or page.page.locator(".notice").count() > 0)


def named(name: str, content: bytes | str) -> dict[str, Any]:
    data = content.encode("utf-8") if isinstance(content, str) else content
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def picked(page: RecordedPage) -> str:
    """Return what every pick list stands at, one a line."""
    boxes = page.page.locator('[data-testid="stSelectbox"] input')
    return "\n".join(boxes.evaluate_all("boxes => boxes.map(box => box.value)"))


def press(page: RecordedPage, text: Any) -> None:
    page.page.get_by_role("button", name=DUTCH.say(text), exact=True).click()
    page.wait_until_drawn()


def sentences(page: RecordedPage) -> list[str]:
    """Return what the page says would become of each data set."""
    return [plain(text) for text in page.page.locator("p.answer strong >> xpath=..").all_inner_texts()]


def eventually(page: RecordedPage, is_so: Callable[[], bool]) -> None:
    """Return when something is so: a choice is answered by a build, which takes as long as the machine needs."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, page.text()
        page.page.wait_for_timeout(100)
    page.wait_until_drawn()


def box(page: Page, label: str, place: int = 0) -> Locator:
    """Return a pick list by its name; a column that two data sets have is told apart by its place."""
    return page.get_by_role("combobox", name=label, exact=True).nth(place)


def pick(page: RecordedPage, label: str, option: str, place: int = 0) -> None:
    """Choose from a pick list as one does from a long one: only what fits on the screen is drawn, so type its name."""
    sought = page.page.get_by_role("option", name=option, exact=True)

    def is_offered() -> bool:
        # A fold that still opens closes the list again: whoever sees none types once more.
        box(page.page, label, place).click()
        box(page.page, label, place).fill(option)
        try:
            sought.wait_for(timeout=LIST_MILLISECONDS)
        except PlaywrightTimeout:
            box(page.page, label, place).press("Escape")
            return False
        return True

    eventually(page, is_offered)
    # Of what is left the best fit stands first and is taken by Enter; a click would chase a list that still moves.
    box(page.page, label, place).press("Enter")
    page.wait_until_drawn()


def published(page: RecordedPage) -> str:
    """Return what became of the file, once the figures hold it."""
    done = page.page.locator('[data-testid="stAlertContentSuccess"]')
    done.wait_for(timeout=BUILD_MILLISECONDS)
    return plain(done.inner_text())


# --- A file that nobody knows. ---


def test_a_strange_file_is_mapped_published_and_taken_back(
    install: Callable[..., Installation], page: RecordedPage
) -> None:
    installed = install(settings_text())
    tab = page.visit(installed.server.link("import_exports"))
    drop(page, named("Uittreksel 2022.csv", STRANGE))
    # The title above the header is found, the columns are proposed, "P1" is told from its words.
    assert sentences(page) == [
        "Interventies: oproepen en opdrachten. Van 3 regels zouden er 2 meetellen; 0 dubbel, 1 geweigerd.",
        "Inzetten: de eenheden die uitgestuurd werden. Van 3 regels zouden er 2 meetellen; 0 dubbel, 1 geweigerd.",
    ]
    assert DUTCH.say(T("no zone that takes part has this name or code")) in page.text()
    assert installed.exports() == [] and installed.profiles() == []

    # What is chosen changes the account at once: the unknown zone is told what it means.
    tab.locator("summary", has_text="Politiezone").first.click()
    pick(page, "Lanaken (1)", "5382 PZ Voeren")
    all_three = "Van 3 regels zouden er 3 meetellen; 0 dubbel, 0 geweigerd."
    eventually(page, lambda: any(all_three in said for said in sentences(page)[:1]))

    press(page, T("Publish"))
    assert "3 regels" in published(page)
    assert installed.exports() == ["Uittreksel 2022.csv"]
    assert installed.profiles() == ["uittreksel.toml"]

    press(page, T("Take the file back"))
    # The file is on the desk again, as it was mapped.
    eventually(page, lambda: any(all_three in said for said in sentences(page)[:1]))
    assert installed.exports() == [] and installed.profiles() == []
    assert page.complaints() == []
    assert "Traceback" not in installed.server.written()


def test_the_next_file_of_a_saved_layout_needs_no_mapping(
    install: Callable[..., Installation], page: RecordedPage
) -> None:
    installed = install(settings_text())
    tab = page.visit(installed.server.link("import_exports"))
    drop(page, named("jan.csv", STRANGE))
    press(page, T("Save the profile only"))
    known = DUTCH.say(T("This layout is known: the profile {name} reads it.", name="jan"))
    eventually(page, lambda: known in page.text())
    assert installed.profiles() == ["jan.toml"] and installed.exports() == []
    tab.reload()
    page.wait_until_drawn()
    drop(page, named("feb.csv", STRANGE.replace("\n1;", "\n11;").replace("\n2;", "\n12;")))
    eventually(page, lambda: known in page.text())
    assert tab.get_by_role("combobox").count() <= 4, "no pick lists but those of how the file is written"
    press(page, T("Publish"))
    published(page)
    assert installed.exports() == ["feb.csv"]


def test_a_file_with_the_contract_s_own_columns_goes_straight_to_its_account(
    install: Callable[..., Installation], page: RecordedPage
) -> None:
    installed = install(settings_text())
    page.visit(installed.server.link("import_exports"))
    calls = interventions_text([intervention("A", "2022-02-03 10:00:00"), intervention("B", "soon")])
    drop(page, named("calls.csv", calls))
    half = "Van 2 regels zouden er 1 meetellen; 0 dubbel, 1 geweigerd."
    eventually(page, lambda: half in page.text())
    assert DUTCH.say(T("These are the dashboard's own columns: nothing needs to be mapped.")) in page.text()
    press(page, T("Publish"))
    published(page)
    press(page, T("Bring in another file"))
    eventually(page, lambda: DUTCH.say(T("Take the file back")) not in page.text())
    # A deployment is tried together with the call that it belongs to.
    drop(
        page, named("units.csv", deployments_text([deployment("A", "2022-02-03 10:09:00"), deployment("Z")]))
    )
    eventually(page, lambda: half in page.text())
    assert DUTCH.say(T("Tried together with the exports that are there already.")) in page.text()
    assert installed.profiles() == []
    assert page.complaints() == []


def test_the_page_says_what_the_headline_leaves_out_and_until_when_a_file_can_be_taken_back(
    install: Callable[..., Installation], page: RecordedPage
) -> None:
    installed = install(settings_text())
    page.visit(installed.server.link("import_exports"))
    calls = [
        intervention("A", "2022-02-03 10:00:00", origin=""),
        intervention("B", "2022-02-03 10:00:00", origin="", priority=""),
        intervention("C", ""),
    ]
    # A line that is cut off: of it, and of an empty cell, nothing can be shown as an example.
    drop(page, named("calls.csv", interventions_text(calls) + "D;5381\n"))
    no_origin = "2 van de 2 aanvaarde oproepen hebben geen herkomst; de hoofduitspraak telt ze niet mee."
    no_priority = "1 van de 2 aanvaarde oproepen heeft geen prioriteit; de hoofduitspraak telt die niet mee."
    eventually(page, lambda: no_origin in page.text() and no_priority in page.text())
    assert DUTCH.say(T("the line has fewer cells than the header")) in page.text()
    assert DUTCH.say(T("The invented figures go as soon as you publish.")) in page.text()
    until = T(
        "You can take a file back here until you leave the page; later, by removing it from the folder data/exports"
    )
    assert DUTCH.say(until) in page.text()
    press(page, T("Publish"))
    published(page)
    eventually(page, lambda: no_origin in page.text() and no_priority in page.text())
    press(page, T("Bring in another file"))
    eventually(page, lambda: DUTCH.say(T("Take the file back")) not in page.text())
    drop(page, named("more.csv", interventions_text([intervention("E", "2022-02-03 10:00:00")])))
    eventually(page, lambda: "Van 1 regel zou" in page.text())
    assert DUTCH.say(T("The invented figures go as soon as you publish.")) not in page.text()
    assert "hoofduitspraak" not in page.text()
    assert page.complaints() == []
    assert "Traceback" not in installed.server.written()


def test_no_pick_list_stands_at_an_english_nothing(untouched: Dashboard, page: RecordedPage) -> None:
    tab = page.visit(untouched.link("import_exports"))
    drop(page, named("uittreksel.csv", STRANGE.replace("03/02/2022", "18/02/2022")))
    tab.locator("summary", has_text=DUTCH.say(T("Not right? Say how the file is written."))).click()
    page.wait_until_drawn()
    assert "zoals gewoonlijk: 18/02/2022 betekent 18 februari 2022" in plain(picked(page))
    assert all(picked(page).split("\n"))
    placeholders = tab.locator('[data-testid="stSelectbox"]').evaluate_all(
        "boxes => boxes.map(box => box.innerText)"
    )
    assert not [text for text in placeholders if "Choose" in text]
    # A file that nothing is known of says what was found and what is expected.
    tab.reload()
    page.wait_until_drawn()
    drop(page, named("andere.csv", "fruit;kleur\nappel;rood\n"))
    eventually(page, lambda: "Gevonden kolommen: fruit, kleur; geen ervan werd herkend." in page.text())
    assert page.complaints() == []


# --- What is refused. ---


def test_no_file_is_overwritten_and_no_name_climbs_out(
    install: Callable[..., Installation], page: RecordedPage
) -> None:
    installed = install(settings_text())
    exports = installed.places["exports"]
    (exports / "calls.csv").write_text("the old one", encoding="utf-8")
    tab = page.visit(installed.server.link("import_exports"))
    drop(page, named("calls.csv", interventions_text([intervention("A", "2022-02-03 10:00:00")])))
    name = tab.get_by_label(DUTCH.say(T("Name of the file among the exports")))
    assert name.input_value() == "calls (2).csv"
    name.fill("calls.csv")
    name.press("Tab")
    page.page.wait_for_timeout(1_500)
    page.wait_until_drawn()
    press(page, T("Publish"))
    taken = DUTCH.say(T("There is an export with that name already; {name} is free.", name="calls (2).csv"))
    eventually(page, lambda: taken in page.text())
    assert (exports / "calls.csv").read_text(encoding="utf-8") == "the old one"
    name.fill("../../../outside.csv")
    name.press("Tab")
    page.page.wait_for_timeout(1_500)
    page.wait_until_drawn()
    press(page, T("Publish"))
    eventually(page, lambda: len(installed.exports()) == 2)
    assert sorted(installed.exports()) == ["calls.csv", "outside.csv"]
    assert not list(exports.parent.glob("outside*"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", T("The file is empty; nothing was read.")),
        (bytes(range(256)) * 20, T("The file is not a text file; nothing was read.")),
        (b"a;b;c\n", T("The file holds a header and no lines.")),
    ],
)
def test_a_file_that_holds_nothing_says_so_and_what_to_do(
    content: bytes, said: Any, untouched: Dashboard, page: RecordedPage
) -> None:
    tab = page.visit(untouched.link("import_exports"))
    drop(page, named("calls.csv", content))
    eventually(page, lambda: DUTCH.say(said) in page.text())
    assert tab.get_by_role("button", name=DUTCH.say(T("Publish")), exact=True).count() == 0
    assert page.complaints() == []
    assert "Traceback" not in untouched.written()


@pytest.mark.parametrize(
    ("address", "headers", "setting", "is_open"),
    [
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, False, True),
        ("localhost", {"Host": "localhost"}, False, True),
        ("::1", {"Host": "[::1]:8501"}, False, True),
        ("0.0.0.0", {"Host": "127.0.0.1:8501"}, False, False),
        (None, {"Host": "127.0.0.1:8501"}, False, False),
        ("127.0.0.1", {"Host": "monitor.example"}, False, False),
        ("127.0.0.1", {}, False, False),
        ("127.0.0.1", {"Host": "127.0.0.1:8501", "X-Forwarded-For": "10.1.2.3"}, False, False),
        ("127.0.0.1", {"Host": "localhost", "Via": "1.1 proxy"}, False, False),
        ("0.0.0.0", {"Host": "monitor.example", "X-Forwarded-For": "10.1.2.3"}, True, True),
    ],
)
def test_the_page_is_closed_where_other_machines_reach_the_server(
    address: str | None,
    headers: dict[str, str],
    setting: bool,
    is_open: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    chosen = settings_text(
        (r"allowed_from_other_machines = false", f"allowed_from_other_machines = {setting}".lower())
    )
    (tmp_path / "cooperation.toml").write_text(chosen, encoding="utf-8")
    asked = SimpleNamespace(get_option=lambda _: address, context=SimpleNamespace(headers=headers))
    monkeypatch.setattr(reach, "st", asked)
    desk = SimpleNamespace(settings=load_settings(tmp_path / "cooperation.toml"))
    assert import_desk.is_open(desk) is is_open


# --- The real call log, as docs/bring_in_an_export.md tells it. ---


def slopd_settings() -> str:
    """Return the example's settings with three priorities, so that the kind of call must be told what it means."""
    text = (EXAMPLE / "cooperation.toml").read_text(encoding="utf-8")
    priority = re.search(r'(?s)\[\[priorities\]\]\ncode = "all".*?(?=\n# A round)', text)
    assert priority is not None
    names = {"1": "zeer dringend", "2": "dringend", "3": "gewoon"}
    blocks = [
        f'[[priorities]]\ncode = "{code}"\nurgent = {"false" if code == "3" else "true"}\n'
        f'name = {{ nl = "{name}", fr = "priorité {code}", en = "priority {code}" }}\n'
        for code, name in names.items()
    ]
    text = text.replace(priority[0], "\n".join(blocks))
    return text.replace("all = 900", "\n".join(f"{code} = 900" for code in names))


def photograph(page: RecordedPage, name: str, part: Locator) -> None:
    """Keep a picture for the documentation, where that is asked for."""
    if os.environ.get("COOPERATION_SCREENSHOTS"):
        part.scroll_into_view_if_needed()
        page.wait_until_drawn()
        page.page.screenshot(path=SCREENSHOTS / f"import_{name}.png")


# The log itself is read in tests of the warehouse, and a strange file is mapped on the page above.
@pytest.mark.slow
def test_a_steward_brings_in_the_real_call_log(
    real_data: Callable[[str], Path],
    install: Callable[..., Installation],
    page: RecordedPage,
    command_line: Callable[..., dict[str, Any]],
) -> None:
    (log,) = real_data("slopd").glob("*.csv")
    installed = install(slopd_settings())
    page.page.set_viewport_size({"width": 1100, "height": 700})
    tab = page.visit(installed.server.link("import_exports"))
    drop(page, log)
    photograph(page, "1_read", tab.locator("h1"))
    say = DUTCH.say
    # Proposed: a date and a time in two columns, times without a date, a comma list of units, the one zone.
    chosen = plain(picked(page))
    assert "07:08: de datum staat in date" in chosen
    assert chosen.count("zonder datum, na het vorige uur") == 3
    assert "verschillende eenheden, met een komma ertussen" in chosen
    assert "mm/dd/yy: 09/14/21 betekent 14 september 2021" in chosen
    photograph(page, "2_map", tab.get_by_text(say(T("2. Which column is what?"))))

    # The log has no priority, but the kind of call says something: the frequent kinds one by one, then the rest.
    priority = say(T("Column for: {column}", column=T("Priority")))
    pick(page, priority, "type")
    tab.locator("summary", has_text="Prioriteit").wait_for(timeout=BUILD_MILLISECONDS)
    page.wait_until_drawn()
    tab.locator("summary", has_text="Prioriteit").click()
    photograph(page, "3_meanings", tab.locator("summary", has_text="Prioriteit"))
    pick(page, kinds(log)[0], "1 zeer dringend")
    pick(page, f"De {len(kinds(log)) - SHOWN_VALUES} andere waarden", "3 gewoon")
    expected = [
        "Interventies: oproepen en opdrachten. Van 20.076 regels zouden er 19.063 meetellen; 1.011 dubbel,"
        " 2 geweigerd.",
        "Inzetten: de eenheden die uitgestuurd werden. Van 30.770 regels zouden er 28.749 meetellen; 2.018 dubbel,"
        " 3 geweigerd.",
    ]
    eventually(page, lambda: sentences(page) == expected)
    photograph(page, "4_try", tab.get_by_text(say(T("3. What would be counted?"))))
    photograph(page, "5_publish", tab.get_by_role("button", name=say(T("Publish")), exact=True))
    press(page, T("Publish"))
    assert "19.063" in published(page)
    photograph(page, "6_done", tab.get_by_text(say(T("The file is among the exports"))))
    assert installed.exports() == [log.name]
    assert installed.profiles() == ["slopd_calls.toml"]

    # The same figures as those of pandas in tests/warehouse/test_real_data.py.
    headline = command_line(installed.places["database"], "response_times/headline")
    assert (headline["before"]["median_seconds"], headline["after"]["median_seconds"]) == (540, 660)
    counts = [headline[phase]["intervention_count"] for phase in ("before", "after")]
    assert sum(counts) == 19_063
    assert page.complaints() == []
    assert "Traceback" not in installed.server.written()


def kinds(log: Path) -> list[str]:
    """Return the labels of the kinds of call, the most frequent first."""
    with log.open(encoding="utf-8", newline="") as file:
        written = [row["type"].strip() for row in csv.DictReader(file)]
    counts = sorted(
        {kind: written.count(kind) for kind in set(written) if kind}.items(), key=lambda kind: -kind[1]
    )
    return [f"{kind} ({DUTCH.number(count)})" for kind, count in counts]


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_cut_off_or_left_in_english(
    code: str, untouched: Dashboard, new_page: Callable[..., RecordedPage]
) -> None:
    reader = new_page(viewport={"width": 390, "height": 900})
    tab = reader.visit(untouched.link("import_exports", language=code))
    drop(reader, named("uittreksel.csv", STRANGE))
    for width in (390, 1440):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.wait_for_function("width => document.documentElement.clientWidth === width", arg=width)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        if code != "en":
            english = re.compile(
                r"\b(the|drag|drop|browse|choose|upload|file|line|lines|column)\b", re.IGNORECASE
            )
            visible = [line for line in reader.text().split("\n") if english.search(line)]
            assert visible == []
    assert reader.complaints() == []
