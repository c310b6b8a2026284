"""Records and line numbers of delimited files, in every state that real exports come in."""

import csv
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cooperation.warehouse import layouts, raw_lines
from cooperation.warehouse.layouts import NotText, detect_layout
from cooperation.warehouse.raw_lines import RefusedLine, copy_records, count_records

HEADER = b"call;zone;note\n"


@dataclass(frozen=True)
class Copied:
    """What a file gave: records as [line number, *cells], refused as (line number, rule, text)."""

    records: list[list[str]]
    refused: list[tuple[int, str, str]]
    lines_read: int


def copied(folder: Path, content: bytes) -> Copied:
    """Write a file, copy its records, and read the copy back with a plain CSV reader."""
    path, target = folder / "export.csv", folder / "copy.csv"
    path.write_bytes(content)
    layout = detect_layout(path)
    assert layout is not None
    lines: list[RefusedLine] = []
    lines_read = copy_records(path, layout, target, lines.append)
    with target.open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file, delimiter=layout.delimiter))
    refused = [(line.line_number, line.rule, line.text) for line in lines]
    return Copied(records, refused, lines_read)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_every_line_end_ends_a_line(tmp_path: Path, end: bytes) -> None:
    found = copied(tmp_path, end.join([b"call;zone;note", b"1;5381;a", b"2;5382;b", b""]))
    assert found.records == [["2", "1", "5381", "a"], ["3", "2", "5382", "b"]]
    assert found.refused == []


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    # CR CR LF is an empty line and a CRLF, as every text reader of Python has it.
    found = copied(tmp_path, b"call;zone;note\r\n1;5381;a\n2;5382;b\r3;5382;c\r\r\n4;5381;d")
    assert [record[0] for record in found.records] == ["2", "3", "4", "6"]


def test_last_line_needs_no_end(tmp_path: Path) -> None:
    assert copied(tmp_path, HEADER + b"1;5381;a").records == [["2", "1", "5381", "a"]]


def test_blank_lines_are_no_records_but_keep_their_numbers(tmp_path: Path) -> None:
    found = copied(tmp_path, b"\n  \n" + HEADER + b"\n \t \n1;5381;a\n\n2;5382;b\n\n")
    assert found.records == [["6", "1", "5381", "a"], ["8", "2", "5382", "b"]]
    assert found.lines_read == 2


def test_line_of_delimiters_only_is_a_record(tmp_path: Path) -> None:
    assert copied(tmp_path, HEADER + b";;\n").records == [["2", "", "", ""]]


def test_line_of_tabs_only_is_blank(tmp_path: Path) -> None:
    # White space alone is blank, also where that white space is the delimiter.
    found = copied(tmp_path, b"call\tzone\tnote\n\t\t\n1\t5381\ta\n")
    assert found.records == [["3", "1", "5381", "a"]]
    assert found.lines_read == 1


def test_characters_that_only_unicode_calls_line_ends_stay_in_their_cell(tmp_path: Path) -> None:
    cell = "a\v\f\x1c\x1d\x1e\x85\u2028\u2029b"
    found = copied(tmp_path, HEADER + f"1;5381;{cell}\n2;5382;b\n".encode())
    assert found.records == [["2", "1", "5381", cell], ["3", "2", "5382", "b"]]


def test_quoted_delimiter_and_line_break_belong_to_their_cell(tmp_path: Path) -> None:
    found = copied(tmp_path, HEADER + b'1;5381;"a;b"\n2;5382;"c\r\nd"\n3;5381;"say ""no"""\n4;5382;e\n')
    assert found.records == [
        ["2", "1", "5381", "a;b"],
        ["3", "2", "5382", "c\nd"],
        ["5", "3", "5381", 'say "no"'],
        ["6", "4", "5382", "e"],
    ]


