"""A real dashboard server and a real browser that visits it, for the tests of whole pages."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import (
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    WebSocket,
)

from cooperation.language import Language, Text

PROJECT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 10
READY_MILLISECONDS = 60_000
CHOICE_MILLISECONDS = 20_000
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page that asks for another machine must fail at once, here and on a machine with internet alike.
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}",
)
# What a page ends in, whether it has figures or not: before it stands there, the page is not whole.
END_OF_PAGE = '.footer-line, .empty-state, [data-testid="stException"]'
# Schemes that stay inside the page.
INNER_SCHEMES = frozenset({"data", "blob", "about", "chrome", "chrome-error"})


class DashboardError(RuntimeError):
    """The server did not start; the message ends with what it wrote."""


@dataclass(frozen=True)
class Dashboard:
    """A running server; `address` ends without a slash, `log` is the file of all that it writes."""

    address: str
    log: Path

    def link(self, path: str = "", /, **parameters: str | list[str]) -> str:
        """Return the link to the page `path` ("response_times", or "" for the first) with a query."""
        query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
        return f"{self.address}/{path}{query}"

    def written(self) -> str:
        """Return what the server has written so far, tracebacks included."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def serving(
    log: Path,
    exports: Path | None = None,
    database: Path | None = None,
    settings: Path | None = None,
    demonstration: Path | None = None,
    profiles: Path | None = None,
) -> Iterator[Dashboard]:
    """Start a server as `make run` does and stop it after; raise DashboardError where it does not start."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    command += [f"--server.address={HOST}", f"--server.port={port}", "--server.headless=true"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=server_environment(exports, database, settings, demonstration, profiles),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    dashboard = Dashboard(f"http://{HOST}:{port}", log)
    try:
        wait_until_healthy(dashboard, process)
        yield dashboard
    finally:
        stop(process)


def free_port() -> int:
    """Return a port of this machine on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def server_environment(
    exports: Path | None,
    database: Path | None,
    settings: Path | None,
    demonstration: Path | None,
    profiles: Path | None = None,
) -> dict[str, str]:
    """Return this process's environment, in which the dashboard is told of the given paths and no others."""
    chosen = {
        "COOPERATION_EXPORTS": exports,
        "COOPERATION_DATABASE": database,
        "COOPERATION_SETTINGS": settings,
        "COOPERATION_DEMONSTRATION": demonstration,
        "COOPERATION_PROFILES": profiles,
    }
    ours = ("COOPERATION_", "STREAMLIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {name: str(path) for name, path in chosen.items() if path is not None}


def wait_until_healthy(dashboard: Dashboard, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; raise DashboardError when it ends or takes over START_SECONDS."""
    # A proxy in the environment must not come between this test and its own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DashboardError(f"The server ended with {process.returncode}:\n{dashboard.written()}")
        try:
            with opener.open(dashboard.link("_stcore/health"), timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DashboardError(f"No answer within {START_SECONDS} s:\n{dashboard.written()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and whatever it started."""
    if process.poll() is None:
        signal_group(process, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait(STOP_SECONDS)


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to the process and its children, which on Windows is the process alone."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, number)
    else:
        process.terminate()


@dataclass
class RecordedPage:
    """A browser page that remembers whatever a visitor would not see: messages, errors and requests."""

    page: Page
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._record_message)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._record_request)
        self.page.on("requestfailed", self._record_failure)
        self.page.on("response", self._record_response)
        self.page.on("websocket", self._record_websocket)

    def start_afresh(self, size: ViewportSize) -> None:
        """Forget what was seen, kept and typed, so that the next visitor finds an empty page of this size."""
        if self.page.url.startswith("http"):
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.context.clear_cookies()
        self.page.goto("about:blank")
        self.page.set_viewport_size(size)
        self.page.emulate_media(media="null", color_scheme="light")
        for seen in (self.console, self.errors, self.requests, self.failures):
            seen.clear()

    def _record_message(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")

    def _record_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _record_failure(self, request: Request) -> None:
        # Leaving a page or starting a download ends its requests: no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            self.failures.append(f"{request.failure} {request.url}")

    def _record_response(self, response: Response) -> None:
        if response.status >= 400:
            self.failures.append(f"{response.status} {response.url}")

    def _record_websocket(self, socket_: WebSocket) -> None:
        self.requests.append(socket_.url)

    def visit(self, link: str) -> Page:
        """Open `link` and return the page once Streamlit has drawn all of it."""
        self.page.goto(link, wait_until="domcontentloaded")
        self.page.wait_for_selector(END_OF_PAGE, timeout=READY_MILLISECONDS)
        self.wait_until_drawn()
        return self.page

    def wait_until_drawn(self) -> None:
        """Return when the script behind the page has ended and nothing on the page is out of date."""
        app = '[data-testid="stApp"][data-test-script-state="notRunning"]'
        self.page.wait_for_selector(app, timeout=READY_MILLISECONDS)
        self.page.wait_for_function(
            '() => !document.querySelector(\'[data-testid="stSkeleton"], [data-stale="true"]\')',
            timeout=READY_MILLISECONDS,
        )

    def wait_for_link(self, **parameters: str | list[str]) -> None:
        """Return when the address says exactly these choices and the page is drawn for them."""
        wanted = {name: [value] if isinstance(value, str) else value for name, value in parameters.items()}
        self.page.wait_for_url(
            lambda address: parse_qs(urlsplit(address).query) == wanted, timeout=CHOICE_MILLISECONDS
        )
        self.wait_until_drawn()

    def text(self) -> str:
        """Return the words on the page as a reader sees them, with ordinary spaces."""
        return plain(self.page.inner_text('[data-testid="stApp"]'))

    def cards(self) -> list[tuple[str, str]]:
        """Return each card's figure and the line under it ("10 min 07 s", "was 10 min 31 s · 24 s faster")."""
        cards = self.page.locator(".figure-card").all()
        return [
            (plain(card.locator(".figure").inner_text()), plain(card.locator(".change").inner_text()))
            for card in cards
        ]

    def select(self, name: str, option: str) -> None:
        """Choose an option of the box that is called `name`, as a reader does: open it, click."""
        self.page.get_by_role("combobox", name=name, exact=True).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def open_tools(self, key: str) -> Locator:
        """Unfold what is behind the figure `key` ("response_times-monthly") and return it."""
        tools = self.page.locator(f".st-key-tools-{key}")
        tools.locator("summary").click()
        tools.locator(".figure-table").wait_for()
        return tools

    def exceptions(self) -> list[str]:
        """Return the text of each exception that Streamlit shows on the page."""
        return self.page.locator('[data-testid="stException"]').all_inner_texts()

    def outside_requests(self) -> list[str]:
        """Return the address of every request to anything but this machine's own loopback address."""
        return [address for address in self.requests if leaves_machine(address)]

    def complaints(self) -> list[str]:
        """Return all that a clean visit does not have, each with its kind; empty when the visit was clean."""
        return [
            *(f"console {message}" for message in self.console),
            *(f"page error {error}" for error in self.errors),
            *(f"failed {failure}" for failure in self.failures),
            *(f"outside {address}" for address in self.outside_requests()),
            *(f"exception {text}" for text in self.exceptions()),
        ]


def assert_speaks(reader: RecordedPage, language: Language, title: Text) -> None:
    """Assert that a page asks this question in this language, and says so to a screen reader."""
    assert reader.page.get_by_role("heading", level=1).all_inner_texts() == [language.say(title)]
    assert reader.page.evaluate("document.documentElement.lang") == language.code


def plain(text: str) -> str:
    """Return a text with every run of spaces, no-break spaces and line ends as one ordinary space."""
    return " ".join(text.split())


def leaves_machine(address: str) -> bool:
    """Return whether a request to `address` goes anywhere but to this machine's loopback address."""
    parts = urlsplit(address)
    return parts.scheme not in INNER_SCHEMES and parts.hostname != HOST


def searches_server(address: str) -> bool:
    """Return whether a client looks for its server below the path of a page, as Streamlit's own does.

    The pages of the dashboard never do: cooperation/screen/server.py tells them where their server is.
    """
    parts = urlsplit(address)
    searched = parts.path.endswith(("/_stcore/health", "/_stcore/host-config"))
    return parts.hostname == HOST and searched and not parts.path.startswith("/_stcore/")
