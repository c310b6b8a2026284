"""A file tried out: the same account as the real build, with nothing published, from any kind of file."""

import gzip
import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from cooperation.answers.import_exports import (
    Inspection,
    inspect_export,
    propose_draft,
    rehearse_import,
    text_of,
    values_to_explain,
)
from cooperation.warehouse import trial
from cooperation.warehouse.build import Sources, build
from cooperation.warehouse.profile_drafts import save_profile
from cooperation.warehouse.profiles import FileFormat
from tests.warehouse.exports import (
    Built,
    deployment,
    deployments_text,
    intervention,
    interventions_text,
    settings_text,
)

HEADER = ("Fichenr", "Zone", "Prio", "Oproep ontvangen", "Eenheid", "Ter plaatse")
ROWS = (
    ("1", "PZ Voeren", "P1", "03/02/2022 10:00", "A1", "03/02/2022 10:12"),
    ("2", "5382", "P1", "04/02/2022 10:00", "A1", "04/02/2022 10:08"),
    ("2", "5382", "P1", "04/02/2022 10:00", "A1", "04/02/2022 10:08"),
    ("3", "Lanaken", "P2", "04/02/2022 11:00", "A1", ""),
    ("4", "5381", "hoog", "05/02/2022 11:00", "A2", "05/02/2022 10:00"),
)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Return an installation without exports or profiles."""
    settings = tmp_path / "cooperation.toml"
    settings.write_text(settings_text(), encoding="utf-8")
    (tmp_path / "exports").mkdir()
    return Sources(tmp_path / "exports", tmp_path / "profiles", settings)


def text(rows: tuple[tuple[str, ...], ...] = (HEADER, *ROWS), delimiter: str = ";") -> str:
    return "".join(delimiter.join(row) + "\n" for row in rows)


def written(folder: Path, name: str) -> Path:
    """Return the rows as a file of the kind that its name says."""
    path = folder / "dropped" / name
    path.parent.mkdir(exist_ok=True)
    match path.suffix:
        case ".xlsx":
            with xlsxwriter.Workbook(path) as book:
                for title in ("Uitleg", "Oproepen"):
                    sheet = book.add_worksheet(title)
                    cells = (
                        (HEADER, *ROWS) if title == "Oproepen" else (("Toelichting",), ("bij de oproepen",))
                    )
                    for place, row in enumerate(cells):
                        sheet.write_row(place, 0, row)
        case ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("oproepen.csv", text())
        case ".gz":
            path.write_bytes(gzip.compress(text().encode()))
        case ".tsv":
            path.write_text(text(delimiter="\t"), encoding="utf-16")
        case _:
            path.write_text("Oproepen 2022\n\n" + text(), encoding="cp1252")
    return path


def table_of(file: Path, sources: Sources) -> Inspection:
    return next(table for table in inspect_export(file, sources) if len(table.header) > 1)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx", "a.zip", "a.csv.gz"])
def test_any_kind_of_file_is_proposed_and_tried_as_it_is_then_built(
    name: str, tmp_path: Path, sources: Sources
) -> None:
    file = written(tmp_path, name)
    table = table_of(file, sources)
    assert table.header == HEADER and table.lines_read == len(ROWS) and table.known_profile is None
    assert table.rows[0] == ROWS[0]
    draft = propose_draft(table, sources)
    account = rehearse_import(file, sources, tmp_path / "warehouse" / "monitor", draft)
    tried = {
        one.data_set: (one.lines_read, one.accepted, one.duplicate, one.rejected) for one in account.data_sets
    }
    # Line 3 repeats line 2; Lanaken takes no part.
    assert tried == {"interventions": (5, 3, 1, 1), "deployments": (5, 3, 1, 1)}
    reasons = {(row.rule, row.action, row.column_name) for row in account.reasons.itertuples()}
    assert ("unknown_zone", "reject", "zone_code") in reasons
    assert ("unknown_priority", "empty", "priority") in reasons
    assert ("arrival_before_call", "empty", "arrived_at") in reasons
    first = account.first_rows["interventions"]
    assert list(first["intervention_id"]) == ["1", "2", "4"]
    assert list(first["priority"])[:2] == ["1", "1"]

    # Nothing was published and nothing is left; published for real, it is what was tried.
    assert list(sources.exports.iterdir()) == []
    assert list((tmp_path / "warehouse").iterdir()) == []
    save_profile(sources.profiles, "layout", text_of(draft, file))
    file.rename(sources.exports / file.name)
    build(sources, tmp_path / "monitor")
    built = Built(tmp_path / "monitor").data_sets
    assert {data_set: built[data_set] for data_set in tried} == tried
    assert table_of(sources.exports / file.name, sources).known_profile == "layout"


def test_values_are_counted_over_the_whole_file(tmp_path: Path, sources: Sources) -> None:
    file = written(tmp_path, "a.csv")
    table = table_of(file, sources)
    values = values_to_explain(propose_draft(table, sources), table)
    counts = {one.value: one.count for one in values["interventions", "priority"]}
    assert counts == {"P1": 3, "P2": 1, "hoog": 1}


def test_a_draft_goes_before_a_profile_that_fits_as_well(tmp_path: Path, sources: Sources) -> None:
    file = written(tmp_path, "a.csv")
    draft = propose_draft(table_of(file, sources), sources)
    wrong = text_of(draft, file).replace('received_at = "Oproep ontvangen"', 'received_at = "Zone"')
    save_profile(sources.profiles, "aaa", wrong)
    monitor = tmp_path / "monitor"
    assert rehearse_import(file, sources, monitor).accepted == 0
    assert rehearse_import(file, sources, monitor, draft).accepted == 6


def test_a_deployment_is_tried_beside_the_call_it_belongs_to(tmp_path: Path, sources: Sources) -> None:
    calls = interventions_text([intervention("A", "2022-02-03 10:00:00")])
    (sources.exports / "calls.csv").write_text(calls, encoding="utf-8")
    file = tmp_path / "units.csv"
    file.write_text(deployments_text([deployment("A"), deployment("B")]), encoding="utf-8")
    account = rehearse_import(file, sources, tmp_path / "monitor")
    assert account.is_beside_others
    (units,) = account.data_sets
    assert (units.lines_read, units.accepted, units.rejected) == (2, 1, 1)
    # The same file once more is a repeat of what is there, and not the other way round.
    (sources.exports / "zzz.csv").write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (again,) = rehearse_import(file, sources, tmp_path / "monitor").data_sets
    assert (again.accepted, again.duplicate) == (0, 2)


@pytest.mark.parametrize(
    ("content", "fate"),
    [
        (b"", "empty"),
        (bytes(range(256)) * 9, "not_text"),
        (b"x;y\n1;2\n", "unknown_header"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_answer_and_no_error(
    content: bytes, fate: str, tmp_path: Path, sources: Sources
) -> None:
    file = tmp_path / ("a.zip" if content.startswith(b"PK") else "a.csv")
    file.write_bytes(content)
    (table,) = inspect_export(file, sources)
    assert table.fate == (None if fate == "unknown_header" else fate)
    account = rehearse_import(file, sources, tmp_path / "monitor")
    assert (account.data_sets, account.fate["fate"], account.failure) == ((), fate, None)


def test_a_file_whose_lines_are_all_refused_says_why(tmp_path: Path, sources: Sources) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(interventions_text([intervention("A", "soon")]), encoding="utf-8")
    account = rehearse_import(file, sources, tmp_path / "monitor")
    assert account.accepted == 0 and account.failure is None
    assert list(account.reasons["rule"]) == ["unreadable_received_at"]


def test_a_reason_without_an_example_has_an_empty_list_of_them(tmp_path: Path, sources: Sources) -> None:
    # An empty cell, a line that is cut off and one whose quotation mark stays open: of none a cell can be shown.
    calls = [intervention("A", "2022-02-03 10:00:00"), intervention("B", ""), intervention("C", "soon")]
    file = tmp_path / "calls.csv"
    file.write_text(interventions_text(calls) + 'D;5381\nE;"5381\n', encoding="utf-8")
    reasons = rehearse_import(file, sources, tmp_path / "monitor").reasons
    examples = {
        rule: list(values) for rule, values in zip(reasons["rule"], reasons["first_values"], strict=True)
    }
    assert examples == {
        "missing_value": [],
        "unreadable_received_at": ["soon"],
        "too_few_fields": [],
        "quote_not_closed": [],
    }


def test_a_profile_that_is_broken_is_said(tmp_path: Path, sources: Sources) -> None:
    sources.profiles.mkdir()
    (sources.profiles / "broken.toml").write_text("[file", encoding="utf-8")
    file = tmp_path / "calls.csv"
    file.write_text(interventions_text([intervention("A", "2022-01-01")]), encoding="utf-8")
    account = rehearse_import(file, sources, tmp_path / "monitor")
    assert account.failure is not None and "broken.toml" in account.failure


# --- A large file. ---


@pytest.fixture
def small_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "SAMPLE_ABOVE_BYTES", 2_000)
    monkeypatch.setattr(trial, "SAMPLE_BYTES", 1_000)


@pytest.mark.usefixtures("small_samples")
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_of_a_large_file_whole_lines_are_tried_first(
    encoding: str, end: str, tmp_path: Path, sources: Sources
) -> None:
    calls = [intervention(str(n), "2022-02-03 10:00:00", nature='een "lange"\nregel é') for n in range(400)]
    file = tmp_path / "calls.csv"
    file.write_bytes(interventions_text(calls).replace("\n", end).encode(encoding))
    account = rehearse_import(file, sources, tmp_path / "monitor")
    (sample,) = account.data_sets
    assert account.is_sample
    # Cut between two records: not one of them is refused for being cut.
    assert 0 < sample.lines_read < 30 and sample.accepted == sample.lines_read
    whole = rehearse_import(file, sources, tmp_path / "monitor", whole=True)
    assert not whole.is_sample
    assert [one.accepted for one in whole.data_sets] == [400]


@pytest.mark.usefixtures("small_samples")
def test_a_sample_of_stray_quotes_takes_no_time(tmp_path: Path, sources: Sources) -> None:
    file = tmp_path / "calls.csv"
    file.write_text('"' + "\n;" * 5_000, encoding="utf-8")
    assert rehearse_import(file, sources, tmp_path / "monitor").is_sample


def test_a_file_is_tried_where_nothing_can_be_linked(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "symlink", cannot)
    monkeypatch.setattr(os, "link", cannot)
    file = tmp_path / "calls.csv"
    file.write_text(interventions_text([intervention("A", "2022-02-03 10:00:00")]), encoding="utf-8")
    assert rehearse_import(file, sources, tmp_path / "monitor").accepted == 1


def test_how_a_file_is_written_can_be_overruled(tmp_path: Path, sources: Sources) -> None:
    # A comma in the header's every cell: told by the steward, the semicolon separates.
    file = tmp_path / "a.csv"
    file.write_text("a,b;Fichenr;c,d,e\nx,y;1;z,z,z\n", encoding="utf-8")
    (table,) = inspect_export(file, sources, FileFormat(delimiter=";"))
    assert table.header == ("a,b", "Fichenr", "c,d,e")
    assert propose_draft(table, sources).file_entries == {"delimiter": ";"}
