"""How a delimited file is written, told from the file: each piece of evidence, and what a profile overrules."""

from pathlib import Path

import pytest

from cooperation.warehouse.inspection import inspect_file
from cooperation.warehouse.layouts import NotText, detect_encoding, detect_layout
from cooperation.warehouse.profiles import FileFormat, Profile, ProfileError, contract_profiles, load_profiles
from cooperation.warehouse.raw_lines import Layout

CONTRACT = contract_profiles()
HEADER = ";".join(CONTRACT[0].header)
LINE = "A;5381;73066;1;citizen_call;inbraak;2023-06-10 12:00:00;"


def layout_of(folder: Path, content: str | bytes, written: FileFormat | None = None) -> Layout:
    path = folder / "export.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    layout = detect_layout(path, CONTRACT, written)
    assert layout is not None
    return layout


def profile_of(folder: Path, *entries: str, header: str = '["nr", "aard"]') -> tuple[Profile, ...]:
    text = "\n".join(["[file]", f"header = {header}", *entries, "[interventions]", 'intervention_id = "nr"'])
    (folder / "log.toml").write_text(text, encoding="utf-8")
    return load_profiles(folder)


# --- Encoding. ---


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(tmp_path: Path, encoding: str) -> None:
    layout = layout_of(tmp_path, f"{HEADER}\r\n{LINE}été\r\n".encode(encoding))
    assert (layout.encoding, layout.header) == (encoding, CONTRACT[0].header)


@pytest.mark.parametrize("content", [bytes(100), b"a\0\0\0" * 50, bytes(range(256)) * 4, b"abc\0def" * 20])
def test_zeros_anywhere_else_are_no_text(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export.csv").write_bytes(content)
    with pytest.raises(NotText):
        detect_encoding(tmp_path / "export.csv")


# --- Delimiter. ---


def test_the_delimiter_is_what_the_lines_agree_on_not_what_the_header_has_most_of(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, "nr;naam, voornaam;straat, nummer, bus\n1;a, b;c, 1, 2\n2;d;e, 3\n")
    assert (layout.delimiter, len(layout.header)) == (";", 3)


@pytest.mark.parametrize("delimiter", ["^", "~", "#", "§", "\x1f"])
def test_an_unusual_delimiter_is_known_by_standing_in_every_line(tmp_path: Path, delimiter: str) -> None:
    assert layout_of(tmp_path, "nr-aard-tijd\n1-x-2\n3-y-4\n".replace("-", delimiter)).delimiter == delimiter


def test_a_clock_in_every_line_is_no_delimiter(tmp_path: Path) -> None:
    assert layout_of(tmp_path, "klok\n12:30\n12:40\n").header == ("klok",)
    assert layout_of(tmp_path, "mail\na@b\nc@d\n").header == ("mail",)


# --- Quote. ---


def test_an_apostrophe_around_most_cells_is_a_quote(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, "'nr','aard'\n'1','a, b'\n'2','c'\n")
    assert (layout.quote, layout.header) == ("'", ("nr", "aard"))


def test_an_apostrophe_here_and_there_is_a_letter(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, "nr,straat\n1,'t Veld\n2,d'Oude Weg'\n3,'s Heeren'\n")
    assert layout.quote == '"'


def test_a_quote_of_the_profile_goes_first(tmp_path: Path) -> None:
    # Where nothing stands around cells, a quotation mark is a letter, also at the start of a cell.
    profiles = profile_of(tmp_path, 'quote = ""')
    (tmp_path / "log.csv").write_text('nr;aard\n1;"De Linde" 5\n2;"x\n3;y\n')
    (table,) = inspect_file(tmp_path / "log.csv", profiles)
    assert (table.fate, table.line_count) == (None, 3)
    assert [cells for _, cells in table.first_rows[1:]] == [("1", '"De Linde" 5'), ("2", '"x'), ("3", "y")]


# --- Header. ---


def test_titles_above_a_known_header_are_left_aside(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, f'Meldkamer "Limburg\nPeriode;2023;"\n\n{HEADER}\n{LINE}\n')
    assert (layout.header_line_number, layout.header) == (4, CONTRACT[0].header)


def test_lines_as_long_as_the_header_are_no_titles(tmp_path: Path) -> None:
    # A whole other export stands above it: its lines would be lost without a word.
    other = ";".join("abcdefgh")
    (tmp_path / "export.csv").write_text(f"{other}\n1;2;3;4;5;6;7;8\n{HEADER}\n{LINE}\n")
    (table,) = inspect_file(tmp_path / "export.csv")
    assert (table.fate, table.line_count) == ("unknown_header", 3)


def test_a_header_further_down_than_titles_go_is_named_by_the_profile(tmp_path: Path) -> None:
    titles = "Titel;van;drie;woorden\n" * 30
    (tmp_path / "log.csv").write_text(f"{titles}nr;aard\n1;x\n")
    assert inspect_file(tmp_path / "log.csv", profile_of(tmp_path))[0].fate == "unknown_header"
    (table,) = inspect_file(tmp_path / "log.csv", profile_of(tmp_path, "skip_lines = 30"))
    assert table.layout is not None
    assert (table.fate, table.layout.header_line_number, table.line_count) == (None, 31, 1)


def test_a_corrected_file_without_the_titles_is_read_by_the_same_profile(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("nr;aard\n1;x\n2;y\n3;z\n")
    (table,) = inspect_file(tmp_path / "log.csv", profile_of(tmp_path, "skip_lines = 2"))
    assert (table.fate, table.line_count) == (None, 3)


def test_however_many_blank_lines_stand_above_it_the_header_is_found(tmp_path: Path) -> None:
    layout = layout_of(tmp_path, "\n" * 3_000_000 + f"{HEADER}\n{LINE}\n")
    assert layout.header_line_number == 3_000_001


# --- What a profile tells. ---


def test_what_a_profile_tells_goes_before_what_the_file_shows(tmp_path: Path) -> None:
    told = ('encoding = "cp850"', 'delimiter = ","', 'quote = "\'"', 'decimal = "."', "skip_lines = 1")
    profiles = profile_of(tmp_path, *told, header='["nr", "a;b"]')
    (tmp_path / "log.csv").write_bytes("titel;a\nnr,'a;b'\n'1','é 1,5'\n".encode("cp850"))
    (table,) = inspect_file(tmp_path / "log.csv", profiles)
    layout = table.layout
    assert layout is not None and table.profile == profiles[0]
    assert (layout.encoding, layout.delimiter, layout.quote, layout.decimal_mark) == ("cp850", ",", "'", ".")
    assert table.first_rows[-1] == (3, ("1", "é 1,5"))


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ('delimiter = "ab"', "file.delimiter"),
        ('delimiter = "a"', "file.delimiter"),
        ("delimiter = '\"'", "file.delimiter"),
        ('quote = "x"', "file.quote"),
        ('decimal = ";"', "file.decimal"),
        ("skip_lines = -1", "file.skip_lines"),
        ("skip_lines = true", "file.skip_lines"),
        ('encoding = "klingon"', "file.encoding"),
        ('quotes = "x"', "file.quotes"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, entry: str, named: str) -> None:
    with pytest.raises(ProfileError, match=named):
        profile_of(tmp_path, entry)


def test_what_the_caller_tells_goes_before_the_profile(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("nr;aard\n1;x\n")
    (table,) = inspect_file(tmp_path / "log.csv", (), FileFormat(delimiter=",", decimal_mark="."))
    assert table.layout is not None
    assert (table.layout.header, table.layout.decimal_mark) == (("nr;aard",), ".")
