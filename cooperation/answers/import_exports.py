"""A strange file on its way in: what it is, what would become of its lines, and the words for all of it.

The page and the command line share these functions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cooperation.language import TN, Language, T, Text
from cooperation.settings import Settings, load_settings
from cooperation.warehouse.build import Sources
from cooperation.warehouse.contract import DATA_SETS, DataSet
from cooperation.warehouse.database import Database
from cooperation.warehouse.inspection import InspectedTable, inspect_file
from cooperation.warehouse.mapping_proposals import (
    KnownCodes,
    known_codes,
    propose,
    propose_data_set,
    with_meanings,
)
from cooperation.warehouse.profile_drafts import (
    DataSetDraft,
    Draft,
    DraftError,
    FromColumn,
    profile_text,
)
from cooperation.warehouse.profiles import DETECTED, FileFormat, Profile, load_profiles
from cooperation.warehouse.raw_lines import Layout
from cooperation.warehouse.trial import RawFile, Trial, ValueCount, name_in_trial, try_out

LOOKED_AT_ROWS = 2_000
MOSTLY_FILLED = 0.6
# Of a header that nobody knows, as much as a sentence can hold.
NAMED_COLUMNS, NAMED_CHARACTERS = 12, 40
ACCOUNTS, REASONS, GAPS = "import_exports/accounts", "import_exports/reasons", "import_exports/call_gaps"
# Their lines are about lines of another data set, which another file may hold.
ABOUT_OTHERS = ("deployments", "costs", "investments", "standalone_estimates")

DATA_SET_NAMES: Mapping[str, Text] = {
    "interventions": T("Interventions: calls and tasks"),
    "deployments": T("Deployments: the units that were sent"),
    "costs": T("Costs: lines of the ledger"),
    "investments": T("Joint purchases"),
    "distribution_keys": T("Distribution keys: who pays which share"),
    "standalone_estimates": T("Estimates of what a zone would have paid alone"),
    "activities": T("Activities in the fields of the protocol"),
}
COLUMN_NAMES: Mapping[str, Text] = {
    "intervention_id": T("Number of the intervention"),
    "zone_code": T("Police zone"),
    "municipality_nis": T("Municipality"),
    "priority": T("Priority"),
    "origin": T("Origin: a citizen's call, own initiative or planned"),
    "nature": T("Nature of the facts"),
    "received_at": T("Call received"),
    "closed_at": T("Intervention closed"),
    "unit_id": T("Unit"),
    "unit_zone_code": T("Police zone of the unit"),
    "assistance": T("Kind of assistance"),
    "dispatched_at": T("Unit sent"),
    "departed_at": T("Unit departed"),
    "arrived_at": T("Unit arrived"),
    "cleared_at": T("Unit free again"),
    "booking_date": T("Date of booking"),
    "domain_code": T("Field of the protocol"),
    "service": T("Ordinary or extraordinary service"),
    "category": T("Economic group"),
    "description": T("Description"),
    "amount_eur": T("Amount in euro"),
    "joint_purchase_id": T("Number of the joint purchase it belongs to"),
    "investment_id": T("Number of the joint purchase"),
    "name": T("Name of the purchase"),
    "purchase_date": T("Date of purchase"),
    "price_eur": T("Price in euro"),
    "lifetime_years": T("Lifetime in years"),
    "key_id": T("Code of the distribution key"),
    "share": T("Share of the zone"),
    "valid_from": T("Valid from"),
    "estimate_eur": T("Estimate in euro"),
    "basis": T("What the estimate stands on"),
    "activity_date": T("Date of the activity"),
    "indicator_code": T("What is counted"),
    "partner_zone_code": T("The other zone"),
    "quantity": T("Quantity"),
}
DRAFT_PROBLEMS: Mapping[str, Text] = {
    "no_data_set": T("Choose what the file holds."),
    "missing_column": T("Choose where this comes from; without it no line can be counted."),
    "unknown_column": T("This column does not stand in the file."),
    "unknown_format": T("Choose one of the ways of writing that the list offers."),
    "time_without_date": T(
        "This time has no date: choose the column with its date, or map an earlier moment first."
    ),
    "no_moment": T("Only a moment can be put together from a date and a time."),
    "list_in_first_data_set": T(
        "Several units in one cell can be told apart only where the file holds their calls too."
    ),
}


@dataclass(frozen=True)
class Inspection:
    """One table of a file as it is read: how it is written, its first rows, the profile that knows it (None: nobody).

    `name` is that of the file, with its sheet or member where there are several. `fate` says why nothing of it can be
    read, None where lines can be; a table that nobody knows has a layout, and can be. `written` is what the steward
    decided about the file.
    """

    file: Path
    name: str
    fate: str | None
    lines_read: int
    layout: Layout | None
    rows: tuple[tuple[str, ...], ...]
    known_profile: str | None
    written: FileFormat

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns, trimmed and unique."""
        return self.layout.header if self.layout else ()

    @property
    def is_contract(self) -> bool:
        """Whether the table has the contract's own columns, which need no profile."""
        return self.known_profile is not None and self.known_profile.startswith("contract:")