def test_blank_line_within_quotes_belongs_to_its_cell(tmp_path: Path) -> None:
    found = copied(tmp_path, HEADER + b'1;5381;"a\n\nb"\n2;5382;c\n')
    assert found.records == [["2", "1", "5381", "a\n\nb"], ["5", "2", "5382", "c"]]


def test_quote_within_a_cell_is_a_plain_character(tmp_path: Path) -> None:
    assert copied(tmp_path, HEADER + b'1;5381;5" pipe\n').records == [["2", "1", "5381", '5" pipe']]


def test_quote_that_never_closes_refuses_its_own_line_only(tmp_path: Path) -> None:
    found = copied(tmp_path, HEADER + b'1;5381;"a\n2;5382;b\n3;5381;c\n')
    assert found.refused == [(2, "quote_not_closed", '1;5381;"a')]
    assert found.records == [["3", "2", "5382", "b"], ["4", "3", "5381", "c"]]
    assert found.lines_read == 3


def test_quote_is_given_up_after_the_longest_record(tmp_path: Path) -> None:
    # The closing quote stands on line 2 + 199 in one file, one line further in the other.
    closes = b'1;5381;"a\n' + b"x\n" * 198 + b'b"\n2;5382;b\n'
    found = copied(tmp_path, HEADER + closes)
    assert [record[0] for record in found.records] == ["2", "202"]
    found = copied(tmp_path, HEADER + closes.replace(b"x\n", b"x\nx\n", 1))
    assert found.refused[0] == (2, "quote_not_closed", '1;5381;"a')
    assert found.records[-1] == ["203", "2", "5382", "b"]


def test_two_stray_quotes_do_not_swallow_the_lines_between(tmp_path: Path) -> None:
    # Taken together, lines 2 to 4 would be one record of five cells.
    found = copied(tmp_path, HEADER + b'1;"5381;a\n2;5382;b\n3";5381;c;d;e\n4;5382;f\n')
    assert found.refused == [
        (2, "quote_not_closed", '1;"5381;a'),
        (4, "too_many_fields", '3";5381;c;d;e'),
    ]
    assert [record[0] for record in found.records] == ["3", "5"]


def test_wrong_number_of_cells_is_refused_with_its_text(tmp_path: Path) -> None:
    found = copied(tmp_path, HEADER + b'1;5381\n2;5382;b\n3;5381;c;d\n"4";5382\n5;"a;b";c;d\n')
    assert found.refused == [
        (2, "too_few_fields", "1;5381"),
        (4, "too_many_fields", "3;5381;c;d"),
        (5, "too_few_fields", '"4";5382'),
        (6, "too_many_fields", '5;"a;b";c;d'),
    ]
    assert found.records == [["3", "2", "5382", "b"]]
    assert found.lines_read == 5


def test_too_many_and_too_few_cells_do_not_make_up_for_each_other(tmp_path: Path) -> None:
    # Together the two lines have exactly the delimiters of two good ones.
    found = copied(tmp_path, HEADER + b"1;5381\n2;5382;b;c\n")
    assert [line[1] for line in found.refused] == ["too_few_fields", "too_many_fields"]
    assert found.records == []


def test_file_of_one_column(tmp_path: Path) -> None:
    found = copied(tmp_path, b'call\n1\n\n"2"\n3\n')
    assert found.records == [["2", "1"], ["4", "2"], ["5", "3"]] and found.refused == []


@pytest.mark.parametrize("surplus", [-1, 0, 1, raw_lines.LONGEST_LINE])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_line_from_the_limit_on_is_refused_and_the_next_keeps_its_number(
    tmp_path: Path, surplus: int, end: str
) -> None:
    long = "1;5381;".ljust(raw_lines.LONGEST_LINE + surplus, "a")
    found = copied(tmp_path, end.join(["call;zone;note", long, "2;5382;b"]).encode())
    if surplus < 0:
        assert found.records[0] == ["2", "1", "5381", long.removeprefix("1;5381;")] and found.refused == []
    else:
        assert found.refused == [(2, "line_too_long", long[: raw_lines.KEPT_TEXT])]
    assert found.records[-1] == ["3", "2", "5382", "b"]


