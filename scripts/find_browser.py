"""Find the Chromium that the browser tests drive, or install one.

`python -m scripts.find_browser` prints its path; `--install` first installs one where none is found.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHOSEN_BY_ENVIRONMENT = "COOPERATION_BROWSER"
COMMANDS = (
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
    "chrome",
    "msedge",
)
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
APT_LOCK_SECONDS = 300


def find_browser() -> Path | None:
    """Return a Chromium that starts: the one in COOPERATION_BROWSER, an installed one, else Playwright's own.

    None where there is none.
    """
    chosen = os.environ.get(CHOSEN_BY_ENVIRONMENT)
    if chosen:
        return Path(chosen)
    return next((candidate for candidate in candidates() if starts(candidate)), None)


def candidates() -> Iterator[Path]:
    """Yield where a Chromium may be, Playwright's own last and only when asked: asking starts a program of its own."""
    yield from (Path(found) for command in COMMANDS if (found := shutil.which(command)))
    yield from map(Path, APPLICATIONS)
    yield from playwright_browsers()


def playwright_browsers() -> list[Path]:
    """Return where Playwright keeps its own Chromium, installed or not; empty without Playwright."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return []
    with sync_playwright() as playwright:
        return [Path(playwright.chromium.executable_path)]


def starts(browser: Path) -> bool:
    """Return whether `browser` is a program that runs."""
    if not browser.is_file():
        return False
    # On Windows `--version` opens a window instead of answering.
    if platform.system() == "Windows":
        return True
    # Ubuntu's /usr/bin/chromium-browser can be there without the snap that it starts.
    try:
        answer = subprocess.run([browser, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def install_browser() -> None:
    """Install a Chromium: Debian's where that can be done without a question, else Playwright's own.

    Raises CalledProcessError where neither can be installed.
    """
    privileges = root_privileges()
    if is_debian() and privileges is not None:
        apt = [*privileges, "apt-get", "-o", f"DPkg::Lock::Timeout={APT_LOCK_SECONDS}", "--quiet"]
        subprocess.run([*apt, "update"], check=True)
        subprocess.run([*apt, "install", "--yes", "--no-install-recommends", "chromium"], check=True)
        return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def is_debian() -> bool:
    """Return whether this is Debian itself: Ubuntu's package of the same name only starts a snap."""
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


def root_privileges() -> list[str] | None:
    """Return the words to put before a command that needs root; None where a password would be asked."""
    if not hasattr(os, "geteuid"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "--non-interactive", "true"], capture_output=True, check=False)
    return ["sudo", "--non-interactive"] if allowed.returncode == 0 else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.find_browser", description=__doc__)
    parser.add_argument("--install", action="store_true", help="install a Chromium where none is found")
    arguments = parser.parse_args()
    browser = find_browser()
    if browser is None and arguments.install:
        try:
            install_browser()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"No browser could be installed: {error}", file=sys.stderr)
        browser = find_browser()
    if browser is None:
        print(
            "The browser tests need Chromium or Chrome and none was found. Install one, "
            f"or name yours in {CHOSEN_BY_ENVIRONMENT}.",
            file=sys.stderr,
        )
        return 1
    print(f"Browser for the tests: {browser}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