@dataclass(frozen=True)
class LineAccount:
    """What would become of the lines of one data set: lines read = accepted + duplicate + rejected."""

    data_set: str
    lines_read: int
    accepted: int
    duplicate: int
    rejected: int


@dataclass(frozen=True)
class CallGaps:
    """How many accepted calls of a file have no origin, and how many no priority."""

    calls: int = 0
    without_origin: int = 0
    without_priority: int = 0


@dataclass(frozen=True)
class TrialAccount:
    """What a build would make of one file; `data_sets` is empty where nothing could be read, `failure` says why.

    `reasons` has one row per rule, data set and column: action, finding_count, first_line_numbers, first_values.
    `first_rows` are the first accepted rows by data set, as they would be counted.
    """

    is_sample: bool
    is_beside_others: bool
    fate: Mapping[str, Any]
    data_sets: tuple[LineAccount, ...]
    reasons: pd.DataFrame
    first_rows: Mapping[str, pd.DataFrame]
    gaps: CallGaps = CallGaps()
    failure: str | None = None

    @property
    def accepted(self) -> int:
        """Rows of all data sets that would be counted."""
        return sum(account.accepted for account in self.data_sets)


def inspect_export(file: Path, sources: Sources, written: FileFormat = DETECTED) -> tuple[Inspection, ...]:
    """Return every table of a file, how it is written and what it holds; whatever state it is in, never an error."""
    profiles = load_profiles(sources.profiles)
    tables = inspect_file(file, profiles, written)
    return tuple(_inspection(file, table, profiles, written) for table in tables)


def propose_draft(inspection: Inspection, sources: Sources) -> Draft:
    """Return the mapping that the file's names and cells suggest, the meanings of its priorities included."""
    draft = propose(inspection.header, inspection.rows, codes_of(sources))
    return replace(
        draft,
        data_sets=tuple(_with_meanings(mapped, inspection, sources) for mapped in draft.data_sets),
        file_entries=_file_entries(inspection.written),
    )


def propose_other(data_set: str, inspection: Inspection, sources: Sources) -> DataSetDraft:
    """Return the mapping for a data set that the steward says the file holds."""
    mapped = propose_data_set(data_set_named(data_set), inspection.header, inspection.rows, codes_of(sources))
    return _with_meanings(mapped, inspection, sources)


def codes_of(sources: Sources) -> KnownCodes:
    """Return the zones, priorities and municipalities of the installation."""
    return known_codes(load_settings(sources.settings), sources.reference)


def data_set_named(name: str) -> DataSet:
    """Return the data set of the contract with this name; KeyError for any other."""
    return {data_set.name: data_set for data_set in DATA_SETS}[name]


def values_to_explain(draft: Draft, inspection: Inspection) -> dict[tuple[str, str], tuple[ValueCount, ...]]:
    """Return the values with their counts of every source column that a column of codes comes from.

    By data set and column of the contract.
    """
    wanted = {
        (mapped.data_set.name, column): origin.column
        for mapped in draft.data_sets
        for column, origin in mapped.origins.items()
        if mapped.data_set.kinds[column] == "code" and isinstance(origin, FromColumn)
    }
    if not wanted:
        return {}
    with RawFile(inspection.file, inspection.header, inspection.written) as raw:
        counts = {column: raw.count_values(column) for column in set(wanted.values())}
    return {place: counts[column] for place, column in wanted.items()}


