"""A page that is open while exports come, change, go and break; and an installation without any export."""

import re
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cooperation.language import LANGUAGES, T, speak
from dashboard import PAGES
from tests.browser import Dashboard, RecordedPage, plain
from tests.warehouse.exports import (
    deployment,
    deployments_text,
    intervention,
    interventions_text,
    settings_text,
)

DUTCH = speak("nl")
# A look at the exports every four seconds, a build of three, on a machine that does other things as well.
REBUILD_MILLISECONDS = 60_000
PERIOD = "2021-11..2021-12/2022-01..2022-02"


def write_calls(folder: Path, name: str, month: str, count: int, minutes: int = 10) -> None:
    """Write `count` calls of a month, each reached after so many minutes."""
    days = [f"{month}-{number % 28 + 1:02d}" for number in range(count)]
    ids = [f"{name}-{number}" for number in range(count)]
    calls = [intervention(one, f"{day} 10:00:00") for one, day in zip(ids, days, strict=True)]
    units = [deployment(one, f"{day} 10:{minutes:02d}:00") for one, day in zip(ids, days, strict=True)]
    (folder / f"deployments_{name}.csv").write_text(deployments_text(units), encoding="utf-8")
    (folder / f"interventions_{name}.csv").write_text(interventions_text(calls), encoding="utf-8")


def remove_calls(folder: Path, name: str) -> None:
    for kind in ("interventions", "deployments"):
        (folder / f"{kind}_{name}.csv").unlink()


def card(page: Page, number: int) -> Any:
    return page.locator(".figure-card").nth(number)


def wait_for_figures(page: Page, median: str, count: str) -> None:
    """Return when the first card shows this median and the last this number of calls."""
    words = re.compile(r"\s+".join(re.escape(word) for word in median.split()))
    expect(card(page, 0).locator(".figure")).to_have_text(words, timeout=REBUILD_MILLISECONDS)
    expect(card(page, 3).locator(".figure")).to_have_text(count, timeout=REBUILD_MILLISECONDS)


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, Path]:
    """Return the places of an installation whose exports and demonstration exports are empty."""
    places = {
        "exports": tmp_path / "exports",
        "database": tmp_path / "warehouse" / "monitor",
        "settings": tmp_path / "cooperation.toml",
        "demonstration": tmp_path / "demonstration",
    }
    places["exports"].mkdir()
    places["settings"].write_text(settings_text(), encoding="utf-8")
    return places


def test_figures_follow_the_exports_while_the_page_is_open(
    installation: dict[str, Path], dashboard: Callable[..., Dashboard], page: RecordedPage
) -> None:
    exports = installation["exports"]
    write_calls(exports, "before", "2021-11", 40)
    write_calls(exports, "after", "2022-01", 40)
    server = dashboard(**installation)
    tab = page.visit(server.link("response_times", period=PERIOD))
    wait_for_figures(tab, "10 min 00 s", "40")
    # What a reload would take away.
    tab.evaluate("window.notReloaded = true")

    write_calls(exports, "more", "2022-02", 30, minutes=8)
    building = tab.get_by_text(
        DUTCH.say(T("New exports are being read; the figures below change when that is done."))
    )
    expect(building).to_be_visible(timeout=REBUILD_MILLISECONDS)
    wait_for_figures(tab, "10 min 00 s", "70")
    expect(building).to_have_count(0, timeout=REBUILD_MILLISECONDS)

    write_calls(exports, "more", "2022-02", 60, minutes=8)
    wait_for_figures(tab, "8 min 00 s", "100")

    remove_calls(exports, "after")
    wait_for_figures(tab, "8 min 00 s", "60")

    assert tab.evaluate("window.notReloaded") is True
    page.wait_for_link(period=PERIOD)
    assert page.complaints() == []
    assert "Traceback" not in server.written()


