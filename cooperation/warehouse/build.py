"""From dropped exports to a published database; when anything fails, the old database stays."""

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from cooperation import __version__
from cooperation.settings import DEFAULT_SETTINGS, PROJECT, Settings, load_settings
from cooperation.warehouse.build_lock import HeldByAnother, alone
from cooperation.warehouse.contract import DATA_SETS, DataSet
from cooperation.warehouse.exports import ExportFile, find_exports, fingerprint
from cooperation.warehouse.lanes import Lanes
from cooperation.warehouse.profiles import ProfileError, contract_profiles, load_profiles
from cooperation.warehouse.publishing import lock_path, new_database_path, publish, remove_leftovers
from cooperation.warehouse.query_files import QUERIES, choose_parameters, query_names, query_text
from cooperation.warehouse.reading import FileAccount, RawLoader
from cooperation.warehouse.reference import calendar_years, fill_table, load_reference
from cooperation.warehouse.rules import PURCHASE_RULES, RULES_OF, Rule

DEFAULT_PROFILES = PROJECT / "data" / "profiles"
DEFAULT_REFERENCE = PROJECT / "data" / "reference"
DEFAULT_EXPORTS = PROJECT / "data" / "exports"
DEFAULT_DEMONSTRATION = PROJECT / "data" / "demonstration"
DEFAULT_DATABASE = PROJECT / "data" / "warehouse" / "monitor"

MEMORY_LIMIT = "3GB"
LANE_COUNT = 2
# A core takes whole groups of rows. With DuckDB's own 122,880 a hundred thousand calls would be work for one core, in
# the build and for every figure after it.
ROWS_A_GROUP = 24_576
SHOWN_FAILURES = 5
# Longer than any build takes: ten million interventions take seven minutes.
SECONDS_TO_WAIT_FOR_ANOTHER_BUILD = 30 * 60.0
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SHOWN_ROWS = 5
# What became of every line and cell; each later one stands on those before it.
ACCOUNT_MARTS = ("rejects", "flagged_cells", "data_set_accounts", "file_accounts", "call_gaps")

# Data sets of one list are staged one after the other, beside the other list. The second pair may look at all of the
# first.
STAGED_FIRST = (("interventions",), ("activities", "distribution_keys", "costs"))
STAGED_NEXT = (("deployments",), ("investments", "standalone_estimates"))
# In the order in which they are made: some stand on others. They look at nothing that is staged from the calls.
MARTS_OF_MONEY = (
    "joint_purchases",
    "purchase_bookings",
    "key_shares",
    "standalone_estimates",
    "cost_shares",
    "ledger_months",
    "cost_months",
    "zone_population",
    "activity_months",
)
# None stands on another mart.
MARTS_OF_CALLS = ("response_times", "unit_assistance", "data_set_coverage")
# Every mart keeps its rows in one order, or the same page would show other rows after a build of the same exports. All
# columns give one; where there are many rows, a key does.
ROWS_IN_ORDER_OF = {"response_times": "intervention_number"}
MARTS = (*MARTS_OF_MONEY, *MARTS_OF_CALLS, *ACCOUNT_MARTS)


Account = Mapping[str, object]