def rehearse_import(
    file: Path, sources: Sources, database: Path, draft: Draft | None = None, *, whole: bool = False
) -> TrialAccount:
    """Return what a build would make of a file, with a draft's profile or with those that are there.

    DraftError where the draft does not say enough.
    """
    profile = None if draft is None else text_of(draft, file)
    data_sets = {mapped.data_set.name for mapped in draft.data_sets} if draft else set(ABOUT_OTHERS)
    is_alone = draft is not None and "interventions" in data_sets
    trial = try_out(
        file,
        sources,
        database,
        (f"pages/{ACCOUNTS}", f"pages/{REASONS}", f"pages/{GAPS}"),
        profile=profile,
        needs_others=not is_alone and bool(data_sets & set(ABOUT_OTHERS)),
        whole=whole,
    )
    return _account(trial, file)


def text_of(draft: Draft, file: Path) -> str:
    """Return the profile that a draft becomes, with today's date and the file's name in its first line."""
    return profile_text(draft, made_from=file.name, made_on=date.today())


def trial_sentence(data_set: LineAccount, language: Language) -> Text:
    """Return in one sentence what would become of the lines of a data set."""
    return TN(
        "Of {count} line, {accepted} would be counted; {duplicate} double, {rejected} refused.",
        "Of {count} lines, {accepted} would be counted; {duplicate} double, {rejected} refused.",
        count=data_set.lines_read,
        accepted=language.number(data_set.accepted),
        duplicate=language.number(data_set.duplicate),
        rejected=language.number(data_set.rejected),
    )


def published_gaps(database: Database, file_name: str) -> CallGaps:
    """Return the gaps in the accepted calls of a file, all its sheets or members together, as they are published."""
    return _gaps(_own_rows(database.ask(f"pages/{GAPS}").table, file_name))


def gap_sentences(gaps: CallGaps, settings: Settings, language: Language) -> tuple[Text, ...]:
    """Return which accepted calls the headline leaves out for a cell that is empty, none where it counts every call."""
    said = []
    if settings.population.origins and gaps.without_origin:
        said.append(
            TN(
                "{count} of {total} accepted calls has no origin, so the headline does not count it.",
                "{count} of {total} accepted calls have no origin, so the headline does not count them.",
                count=gaps.without_origin,
                total=language.number(gaps.calls),
            )
        )
    if settings.default_priorities and gaps.without_priority:
        said.append(
            TN(
                "{count} of {total} accepted calls has no priority, so the headline does not count it.",
                "{count} of {total} accepted calls have no priority, so the headline does not count them.",
                count=gaps.without_priority,
                total=language.number(gaps.calls),
            )
        )
    return tuple(said)


def draft_problem(error: DraftError, header: Sequence[str], expected: Sequence[str]) -> Text:
    """Return what a mapping lacks; where nothing was recognised, the columns found and what data sets are expected."""
    problem = DRAFT_PROBLEMS[error.code]
    if error.code == "no_data_set":
        found = ", ".join(name[:NAMED_CHARACTERS] for name in header[:NAMED_COLUMNS])
        return T(
            "The columns that were found are {found}; none was recognised. A file holds one or more of: {expected}."
            " {problem}",
            found=f"{found} …" if len(header) > NAMED_COLUMNS else found,
            expected="; ".join(expected),
            problem=problem,
        )
    if not error.column:
        return problem
    return T("{column}: {problem}", column=COLUMN_NAMES.get(error.column, error.column), problem=problem)


def _gaps(rows: pd.DataFrame) -> CallGaps:
    return CallGaps(*(int(rows[name].sum()) for name in ("call_count", "without_origin", "without_priority")))


