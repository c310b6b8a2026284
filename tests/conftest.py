"""What tests share: demonstration data, real data where they are, a server and a browser."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from cooperation.__main__ import main
from scripts.find_browser import find_browser
from tests.browser import BROWSER_ARGUMENTS, PROJECT, Dashboard, RecordedPage, serving

DEMONSTRATION_INTERVENTIONS = 20_000
DESKTOP = ViewportSize(width=1440, height=900)
REAL_DATA = PROJECT.parent / "shared" / "realdata"

# Derandomised: the same rows on every machine, so that a red run can be repeated.
settings.register_profile("project", derandomize=True, deadline=None, max_examples=300, database=None)
settings.load_profile("project")


@pytest.fixture(scope="session")
def demonstration_exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the invented exports of 20,000 interventions."""
    from cooperation.demonstration import write_demonstration

    exports = tmp_path_factory.mktemp("demonstration") / "exports"
    exports.mkdir()
    write_demonstration(exports, interventions=DEMONSTRATION_INTERVENTIONS)
    return exports


@pytest.fixture(scope="session")
def demonstration_database(demonstration_exports: Path) -> Path:
    """Return the database that the command line builds from `demonstration_exports`."""
    database = demonstration_exports.parent / "cooperation.duckdb"
    command = [sys.executable, "-m", "cooperation", "build"]
    command += ["--exports", str(demonstration_exports), "--database", str(database)]
    build = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False)
    assert build.returncode == 0, build.stdout + build.stderr
    return database


@pytest.fixture(scope="session")
def command_line() -> Callable[..., dict[str, Any]]:
    """Return a function that gives what `python -m cooperation answer NAME --set ... --json` prints.

    It runs in this process: a hundred calls in processes of their own would take minutes.
    """

    def answer(database: Path, name: str, **choices: str | list[str]) -> dict[str, Any]:
        arguments = ["answer", name, "--database", str(database), "--json"]
        for filter_name, chosen in choices.items():
            for value in [chosen] if isinstance(chosen, str) else chosen:
                arguments += ["--set", f"{filter_name}={value}"]
        with redirect_stdout(io.StringIO()) as printed:
            assert main(arguments) == 0, arguments
        return dict(json.loads(printed.getvalue()))

    return answer


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """Return a function from a set's name to its folder; it skips the test where that folder is absent."""

    def folder(name: str) -> Path:
        found = REAL_DATA / name
        if not found.is_dir():
            pytest.skip(f"real data absent on this machine: ../shared/realdata/{name}")
        return found

    return folder


@pytest.fixture
def dashboard(
    demonstration_exports: Path, demonstration_database: Path, tmp_path: Path
) -> Iterator[Callable[..., Dashboard]]:
    """Return a function that starts a fresh server, on the demonstration data unless told otherwise.

    Its keywords are the paths `exports`, `database`, `settings`, `demonstration` and `profiles`. All servers are
    stopped after the test.
    """
    with ExitStack() as servers:
        started = 0

        def start(
            exports: Path = demonstration_exports,
            database: Path = demonstration_database,
            settings: Path | None = None,
            demonstration: Path | None = None,
            profiles: Path | None = None,
        ) -> Dashboard:
            nonlocal started
            started += 1
            log = tmp_path / f"server-{started}.log"
            return servers.enter_context(serving(log, exports, database, settings, demonstration, profiles))

        yield start


@pytest.fixture(scope="session")
def running_dashboard(
    demonstration_exports: Path, demonstration_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    """Return one server on the demonstration data for all tests that need no fresh one."""
    log = tmp_path_factory.mktemp("server") / "server.log"
    with serving(log, demonstration_exports, demonstration_database) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium that reaches this machine only."""
    executable = find_browser()
    assert executable is not None, "No Chromium found: `make browser` finds or installs one."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, headless=True, args=list(BROWSER_ARGUMENTS)
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> list[RecordedPage]:
    """Return the tabs of 1440 by 900 that stand open for whoever needs one.

    A tab that has shown the dashboard before draws it in half the time: the browser keeps the compiled scripts.
    """
    return []


def borrow(browser: Browser, tabs: list[RecordedPage]) -> RecordedPage:
    """Return an empty tab, one that stands open where there is one."""
    return tabs.pop() if tabs else RecordedPage(browser.new_context(viewport=DESKTOP).new_page())


def give_back(tab: RecordedPage, tabs: list[RecordedPage]) -> None:
    tab.start_afresh(DESKTOP)
    tabs.append(tab)


@pytest.fixture(scope="module")
def shared_tab(browser: Browser, tabs: list[RecordedPage]) -> Iterator[RecordedPage]:
    """Return one tab for all tests of a file that look at the same page."""
    tab = borrow(browser, tabs)
    yield tab
    give_back(tab, tabs)


@pytest.fixture
def new_page(browser: Browser, tabs: list[RecordedPage]) -> Iterator[Callable[..., RecordedPage]]:
    """Return a function that opens an empty page.

    So `new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")` is a phone at night.
    """
    borrowed = []

    def open_page(
        viewport: ViewportSize = DESKTOP, color_scheme: Literal["light", "dark"] = "light"
    ) -> RecordedPage:
        tab = borrow(browser, tabs)
        borrowed.append(tab)
        tab.page.set_viewport_size(viewport)
        tab.page.emulate_media(color_scheme=color_scheme)
        return tab

    yield open_page
    for tab in borrowed:
        give_back(tab, tabs)


@pytest.fixture
def page(new_page: Callable[..., RecordedPage]) -> RecordedPage:
    """Return an empty page of 1440 by 900 that records messages, errors and requests."""
    return new_page()