def test_quote_does_not_run_on_into_a_line_over_the_limit(tmp_path: Path) -> None:
    long = b"a" * raw_lines.LONGEST_LINE
    found = copied(tmp_path, HEADER + b'1;5381;"a\n' + long + b'"\n2;5382;b\n')
    assert [line[:2] for line in found.refused] == [(2, "quote_not_closed"), (3, "line_too_long")]
    assert found.records == [["4", "2", "5382", "b"]]


def test_memory_does_not_grow_with_a_line_that_never_ends(tmp_path: Path) -> None:
    class EndlessLine:
        """A line of 400 MB, handed out block by block without ever being held."""

        left = 400_000_000

        def read(self, count: int) -> str:
            taken = min(count, self.left)
            self.left -= taken
            return "a" * taken

    blocks = raw_lines.lines_of(EndlessLine())  # type: ignore[arg-type]
    assert max(len(line) for block in blocks for line in block) == raw_lines.LONGEST_LINE


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encoding_is_found(tmp_path: Path, encoding: str, detected: str) -> None:
    found = copied(tmp_path, "call;zone;note\r\n1;5381;Fouron-le-Comté\r\n".encode(encoding))
    assert found.records == [["2", "1", "5381", "Fouron-le-Comté"]]
    layout = detect_layout(tmp_path / "export.csv")
    assert layout is not None
    # The byte order mark must not become part of the first column's name.
    assert (layout.encoding, layout.header) == (detected, ("call", "zone", "note"))