class BuildError(RuntimeError):
    """The build stopped and nothing was published; the message says why.

    `code` is "exports_missing", "nothing_to_read", "nothing_accepted", "exports_changed", "file_unreadable",
    "another_build", "disk_full", "memory_full", "folder_in_place", "cannot_write" or "stopped". `files` and `data_sets`
    are the accounts as far as the build came, like `queries/pages/data_quality/`.
    """

    def __init__(
        self, code: str, message: str, files: Sequence[Account] = (), data_sets: Sequence[Account] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.files = tuple(files)
        self.data_sets = tuple(data_sets)


@dataclass(frozen=True)
class Sources:
    """Where a build takes everything from."""

    exports: Path = DEFAULT_EXPORTS
    profiles: Path = DEFAULT_PROFILES
    settings: Path = DEFAULT_SETTINGS

    @property
    def reference(self) -> Path:
        """The folder with reference data: the settings' own, where it has one beside it."""
        own = self.settings.parent / "reference"
        return own if own.is_dir() else DEFAULT_REFERENCE

    def fingerprint(self) -> str:
        """Return a digest that changes when an export, a profile, reference data, a setting or a method does."""
        return fingerprint(
            self.exports, self.profiles, self.reference, contents=(self._settings_bytes(), method_contents())
        )

    def _settings_bytes(self) -> bytes:
        try:
            return self.settings.read_bytes()
        except OSError:
            # The build says what is wrong with them.
            return b""


@cache
def method_contents() -> bytes:
    """Return all SQL and all Python that a database depends on: another method must give another database."""
    paths = [*sorted(QUERIES.rglob("*.sql")), *sorted(Path(__file__).parent.glob("*.py"))]
    return b"\0".join(path.read_bytes() for path in paths)


def build(sources: Sources, database: Path) -> Path:
    """Build a new database from the exports and publish it at `database`; BuildError leaves the old one in place.

    One build at a time: this waits for another one to end, and removes what a build that died has left behind.
    """
    if database.is_dir():
        raise BuildError("folder_in_place", str(database))
    with told_as_build_errors(), alone(lock_path(database), SECONDS_TO_WAIT_FOR_ANOTHER_BUILD):
        remove_leftovers(database)
        return _build_alone(sources, database)


@contextmanager
def told_as_build_errors() -> Iterator[None]:
    """Raise what goes wrong on the way to a database as BuildError, with a code that says what it is."""
    try:
        yield
    except HeldByAnother as error:
        raise BuildError("another_build", str(error)) from error
    except (duckdb.Error, ProfileError, OSError, ValueError) as error:
        raise BuildError(_failure_code(error), str(error)) from error


def _build_alone(sources: Sources, database: Path) -> Path:
    before = sources.fingerprint()
    target = new_database_path(database)
    try:
        _build_from_unchanged(sources, target, before)
        return publish(database, target)
    finally:
        shutil.rmtree(target.parent, ignore_errors=True)


def _build_from_unchanged(sources: Sources, target: Path, before: str) -> None:
    try:
        _Build(sources, target).run(before)
    finally:
        # A file that was still being copied would show half a year until somebody looks twice. Where the build failed,
        # that is why: a file went away under its reader.
        if sources.fingerprint() != before:
            raise BuildError("exports_changed", "the exports changed while they were read")


def _failure_code(error: Exception) -> str:
    if _says_no_room(error):
        return "disk_full"
    if isinstance(error, duckdb.OutOfMemoryException):
        return "memory_full"
    # What goes wrong with exports, settings and profiles is told apart where they are read.
    return "cannot_write" if isinstance(error, OSError) else "stopped"


def _says_no_room(error: Exception) -> bool:
    # DuckDB passes on what the system says, in words only.
    said = isinstance(error, duckdb.Error) and any(os.strerror(code) in str(error) for code in NO_ROOM)
    return said or isinstance(error, OSError) and error.errno in NO_ROOM


@dataclass(frozen=True)
class Rehearsal:
    """What a build would make of the exports: every file's account, replies by query name, staged rows by data set.

    `files` are rows like those of `queries/marts/file_accounts.sql`.
    """

    files: Sequence[Account]
    replies: Mapping[str, pd.DataFrame]
    first_rows: Mapping[str, pd.DataFrame]


def rehearse(sources: Sources, database: Path, queries: Sequence[str], shown: str) -> Rehearsal:
    """Run a build that publishes nothing, and ask its marts `queries`; BuildError where it stopped.

    First rows are those of the files whose names start with `shown`.
    """
    with told_as_build_errors():
        target = new_database_path(database)
        try:
            return _Build(sources, target).rehearse(queries, shown)
        finally:
            shutil.rmtree(target.parent, ignore_errors=True)


class _Build:
    """One run; every step leaves tables behind for the next."""

    def __init__(self, sources: Sources, target: Path) -> None:
        self._sources = sources
        self._settings: Settings = load_settings(sources.settings)
        self._scratch = target.parent
        self._connection = duckdb.connect()
        self._connection.execute(
            "attach $path as built (row_group_size $rows)", {"path": str(target), "rows": ROWS_A_GROUP}
        )
        self._connection.execute("use built")
        self._lanes = Lanes([self._lane() for _ in range(LANE_COUNT)])
        self._values = self._query_values()

    def _lane(self) -> duckdb.DuckDBPyConnection:
        lane = self._connection.cursor()
        lane.execute("use built")
        # A bar on standard output would stand in the middle of the account that --json prints.
        lane.execute("set enable_progress_bar = false")
        return lane

    def _query_values(self) -> dict[str, object]:
        plausible = self._settings.plausible
        return {
            "time_zone": self._settings.time_zone,
            "earliest_received": plausible.earliest_received,
            "latest_received": plausible.latest_received,
            "longest_response_seconds": plausible.longest_response_seconds,
            "earliest_date": plausible.earliest_date,
            "latest_date": plausible.latest_date,
            "largest_amount_eur": plausible.largest_amount_eur,
            "longest_lifetime_years": plausible.longest_lifetime_years,
            "largest_quantity": plausible.largest_quantity,
            "minimum_count": self._settings.activities.minimum_count,
            "today": datetime.now(ZoneInfo(self._settings.time_zone)).date(),
        }

    def run(self, exports_fingerprint: str) -> None:
        try:
            self._open()
            self._read()
            self._lock()
            self._loader.map_onto_contract()
            self._stage(MARTS_OF_MONEY)
            self._make_marts()
            self._refuse_nothing()
            self._check()
            self._describe(exports_fingerprint)
            self._connection.execute("detach raw")
            self._connection.execute("detach staging")
            self._connection.execute("checkpoint")
        finally:
            self._close()

    def rehearse(self, queries: Sequence[str], shown: str) -> Rehearsal:
        """Read and stage as `run` does, and account for every line, also where not one was accepted."""
        try:
            self._open()
            self._read()
            self._lock()
            self._loader.map_onto_contract()
            self._stage()
            self._account_for_lines(self._connection)
            return Rehearsal(
                self._records("pages/data_quality/file_accounts"),
                {query: self._connection.execute(query_text(query)).df() for query in queries},
                {data_set.name: self._first_rows(data_set.name, shown) for data_set in DATA_SETS},
            )
        finally:
            self._close()

    def _close(self) -> None:
        self._lanes.close()
        self._connection.close()

    def _first_rows(self, data_set: str, shown: str) -> pd.DataFrame:
        return self._connection.execute(
            f"""
            select staged.* from staging.{data_set} as staged
            inner join files using (file_number)
            where starts_with(files.file_name, $shown)
            order by file_number, line_number, item_number
            limit $most
            """,
            {"shown": shown, "most": SHOWN_ROWS},
        ).df()

    def _open(self) -> None:
        run = self._connection.execute
        run("set memory_limit = $limit", {"limit": MEMORY_LIMIT})
        run("set temp_directory = $folder", {"folder": str(self._scratch / "spill")})
        run("set preserve_insertion_order = false")
        run("set enable_progress_bar = false")
        # In memory, and from there into the temporary folder where they grow over the limit.
        run("attach ':memory:' as raw")
        run("attach ':memory:' as staging")
        self._lanes.begin(self._define)
        self._loader = RawLoader(
            self._connection,
            self._lanes,
            (*load_profiles(self._sources.profiles), *contract_profiles()),
            self._scratch,
        )

    def _define(self, lane: duckdb.DuckDBPyConnection) -> None:
        """Create macros and reference tables; reading exports needs neither."""
        lane.execute(query_text("macros"))
        plausible = self._settings.plausible
        years = calendar_years(plausible.earliest_received, plausible.latest_received)
        load_reference(lane, self._settings, self._sources.reference, years)

    def _read(self) -> None:
        exports = find_exports(self._sources.exports)
        if not exports:
            raise BuildError("exports_missing", str(self._sources.exports))
        accounts: list[FileAccount] = []
        for file in exports:
            accounts += self._load(file, len(accounts) + 1)
        self._lanes.settle()
        if not any(account.lines_read for account in accounts if account.data_set):
            refused = [
                asdict(account) | {"accepted": 0, "duplicate": 0, "rejected": account.lines_read}
                for account in accounts
            ]
            raise BuildError("nothing_to_read", "no export holds a line that can be read", refused)
        fill_table(
            self._connection,
            "files",
            "file_number integer, file_name varchar, fate varchar, data_set varchar, profile varchar, kind varchar,"
            " encoding varchar, delimiter varchar, quote varchar, decimal_mark varchar, header_line varchar,"
            " lines_read bigint",
            [astuple(account) for account in accounts],
        )

    def _load(self, file: ExportFile, number: int) -> tuple[FileAccount, ...]:
        try:
            return self._loader.load(file, number)
        except OSError as error:
            if _says_no_room(error) or not self._scratch.is_dir():
                raise
            # No file to leave aside: its figures would vanish for a loose cable, or while Excel has it open.
            raise BuildError("file_unreadable", file.name) from error

    def _lock(self) -> None:
        # From here on only profiles' expressions run that nobody of the project wrote: no files, no network.
        self._connection.execute("set enable_external_access = false")
        self._connection.execute("set lock_configuration = true")

    def _stage(self, marts_of_money: Sequence[str] = ()) -> None:
        """Stage all data sets, and make marts of money and activities while deployments are staged."""
        self._connection.execute(query_text("staged_tables"))
        self._connection.execute("""
            insert into staging.findings by name
            select files.data_set, malformed.rule, 'reject' as action, file_number, malformed.line_number,
                0 as item_number
            from raw.malformed_lines as malformed inner join files using (file_number)
        """)
        self._lanes.run(
            *(
                partial(self._collect_spellings, data_set)
                for data_set in DATA_SETS
                if data_set.name in self._loader.met_data_sets
            )
        )
        self._create(self._connection, "staging.meanings", "staging/meanings")
        self._lanes.run(*(partial(self._stage_data_sets, names) for names in STAGED_FIRST))
        calls, money = STAGED_NEXT
        self._lanes.run(partial(self._stage_units, calls), partial(self._stage_money, money, marts_of_money))

    def _collect_spellings(self, data_set: DataSet, lane: duckdb.DuckDBPyConnection) -> None:
        for column, kind in data_set.listed.items():
            lane.execute(
                f"insert into staging.spellings select distinct $kind, {column} from raw.{data_set.name}",
                {"kind": kind},
            )

    def _stage_units(self, names: Sequence[str], lane: duckdb.DuckDBPyConnection) -> None:
        self._stage_data_sets(names, lane)
        self._create(lane, "staging.units_sent", "staging/units_sent")

    def _stage_money(
        self, names: Sequence[str], marts: Sequence[str], lane: duckdb.DuckDBPyConnection
    ) -> None:
        self._stage_data_sets(names, lane)
        if "costs" in self._loader.met_data_sets:
            self._apply(lane, PURCHASE_RULES)
        self._create_marts(marts, lane)

    def _stage_data_sets(self, names: Sequence[str], lane: duckdb.DuckDBPyConnection) -> None:
        for name in names:
            self._stage_data_set(lane, name)

    def _stage_data_set(self, lane: duckdb.DuckDBPyConnection, data_set: str) -> None:
        """Fill `staging.<data set>` with the accepted lines, and tell of the others in `findings` and `repeats`."""
        # Most exports hold two of the seven: one that no export holds is not worth a plan for each of its rules.
        if data_set not in self._loader.met_data_sets:
            return
        rules = [rule for rule in RULES_OF[data_set] if self._may_break(rule)]
        self._create(lane, f"staging.{data_set}_parsed", f"staging/{data_set}_parsed")
        if data_set == "activities":
            self._insert(lane, "staging.small_counts", "staging/activities_small_counts")
        self._apply(lane, [rule for rule in rules if not rule.after_repeats])
        self._insert(lane, "staging.repeats", f"staging/{data_set}_repeated", {"data_set": data_set})
        self._apply(lane, [rule for rule in rules if rule.after_repeats])
        self._insert(lane, f"staging.{data_set}", f"staging/{data_set}")

    def _may_break(self, rule: Rule) -> bool:
        """Tell whether profiles and settings leave a rule anything to find: its plan alone takes milliseconds."""
        match rule.name:
            case "replaced_by_later_file":
                return rule.data_set in self._loader.replaceable_data_sets
            case "outside_zone_life":
                return any(zone.founded or zone.dissolved for zone in self._settings.zones)
        return True

    def _apply(self, lane: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> None:
        for rule in rules:
            labels = {
                "data_set": rule.data_set,
                "rule": rule.name,
                "action": rule.action(self._settings.rules),
            }
            self._insert(lane, "staging.findings", rule.query, labels)

    def _insert(
        self,
        lane: duckdb.DuckDBPyConnection,
        table: str,
        query: str,
        labels: Mapping[str, object] | None = None,
    ) -> None:
        """Add the rows of a query to a table, with the same `labels` in each."""
        labels = labels or {}
        sql = query_text(query)
        labelled = "".join(f"${name} as {name}, " for name in labels)
        lane.execute(
            f"insert into {table} by name select {labelled}* from ({sql})",
            {**labels, **choose_parameters(sql, self._values)},
        )

    def _make_marts(self) -> None:
        marts_of_calls = [partial(self._create_marts, (mart,)) for mart in MARTS_OF_CALLS]
        self._lanes.run(self._account_for_lines, *marts_of_calls)

    def _create_marts(self, marts: Sequence[str], lane: duckdb.DuckDBPyConnection) -> None:
        for mart in marts:
            sql = query_text(f"marts/{mart}")
            order = ROWS_IN_ORDER_OF.get(mart, "all")
            lane.execute(
                f"create table {mart} as from ({sql}) order by {order}", choose_parameters(sql, self._values)
            )

    def _account_for_lines(self, lane: duckdb.DuckDBPyConnection) -> None:
        self._loader.keep_texts_of(
            "select file_number, line_number from staging.findings where action = 'reject' and item_number > 0",
            lane,
        )
        self._create_marts(ACCOUNT_MARTS, lane)

    def _create(self, lane: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
        sql = query_text(query)
        lane.execute(f"create table {table} as {sql}", choose_parameters(sql, self._values))

    def _refuse_nothing(self) -> None:
        # An empty database would wipe out the figures that the last good exports gave.
        accepted = self._connection.execute("select sum(accepted) from data_set_accounts").fetchall()
        if accepted == [(0,)]:
            raise BuildError(
                "nothing_accepted",
                "no line was accepted",
                self._records("pages/data_quality/file_accounts"),
                self._records("pages/data_quality/data_set_accounts"),
            )

    def _records(self, query: str) -> list[Account]:
        table = self._connection.execute(query_text(query)).df()
        return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]

    def _check(self) -> None:
        self._lanes.run(*(partial(self._find_nothing, check) for check in query_names("checks")))

    def _find_nothing(self, check: str, lane: duckdb.DuckDBPyConnection) -> None:
        sql = query_text(check)
        failing = lane.execute(sql, choose_parameters(sql, self._values)).fetchmany(SHOWN_FAILURES)
        if failing:
            raise BuildError("stopped", f"check {check} found: {failing}")

    def _describe(self, exports_fingerprint: str) -> None:
        about = {
            "settings": self._settings.text,
            "fingerprint": exports_fingerprint,
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": __version__,
        }
        self._connection.execute(query_text("selection"))
        fill_table(self._connection, "about", "entry varchar, value varchar", list(about.items()))