def _inspection(
    file: Path, table: InspectedTable, profiles: Sequence[Profile], written: FileFormat
) -> Inspection:
    layout, lines = table.layout, table.line_count
    is_readable = layout is not None and table.fate in (None, "unknown_header")
    if layout is not None and table.profile is None and written.skip_lines is None:
        titles = _title_lines(table)
        if titles:
            # Above the header of a hand-made export stands what it is about, and for whom.
            written = replace(written, skip_lines=titles)
            again = inspect_file(file, profiles, written)
            same = next((other for other in again if other.name == table.name and other.layout), table)
            layout, lines = same.layout, same.line_count
    rows: tuple[tuple[str, ...], ...] = ()
    if layout is not None and is_readable and lines:
        with RawFile(file, layout.header, written) as raw:
            rows = raw.first_rows(LOOKED_AT_ROWS)
    return Inspection(
        file=file,
        name=table.name,
        fate=None if rows else table.fate if not is_readable else "only_header",
        lines_read=lines,
        layout=layout,
        rows=rows,
        known_profile=table.profile.name if table.profile else None,
        written=written,
    )


def _file_entries(written: FileFormat) -> dict[str, str | int]:
    """Return what somebody decided about a file, called as in a profile."""
    entries = {"decimal" if name == "decimal_mark" else name: told for name, told in asdict(written).items()}
    return {name: told for name, told in entries.items() if told is not None}


def _title_lines(table: InspectedTable) -> int:
    """Return how many lines stand above the first that is nearly as filled as the fullest: titles, most likely."""
    filled = [(number, sum(1 for cell in cells if cell.strip())) for number, cells in table.first_rows]
    fullest = max((count for _, count in filled), default=0)
    header = next((number for number, count in filled if count >= MOSTLY_FILLED * fullest), 1)
    return header - 1


def _with_meanings(mapped: DataSetDraft, inspection: Inspection, sources: Sources) -> DataSetDraft:
    written = {
        column: sorted(
            {row[inspection.header.index(origin.column)].strip() for row in inspection.rows} - {""}
        )
        for column, origin in mapped.origins.items()
        if column == "priority" and isinstance(origin, FromColumn)
    }
    return with_meanings(mapped, written, codes_of(sources))


def _account(trial: Trial, file: Path) -> TrialAccount:
    own = name_in_trial(file.name)
    if trial.rehearsal is None:
        failure = trial.failure
        assert failure is not None, "a trial without a rehearsal says why"
        fates = [row for row in failure.files if _is_of(own, str(row["file_name"]))]
        fate = fates[0] if fates else {"fate": "cannot_be_opened", "lines_read": 0}
        said = None if failure.code == "nothing_to_read" else str(failure)
        return TrialAccount(
            trial.is_sample, trial.is_beside_others, fate, (), pd.DataFrame(), {}, failure=said
        )
    rehearsal = trial.rehearsal
    accounts = _own_rows(rehearsal.replies[f"pages/{ACCOUNTS}"], own)
    data_sets = accounts.drop(columns="file_name").groupby("data_set").sum().astype(int)
    by_name = {
        name: LineAccount(str(name), *map(int, row))
        for name, row in zip(data_sets.index, data_sets.to_numpy(), strict=True)
    }
    return TrialAccount(
        is_sample=trial.is_sample,
        is_beside_others=trial.is_beside_others,
        fate=next(row for row in rehearsal.files if _is_of(own, str(row["file_name"]))),
        data_sets=tuple(by_name[data_set.name] for data_set in DATA_SETS if data_set.name in by_name),
        reasons=_own_rows(rehearsal.replies[f"pages/{REASONS}"], own).drop(columns="file_name"),
        first_rows=rehearsal.first_rows,
        gaps=_gaps(_own_rows(rehearsal.replies[f"pages/{GAPS}"], own)),
    )


def _own_rows(table: pd.DataFrame, own: str) -> pd.DataFrame:
    is_own = pd.Series([_is_of(own, name) for name in table["file_name"]], index=table.index, dtype=bool)
    return table[is_own].reset_index(drop=True)


def _is_of(own: str, name: str) -> bool:
    """Tell whether a name in a rehearsal is that of the tried file, or of a sheet or member of it."""
    return name == own or name.startswith(f"{own}/")