def test_cp1252_is_found_beyond_the_first_sample(tmp_path: Path) -> None:
    content = HEADER + b"1;5381;a\n" * (layouts.SAMPLE_BYTES // 9 + 1) + "2;5382;é\n".encode("cp1252")
    assert copied(tmp_path, content).records[-1][3] == "é"


def test_byte_that_is_no_character_is_shown_as_such(tmp_path: Path) -> None:
    # 0x81 stands for nothing in Windows-1252; the line is kept with the mark for an unknown character.
    assert copied(tmp_path, HEADER + b"1;5381;\x81\n").records == [["2", "1", "5381", "\ufffd"]]


def test_binary_file_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(NotText):
        detect_layout(tmp_path / "export.csv")


@pytest.mark.parametrize("content", [b"", b"\n\r\n \n"])
def test_file_without_a_filled_line_has_no_layout(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "export.csv").write_bytes(content)
    assert detect_layout(tmp_path / "export.csv") is None


def test_header_only_gives_no_records(tmp_path: Path) -> None:
    assert copied(tmp_path, HEADER) == Copied([], [], 0)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_the_one_that_the_header_has_most_of(tmp_path: Path, delimiter: str) -> None:
    # The quoted name holds more of every other candidate than the header has delimiters.
    others = "".join(set(";,\t|") - {delimiter}) * 3
    content = f'\n"call{others}"{delimiter}zone\n1{delimiter}5381\n'
    (tmp_path / "export.csv").write_text(content)
    layout = detect_layout(tmp_path / "export.csv")
    assert layout is not None and (layout.delimiter, layout.header) == (
        delimiter,
        (f"call{others.rstrip()}", "zone"),
    )


def test_column_names_are_trimmed_and_made_unique(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(" call ;;Call;call\n")
    layout = detect_layout(tmp_path / "export.csv")
    assert layout is not None and layout.header == ("call", "column_2", "Call_3", "call_4")


def test_records_of_an_unknown_file_are_counted_without_header_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"\n" + HEADER + b'\n1;5381\n2;"a\nb";c\n  \n3;"never closed\n')
    layout = detect_layout(path)
    assert layout is not None and count_records(path, layout) == 3


# Pieces that decide something, so that random files are rich in hard cases.
PIECES = st.sampled_from(
    [
        ";",
        ";",
        '"',
        '"',
        '""',
        "\n",
        "\n",
        "\r\n",
        "\r",
        "a",
        "b",
        " ",
        "\t",
        ";a;",
        "\na;b;c\n",
        "\u2028",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.integers(1, 6), st.integers(1, 4))
@example('a;"b\r\nc";d\r\n', 1, 2)
@example('a;"b\n\n\n\n\n\nc";d\n1;2;3', 2, 2)
@example("a" * 20 + "\r\n;;\r\n", 6, 1)
def test_any_file_equals_a_slow_reading_line_by_line(
    tmp_path_factory: pytest.TempPathFactory, body: str, block_characters: int, longest_record_lines: int
) -> None:
    text = "call;zone;note\n" + body
    with pytest.MonkeyPatch.context() as patch:
        # Small limits, so that every block ends in the middle of something.
        patch.setattr(raw_lines, "BLOCK_CHARACTERS", block_characters)
        patch.setattr(raw_lines, "LONGEST_LINE", 16)
        patch.setattr(raw_lines, "LONGEST_RECORD_LINES", longest_record_lines)
        found = copied(tmp_path_factory.mktemp("any"), text.encode())
        expected = read_line_by_line(text, width=3)
    assert found == expected


def read_line_by_line(text: str, width: int) -> Copied:
    """Return the records of a text, one line after the other, by the rules as they are written down."""
    lines = re.split(r"\r\n|\r|\n", text)
    records: list[list[str]] = []
    refused: list[tuple[int, str, str]] = []
    place = 0
    while place < len(lines):
        cells, line_count, rule = _first_record(lines[place:], width)
        number, record_text = place + 1, "\n".join(lines[place : place + line_count])
        place += line_count
        if number == 1 or not record_text.strip():
            continue
        if rule or len(cells) != width:
            rule = rule or ("too_few_fields" if len(cells) < width else "too_many_fields")
            refused.append((number, rule, record_text[: raw_lines.LONGEST_LINE]))
        else:
            records.append([str(number), *cells])
    return Copied(records, refused, len(records) + len(refused))


def _first_record(lines: list[str], width: int) -> tuple[list[str], int, str]:
    """Return cells, number of lines and broken rule of the record that starts with the first line."""
    if len(lines[0]) >= raw_lines.LONGEST_LINE:
        return [], 1, "line_too_long"
    if '"' not in lines[0]:
        return lines[0].split(";"), 1, ""
    lengths = itertools.accumulate(map(len, lines))
    fitting = sum(1 for _ in itertools.takewhile(lambda length: length < raw_lines.LONGEST_LINE, lengths))
    short = lines[:fitting]
    for line_count in range(1, min(len(short), raw_lines.LONGEST_RECORD_LINES) + 1):
        taken = [line + "\n" for line in short[:line_count]]
        if not _ends_within_quotes("".join(taken)):
            if line_count == 1:
                return next(csv.reader(taken, delimiter=";")), 1, ""
            # Over more lines, a quote that closes before anything but a delimiter is a second stray one.
            try:
                cells = next(csv.reader(taken, delimiter=";", strict=True))
            except csv.Error:
                return [], 1, "quote_not_closed"
            return (cells, line_count, "") if len(cells) == width else ([], 1, "quote_not_closed")
    return [], 1, "quote_not_closed"


def _ends_within_quotes(characters: str) -> bool:
    """Tell whether a cell that began with a quote is still open at the end."""
    is_quoted, at_start = False, True
    place = 0
    while place < len(characters):
        character = characters[place]
        if is_quoted:
            if characters[place : place + 2] == '""':
                place += 1
            elif character == '"':
                is_quoted = False
        elif character == '"' and at_start:
            is_quoted = True
        at_start = not is_quoted and character in ";\n"
        place += 1
    return is_quoted
