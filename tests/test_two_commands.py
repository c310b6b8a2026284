"""`make run` and `make test` from the outside: what they do, on which locks, what they say without Python.

No test here installs anything: a stand-in takes the place of Python and writes down how it was called.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from scripts import find_browser
from tests.browser import PROJECT, leaves_machine, searches_server

MAKE = shutil.which("make")
SHELL = shutil.which("sh")
LOCKS = ("requirements.txt", "requirements-dev.txt")

needs_make = pytest.mark.skipif(MAKE is None or SHELL is None, reason="make and sh are not on this machine")

# Writes each call as a line, and answers the question of the Makefile whether Python still works.
STAND_IN = """#!/bin/sh
echo "$*" >> '{calls}'
case "$*" in
    *print*) echo works ;;
    *'cooperation build'*) exit {build_exit} ;;
esac
"""


def locked_versions(lock: str) -> dict[str, str]:
    """Return the version of each package in a lock file; fail on a line that is no exact version."""
    lines = (PROJECT / lock).read_text(encoding="utf-8").splitlines()
    requirements = [line for line in lines if line and line[0] not in " #"]
    exact = [re.match(r"([a-z0-9][a-z0-9.-]*)==([0-9][\w.]*)( ; [^\\]+)? \\$", line) for line in requirements]
    assert all(exact), [line for line, match in zip(requirements, exact, strict=True) if not match]
    return {match[1]: match[2] for match in exact if match}


def wanted_versions(source: str) -> dict[str, str]:
    """Return the packages that a .in file names."""
    lines = (PROJECT / source).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith(("#", "-c ")))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_exact_and_hashed(lock: str) -> None:
    assert len(locked_versions(lock)) > 20
    # Without one hash pip refuses the whole file, but only on the machine where that package is installed.
    blocks = re.split(r"\n(?=[a-z0-9])", (PROJECT / lock).read_text(encoding="utf-8"))
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place(lock: str) -> None:
    text = (PROJECT / lock).read_text(encoding="utf-8")
    assert re.findall(r"https?:|index-url|find-links|file:|trusted-host|/tmp|/home", text) == []


@pytest.mark.parametrize(("source", "lock"), [(lock.replace(".txt", ".in"), lock) for lock in LOCKS])
def test_a_lock_holds_what_is_wanted(source: str, lock: str) -> None:
    assert wanted_versions(source).items() <= locked_versions(lock).items()


def test_both_locks_agree_on_shared_packages() -> None:
    runtime, development = (locked_versions(lock) for lock in LOCKS)
    shared = runtime.keys() & development.keys()
    assert shared, "the locks share packages such as click"
    assert {name: runtime[name] for name in shared} == {name: development[name] for name in shared}


def imported_modules(*places: str) -> set[str]:
    """Return the top-level names that the Python files in `places` import."""
    files = [file for place in places for file in PROJECT.glob(place)]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    from_ = {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return {name.partition(".")[0] for name in plain | from_}


def test_the_dashboard_needs_only_what_make_run_installs() -> None:
    """A package that only the tests install would be there for every developer and for no user."""
    ours = {"cooperation", "pages", "dashboard"}
    foreign = (
        imported_modules("dashboard.py", "pages/*.py", "cooperation/**/*.py") - ours - sys.stdlib_module_names
    )
    providers = packages_distributions()
    wanted = {name.lower() for name in wanted_versions("requirements.in")}
    unwanted = {
        module: providers.get(module, ["(not installed)"])
        for module in foreign
        if not wanted & {name.lower() for name in providers.get(module, [])}
    }
    assert unwanted == {}


def test_ci_calls_make_test_and_nothing_else() -> None:
    script = PROJECT / ".ci" / "run"
    shebang, *lines = script.read_text(encoding="utf-8").splitlines()
    assert shebang.startswith("#!")
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
    assert os.name == "nt" or os.access(script, os.X_OK)


def folder_with(
    path: Path, calls: Path, *, installed: bool, build_exit: int = 0, stands_in: bool = True
) -> Path:
    """Return a folder with spaces in its path that holds the Makefile and a stand-in for .venv's Python."""
    folder = path / "een map met spaties"
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", *LOCKS):
        shutil.copy(PROJECT / name, folder)
    shutil.copytree(PROJECT / "scripts", folder / "scripts")
    if stands_in:
        python = folder / ".venv" / "bin" / "python"
        python.write_text(STAND_IN.format(calls=calls, build_exit=build_exit), encoding="utf-8")
        python.chmod(0o755)
        (folder / ".venv" / "created").touch()
    if installed:
        for stamp in ("runtime-installed", "development-installed"):
            (folder / ".venv" / stamp).touch()
    return folder


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    assert MAKE is not None
    return subprocess.run(
        [MAKE, *arguments],
        cwd=folder,
        env={**os.environ, "MAKEFLAGS": "", "PYTHON": "", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def work_done(calls: Path) -> list[str]:
    """Return the calls of the stand-in, without the question whether it works."""
    return [line for line in calls.read_text(encoding="utf-8").splitlines() if "print" not in line]


@needs_make
def test_a_second_start_installs_nothing_and_serves_on_the_loopback_address_only(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    folder = folder_with(tmp_path, calls, installed=True)
    run = make(folder, "run", PORT="8765")
    assert run.returncode == 0, run.stderr
    build, serve = work_done(calls)
    assert build == "-m cooperation build --or-demonstration --if-changed"
    assert serve.startswith("-m streamlit run dashboard.py --server.address=127.0.0.1 --server.port=8765 ")
    assert "http://127.0.0.1:8765/" in run.stdout


@needs_make
def test_the_first_start_installs_from_the_hashed_lock_once(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    folder = folder_with(tmp_path, calls, installed=False)
    assert make(folder, "run").returncode == 0
    install, build, _ = work_done(calls)
    assert install.startswith("-m pip install ")
    assert "--require-hashes" in install
    assert install.endswith("-r requirements.txt")
    assert build.startswith("-m cooperation build")
    calls.unlink()
    assert make(folder, "run").returncode == 0
    assert len(work_done(calls)) == 2


@needs_make
def test_a_changed_lock_is_installed(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    folder = folder_with(tmp_path, calls, installed=True)
    later = (folder / ".venv" / "runtime-installed").stat().st_mtime + 60
    os.utime(folder / "requirements.txt", (later, later))
    assert make(folder, "run").returncode == 0
    assert work_done(calls)[0].startswith("-m pip install ")


@needs_make
def test_a_build_that_publishes_nothing_still_serves_the_old_figures(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    folder = folder_with(tmp_path, calls, installed=True, build_exit=1)
    assert make(folder, "run").returncode == 0
    assert [line.split()[1] for line in work_done(calls)] == ["cooperation", "streamlit"]


@needs_make
def test_a_build_that_crashes_stops_the_start(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    folder = folder_with(tmp_path, calls, installed=True, build_exit=2)
    assert make(folder, "run").returncode != 0
    assert [line.split()[1] for line in work_done(calls)] == ["cooperation"]


@needs_make
def test_make_test_checks_everything_and_runs_the_tests_last(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    folder = folder_with(tmp_path, calls, installed=True)
    assert make(folder, "test").returncode == 0
    modules = [line.split()[1] for line in work_done(calls)]
    assert sorted(set(modules)) == ["mypy", "pytest", "ruff", "scripts.find_browser", "sqlfluff"]
    assert modules[-1] == "pytest"


@needs_make
def test_help_lists_every_command() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    listed = re.findall(r"^  make ([a-z-]+)\t", make(PROJECT, "help").stdout, re.MULTILINE)
    assert sorted(listed) == sorted(phony[1].split())
    assert make(PROJECT).stdout == make(PROJECT, "help").stdout


def python_that(folder: Path, name: str, *, supported: bool, complete: bool = True) -> None:
    """Put a program in `folder` that answers the questions of create_environment.sh."""
    program = folder / name
    program.write_text(
        f"""#!/bin/sh
case "$*" in
    *version_info*'<='*) exit {0 if supported else 1} ;;
    *ensurepip*) exit {0 if complete else 1} ;;
    *print*) echo 3.12 ;;
    '-m venv'*) echo "{name} $*" > venv-call ;;
    *) echo "Python 3.12.0" ;;
esac
""",
        encoding="utf-8",
    )
    program.chmod(0o755)


def create_environment(folder: Path, python: str = "") -> subprocess.CompletedProcess[str]:
    """Run the script where only the programs in `folder` are on the path."""
    assert SHELL is not None
    return subprocess.run(
        [SHELL, str(PROJECT / "scripts" / "create_environment.sh")],
        cwd=folder,
        env={"PATH": str(folder), "PYTHON": python},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@needs_make
def test_without_a_python_it_says_which_is_needed(tmp_path: Path) -> None:
    python_that(tmp_path, "python3", supported=False)
    answer = create_environment(tmp_path)
    assert answer.returncode == 1
    assert "Python 3.11, 3.12, 3.13 or 3.14 is needed" in answer.stderr
    assert not (tmp_path / "venv-call").exists()


@needs_make
def test_without_venv_it_names_the_package_to_install(tmp_path: Path) -> None:
    python_that(tmp_path, "python3", supported=True, complete=False)
    answer = create_environment(tmp_path)
    assert answer.returncode == 1
    assert "apt-get install python3.12-venv" in answer.stderr


@needs_make
def test_an_unsupported_python3_makes_way_for_a_named_version(tmp_path: Path) -> None:
    python_that(tmp_path, "python3", supported=False)
    python_that(tmp_path, "python3.13", supported=True, complete=False)
    python_that(tmp_path, "python3.12", supported=True)
    answer = create_environment(tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "venv-call").read_text(encoding="utf-8") == "python3.12 -m venv --clear .venv\n"


@needs_make
def test_a_chosen_python_is_used_or_refused_but_never_replaced(tmp_path: Path) -> None:
    python_that(tmp_path, "python3", supported=True)
    python_that(tmp_path, "my python", supported=False)
    answer = create_environment(tmp_path, python=str(tmp_path / "my python"))
    assert answer.returncode == 1
    assert "my python" in answer.stderr
    assert not (tmp_path / "venv-call").exists()


@needs_make
def test_an_environment_whose_python_is_gone_is_made_anew(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    folder = folder_with(tmp_path, calls, installed=True, stands_in=False)
    (folder / ".venv" / "created").touch()
    programs = tmp_path / "programs"
    programs.mkdir()
    python_that(programs, "python3", supported=True)
    make(folder, "run", PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
    assert (folder / "venv-call").read_text(encoding="utf-8") == "python3 -m venv --clear .venv\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")
def test_git_ignores_police_data_and_keeps_the_explanation(tmp_path: Path) -> None:
    shutil.copy(PROJECT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True, capture_output=True)
    ignored = [
        "data/exports/interventies 2021.csv",
        "data/exports/2021/inzet.xlsx",
        "data/demonstration/demonstratie_interventions_2018.csv",
        "data/warehouse/current",
        "elsewhere/copy.duckdb",
        ".venv/bin/python",
    ]
    kept = ["data/exports/README.md", "tests/exports/interventions.csv", "data/reference/population.csv"]
    answer = subprocess.run(
        ["git", "check-ignore", *ignored, *kept],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.strip('"') for line in answer.stdout.splitlines()] == ignored


def test_readme_names_only_commands_and_files_that_exist() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    targets = set(
        re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(re.findall(r"`make ([a-z-]+)", readme)) <= targets
    # Made at run time, or beside the project on some machines only.
    absent_from_git = {".venv/bin/python", "../shared/realdata/", "data/warehouse"}
    named = (
        set(re.findall(r"[`(]((?:[\w.-]+/)+(?:[\w.-]+)?|[\w-]+\.(?:py|in|txt))[`)]", readme))
        - absent_from_git
    )
    assert len(named) > 20
    assert sorted(name for name in named if not (PROJECT / name).exists()) == []


def test_the_chosen_browser_goes_before_an_installed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(find_browser.CHOSEN_BY_ENVIRONMENT, "/somewhere/my-chromium")
    assert find_browser.find_browser() == Path("/somewhere/my-chromium")


@pytest.mark.skipif(os.name == "nt", reason="a program of two lines is not one on Windows")
def test_a_browser_that_does_not_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ubuntu's chromium-browser without its snap: it is there, says so and ends with an error."""
    for name, code in {"chromium": 1, "google-chrome": 0}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.delenv(find_browser.CHOSEN_BY_ENVIRONMENT, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find_browser, "APPLICATIONS", ())
    monkeypatch.setattr(find_browser, "playwright_browsers", lambda: [])
    assert find_browser.find_browser() == tmp_path / "google-chrome"


@pytest.mark.parametrize(
    ("debian", "privileges", "expected"),
    [
        (True, [], ["apt-get", "install"]),
        (True, ["sudo", "--non-interactive"], ["sudo", "apt-get", "install"]),
        # A password would be asked: Playwright's own goes into the person's own folder.
        (True, None, ["playwright", "install"]),
        (False, [], ["playwright", "install"]),
    ],
)
def test_which_browser_is_installed(
    monkeypatch: pytest.MonkeyPatch, debian: bool, privileges: list[str] | None, expected: list[str]
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(find_browser, "is_debian", lambda: debian)
    monkeypatch.setattr(find_browser, "root_privileges", lambda: privileges)
    monkeypatch.setattr(find_browser.subprocess, "run", lambda command, check: commands.append(command))
    find_browser.install_browser()
    assert [word for word in commands[-1] if word in {"sudo", "apt-get", "install", "playwright"}] == expected
    assert commands[-1][-1] == "chromium"


@pytest.mark.parametrize(
    ("address", "leaves", "searches"),
    [
        ("http://127.0.0.1:8501/_stcore/health", False, False),
        ("http://127.0.0.1:8501/response_times/_stcore/health", False, True),
        ("ws://127.0.0.1:8501/_stcore/stream", False, False),
        ("data:image/png;base64,AA==", False, False),
        ("blob:http://127.0.0.1:8501/1", False, False),
        ("https://127.0.0.1.example.org/", True, False),
        ("https://example.org/page/_stcore/health", True, False),
        ("wss://example.org/127.0.0.1", True, False),
        ("http://localhost.example/", True, False),
    ],
)
def test_a_request_that_leaves_the_machine_is_known_as_such(
    address: str, leaves: bool, searches: bool
) -> None:
    assert leaves_machine(address) is leaves
    assert searches_server(address) is searches