def test_exports_that_cannot_be_built_leave_the_old_figures_and_are_said(
    installation: dict[str, Path], dashboard: Callable[..., Dashboard], page: RecordedPage
) -> None:
    exports = installation["exports"]
    write_calls(exports, "before", "2021-11", 40)
    write_calls(exports, "after", "2022-01", 40)
    server = dashboard(**installation)
    tab = page.visit(server.link("response_times", period=PERIOD))
    wait_for_figures(tab, "10 min 00 s", "40")

    # Moved away, not deleted: somebody will put them back as they were.
    kept = exports.rename(exports.with_name("kept"))
    exports.mkdir()
    (exports / "interventions.csv").write_bytes(bytes(range(256)) * 20)
    failed = tab.locator(".notice")
    expect(failed).to_contain_text(
        "De cijfers hieronder zijn de laatste goede.", timeout=REBUILD_MILLISECONDS
    )
    wait_for_figures(tab, "10 min 00 s", "40")
    assert tab.locator(".demonstration").count() == 0

    exports.rename(exports.with_name("broken"))
    kept.rename(exports)
    # The folder is again what the figures were built from, so nothing is wrong any more.
    expect(failed).to_have_count(0, timeout=20_000)
    wait_for_figures(tab, "10 min 00 s", "40")
    assert page.complaints() == []
    assert "Traceback" not in server.written()


def test_why_the_exports_cannot_be_read_is_said_in_the_readers_language(
    installation: dict[str, Path], dashboard: Callable[..., Dashboard], page: RecordedPage
) -> None:
    (installation["exports"] / "interventions.csv").write_bytes(b"")
    tab = page.visit(dashboard(**installation).link("response_times", language="fr"))
    message = tab.locator(".notice")
    expect(message).to_contain_text("ne contient de ligne lisible", timeout=REBUILD_MILLISECONDS)
    expect(tab.locator(".file-list")).to_contain_text("Le fichier est vide")
    assert page.complaints() == []


def test_a_first_build_that_fails_speaks_of_no_figures_below(
    installation: dict[str, Path], dashboard: Callable[..., Dashboard], page: RecordedPage
) -> None:
    (installation["exports"] / "interventions.csv").write_bytes(b"")
    tab = page.visit(dashboard(**installation).link("response_times", language="en"))
    expect(tab.locator(".notice")).to_be_visible(timeout=REBUILD_MILLISECONDS)
    # Nothing was ever built: there are no last good figures, and nobody should wait for these exports.
    assert "are the last good ones" not in page.text()
    assert "The exports are being read" not in page.text()


def test_an_empty_installation_shows_invented_data_and_says_so_on_every_page(
    installation: dict[str, Path],
    dashboard: Callable[..., Dashboard],
    new_page: Callable[..., RecordedPage],
    command_line: Callable[..., dict[str, Any]],
) -> None:
    server = dashboard(**installation)
    first = new_page()
    tab = first.visit(server.link("response_times"))
    # The first visitor waits for the invented exports to be written and read, and need not reload.
    card(tab, 0).wait_for(timeout=2 * REBUILD_MILLISECONDS)
    first.wait_until_drawn()
    headline = command_line(installation["database"], "response_times/headline")
    assert headline["is_demonstration"] is True
    assert first.cards()[0][0] == plain(DUTCH.duration(headline["after"]["median_seconds"]))
    assert first.complaints() == []
    assert any(installation["demonstration"].iterdir())
    assert list(installation["exports"].iterdir()) == []
    said = (T("Invented data."), T("This is a demonstration: no figure on this page is real."))
    reader = new_page()
    for entry, code in zip(PAGES, cycle(LANGUAGES)):
        language = speak(code)
        reader.visit(server.link(entry.name, language=code))
        mark = plain(reader.page.locator(".demonstration").inner_text())
        assert mark == plain(" ".join(language.say(text) for text in said))
        assert reader.complaints() == []

    # Real exports take the place of the invented ones, and the mark goes.
    write_calls(installation["exports"], "before", "2021-11", 40)
    write_calls(installation["exports"], "after", "2022-01", 40)
    expect(tab.locator(".demonstration")).to_have_count(0, timeout=REBUILD_MILLISECONDS)
    wait_for_figures(tab, "10 min 00 s", "40")
    assert "Traceback" not in server.written()
