"""Files in whatever state: a clear fate, the right line refused, no line lost, the old database kept."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cooperation.settings import PROJECT
from cooperation.warehouse.build import BuildError, Sources, build
from cooperation.warehouse.layouts import detect_layout
from cooperation.warehouse.limits import LONGEST_LINE
from cooperation.warehouse.raw_lines import RefusedLine, copy_records
from tests.warehouse.exports import (
    INTERVENTION_COLUMNS,
    Built,
    build_files,
    csv_text,
    deployment,
    deployments_text,
    fate_sentence,
    intervention,
    interventions_text,
    settings_text,
)

GOOD = interventions_text([intervention(f"G{n}", f"2023-06-0{n} 12:00:00") for n in range(1, 6)])
UNITS = deployments_text([deployment(f"G{n}", f"2023-06-0{n} 12:10:00") for n in range(1, 6)])
HEADER = ";".join(INTERVENTION_COLUMNS)


def line(name: str, nature: str = "inbraak", day: int = 10) -> str:
    """Return an intervention line as it stands in a file, quotes in `nature` and all."""
    return f"{name};5381;73066;1;citizen_call;{nature};2023-06-{day} 12:00:00;"


def text_of(*lines: str, end: str = "\n") -> str:
    return end.join((HEADER, *lines)) + end


def refused(built: Built, file_name: str) -> list[tuple[int, str]]:
    """Return the refused lines of a file with their rules, and hold the account to them."""
    found = [(number, rule) for name, number, rule in built.refusals if name == file_name]
    lines_read, accepted, duplicate, rejected = built.account(file_name)
    assert lines_read == accepted + duplicate + rejected
    assert rejected == len({number for number, _ in found})
    return found


# --- Files of which nothing can be read --------------------------------------------------------------------------

UNREADABLE = {
    "empty.csv": (b"", "empty", 0, "The file is empty; nothing was read."),
    "blank.csv": (b"\r\n  \r\n\n", "empty", 0, "The file is empty; nothing was read."),
    "only_bom.csv": (b"\xef\xbb\xbf", "empty", 0, "The file is empty; nothing was read."),
    "header.csv": (HEADER.encode(), "only_header", 0, "The file holds a header and no lines."),
    "header_and_blanks.csv": (f"{HEADER}\r\n\r\n".encode(), "only_header", 0, "a header and no lines"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not_text", 0, "not a text file"),
    "zeros.csv": (bytes(5000), "not_text", 0, "not a text file"),
    "unknown.csv": (b"a;b\n1;2\n3;4\n\n5;6\n", "unknown_header", 3, "3 lines were refused; add a profile"),
    "no_header.csv": (GOOD.split("\n", 1)[1].encode(), "unknown_header", 4, "4 lines were refused"),
    "notes.docx": (b"PK\x03\x04", "kind_not_supported", 0, "export it as CSV"),
    "endless.csv": (
        b"x" * (3 * LONGEST_LINE),
        "unknown_header",
        0,
        "The header is not known and no line follows it",
    ),
}


@pytest.fixture(scope="module")
def beside_good_files(tmp_path_factory: pytest.TempPathFactory) -> Built:
    files = {name: content for name, (content, *_) in UNREADABLE.items()}
    good = {"good.csv": GOOD, "units.csv": UNITS}
    return build_files(tmp_path_factory.mktemp("beside"), files | good)


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_says_so_and_hinders_no_other(beside_good_files: Built, name: str) -> None:
    _, fate, lines_read, sentence = UNREADABLE[name]
    assert beside_good_files.files[name]["fate"] == fate
    assert beside_good_files.account(name) == (lines_read, 0, 0, lines_read)
    assert sentence in beside_good_files.fate(name)
    assert beside_good_files.account("good.csv") == (5, 5, 0, 0)
    assert beside_good_files.fate("good.csv") == "Read: 5 lines, all accepted."
    assert beside_good_files.data_sets["deployments"] == (5, 5, 0, 0)


@pytest.mark.parametrize("name", UNREADABLE)
def test_alone_it_publishes_nothing_and_the_old_database_stays(
    beside_good_files: Built, tmp_path: Path, name: str
) -> None:
    old = beside_good_files.pointer
    before, beside = old.read_bytes(), sorted(old.parent.iterdir())
    content, fate, lines_read, sentence = UNREADABLE[name]
    (tmp_path / name).write_bytes(content)
    sources = Sources(tmp_path, tmp_path / "no_profiles", old.with_name("cooperation.toml"))
    with pytest.raises(BuildError) as raised:
        build(sources, old)
    (account,) = raised.value.files
    assert (account["file_name"], account["fate"], account["lines_read"]) == (name, fate, lines_read)
    assert sentence in fate_sentence(account)
    assert old.read_bytes() == before
    # Nothing of the failed build is left behind either.
    assert sorted(old.parent.iterdir()) == beside


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_fate_has_its_own_sentence_in_every_language(language: str) -> None:
    fates = {fate for _, fate, *_ in UNREADABLE.values()} | {"cannot_be_opened", "took_too_long"}
    accounts = [{"fate": fate, "lines_read": 3} for fate in sorted(fates)]
    accounts += [
        {"fate": "read", "lines_read": 3, "accepted": accepted, "duplicate": duplicate, "rejected": rejected}
        for accepted, duplicate, rejected in ((3, 0, 0), (0, 3, 0), (1, 1, 1))
    ]
    sentences = [fate_sentence(account, language) for account in accounts]
    assert len(set(sentences)) == len(accounts)
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)


# --- Encodings, delimiters, line ends ----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1"])
def test_an_accented_cell_survives_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    rows = [intervention("A", "2023-06-10 12:00:00", nature="dégâts à l'église, coût")]
    built = build_files(tmp_path, {"a.csv": interventions_text(rows).encode(encoding)})
    assert built.calls["A"]["nature"] == "dégâts à l'église, coût"


def test_an_accent_far_down_the_file_decides_the_encoding_too(tmp_path: Path) -> None:
    # More than the reader's sample lies before it.
    rows = [line(f"A{n}", "x" * 60) for n in range(12_000)] + [line("last", "été")]
    built = build_files(tmp_path, {"a.csv": text_of(*rows).encode("cp1252")})
    assert built.calls["last"]["nature"] == "été"
    assert built.account("a.csv") == (12_001, 12_001, 0, 0)


def test_one_wrong_byte_loses_no_line(tmp_path: Path) -> None:
    content = text_of(line("A", "été"), line("B"), line("C", "coût")).encode()
    built = build_files(
        tmp_path, {"a.csv": content.replace(line("B").encode(), line("B").encode() + b"\xff")}
    )
    assert built.account("a.csv")[0] == 3
    assert {"A", "C"} <= set(built.calls)


def test_a_file_cut_within_a_letter_of_two_bytes_stays_what_it_was(tmp_path: Path) -> None:
    content = text_of(line("A", "été"), "B;5381;73066;1;citizen_call;é").encode()[:-2]
    built = build_files(tmp_path, {"a.csv": content})
    assert built.calls["A"]["nature"] == "été"
    assert refused(built, "a.csv") == [(3, "too_few_fields")]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_usual_delimiter_is_read_with_the_others_within_cells(tmp_path: Path, delimiter: str) -> None:
    nature = "a;b,c\td|e"
    rows = [intervention(f"A{n}", "2023-06-10 12:00:00", nature=nature) for n in range(3)]
    built = build_files(tmp_path, {"a.csv": interventions_text(rows, delimiter)})
    assert {call["nature"] for call in built.calls.values()} == {nature}
    assert built.files["a.csv"]["delimiter"] == delimiter


def test_the_account_says_how_a_file_is_written(tmp_path: Path) -> None:
    header = HEADER.replace(";", " ; ") + ";bedrag"
    built = build_files(
        tmp_path, {"a.csv": f"{header}\n{line('A')};1.234,56\n", "b.csv": f"{HEADER}\n{line('B', '12.5')}\n"}
    )
    rows = built.select(
        "select file_name, kind, delimiter, decimal_mark, header_line from files order by all"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("a.csv", "csv", ";", ",", header),
        ("b.csv", "csv", ";", ".", HEADER),
    ]
    # A file that was refused as a whole is written in some way too.
    with pytest.raises(BuildError) as raised:
        build_files(tmp_path / "unknown", {"a.csv": "a,b\n1,2\n"})
    (account,) = raised.value.files
    assert (account["kind"], account["decimal_mark"], account["header_line"]) == ("csv", ".", "a,b")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_lines_alike(tmp_path: Path, end: str) -> None:
    content = text_of(line("A"), "", line("B"), "too;few", line("C"), end=end)
    built = build_files(tmp_path, {"a.csv": content})
    assert set(built.calls) == {"A", "B", "C"}
    assert refused(built, "a.csv") == [(5, "too_few_fields")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_end_in_a_quoted_cell_belongs_to_the_cell(tmp_path: Path, end: str) -> None:
    content = text_of(line("A", f'"first{end}second;{end}""third"""'), line("B"), "too;few", end="\r\n")
    built = build_files(tmp_path, {"a.csv": content})
    assert built.calls["A"]["nature"].splitlines() == ["first", "second;", '"third"']
    assert set(built.calls) == {"A", "B"}
    # The number is that of the line in the file as an editor shows it, not that of the record.
    assert refused(built, "a.csv") == [(6, "too_few_fields")]


def test_empty_lines_are_no_lines_and_a_line_of_delimiters_is_one(tmp_path: Path) -> None:
    built = build_files(tmp_path, {"a.csv": text_of(line("A"), "", "   ", ";" * 7, line("B"))})
    assert built.account("a.csv") == (3, 2, 0, 1)
    assert {number for number, _ in refused_lines(built)} == {5}


def refused_lines(built: Built) -> set[tuple[int, str]]:
    return {(number, rule) for _, number, rule in built.refusals}


# --- Headers -----------------------------------------------------------------------------------------------------


def test_capitals_blanks_order_and_more_columns_do_not_matter(tmp_path: Path) -> None:
    columns = ("EXTRA", *reversed(INTERVENTION_COLUMNS), "remarks")
    rows = [{name: cell for name, cell in intervention("A", "2023-06-10 12:00:00").items()} | {"EXTRA": "x"}]
    content = csv_text(columns, rows)
    header, rest = content.split("\n", 1)
    built = build_files(tmp_path, {"a.csv": header.upper().replace(";", " ; ") + "\n" + rest})
    assert built.calls["A"]["zone_code"] == "5381"


def test_of_a_repeated_header_name_the_first_counts(tmp_path: Path) -> None:
    content = f"{HEADER};received_at;;\n{line('A')};2020-01-01 00:00:00;x;y\n"
    built = build_files(tmp_path, {"a.csv": content})
    assert str(built.calls["A"]["received_at"]) == "2023-06-10 12:00:00"


@pytest.mark.parametrize(
    "column",
    [
        "line_number",
        "file_number",
        "item_number",
        "is_repeat",
        "layout",
        "each",
        "place",
        "line_hash",
        "column_0",
        "cell",
        'quo"te',
        "$missing",
        "-- no comment",
        "'; drop table files; --",
    ],
)
def test_an_extra_column_may_have_any_name(tmp_path: Path, column: str) -> None:
    # A dispatch system's own export may well number its lines, and a nameless column is called after its place.
    columns = (*INTERVENTION_COLUMNS, column)
    rows = [
        intervention("A", "2023-06-10 12:00:00", **{column: "1"}),
        intervention("B", "no date", **{column: "2"}),
    ]
    built = build_files(tmp_path, {"a.csv": csv_text(columns, rows)})
    assert set(built.calls) == {"A"}
    assert refused(built, "a.csv") == [(3, "unreadable_received_at")]


# --- Stray quotes and broken records -----------------------------------------------------------------------------


def test_a_truncated_file_loses_its_last_line_only(tmp_path: Path) -> None:
    built = build_files(tmp_path, {"a.csv": GOOD[: GOOD.rindex("citizen") - 3]})
    assert refused(built, "a.csv") == [(6, "too_few_fields")]
    assert built.fate("a.csv") == "Read: 5 lines; accepted 4, duplicate 0, rejected 1."


def test_a_file_truncated_within_quotes_loses_its_last_line_only(tmp_path: Path) -> None:
    built = build_files(
        tmp_path, {"a.csv": text_of(line("A"), line("B"), 'C;5381;73066;1;citizen_call;"inbr')}
    )
    assert set(built.calls) == {"A", "B"}
    assert refused(built, "a.csv") == [(4, "quote_not_closed")]


@pytest.mark.parametrize("following", [0, 3, 199, 200, 450])
def test_a_stray_quote_refuses_its_own_line_only(tmp_path: Path, following: int) -> None:
    rows = [line(f"A{n}") for n in range(following)]
    built = build_files(tmp_path, {"a.csv": text_of(line("before"), line("stray", '"inbraak'), *rows)})
    assert refused(built, "a.csv") == [(3, "quote_not_closed")]
    assert len(built.calls) == following + 1


@pytest.mark.parametrize("between", [0, 1, 5, 150])
def test_two_stray_quotes_in_the_same_column_swallow_nothing(tmp_path: Path, between: int) -> None:
    # Read together, the two make one record of the right width: the first id with the last one's time.
    rows = [line(f"A{n}", day=11) for n in range(between)]
    content = text_of(line("first", '"inbraak'), *rows, line("second", '"diefstal', day=12), line("last"))
    built = build_files(tmp_path, {"a.csv": content})
    assert built.account("a.csv")[0] == between + 3
    assert refused(built, "a.csv") == [(2, "quote_not_closed"), (between + 3, "quote_not_closed")]
    assert set(built.calls) == {"last", *(f"A{n}" for n in range(between))}


def test_a_quote_within_a_cell_is_a_character(tmp_path: Path) -> None:
    built = build_files(tmp_path, {"a.csv": text_of(line("A", 'scherm van 24"'), line("B", 'de "dader"'))})
    assert built.calls["A"]["nature"] == 'scherm van 24"'
    assert built.calls["B"]["nature"] == 'de "dader"'


def test_too_many_and_too_few_cells_are_told_apart_and_kept_whole(tmp_path: Path) -> None:
    built = build_files(tmp_path, {"a.csv": text_of(line("A") + ";more", "B;5381", line("C"))})
    assert refused(built, "a.csv") == [(2, "too_many_fields"), (3, "too_few_fields")]
    texts = [row["line_text"] for row in built.select("select line_text from rejects order by line_number")]
    assert texts == [line("A") + ";more", "B;5381"]


@pytest.mark.parametrize("letter", ["\0", "\x0b", "\x1c", "\x85", "\u2028", "\ufeff", "😀", "\\"])
def test_an_odd_letter_ends_no_line_and_stops_no_build(tmp_path: Path, letter: str) -> None:
    # A zero is the mark of a binary file; further down than the reader's sample it is a letter like any other.
    rows = [line(f"A{n}", "x" * 60) for n in range(12_000 if letter == "\0" else 3)]
    content = text_of(*rows, line("odd", f"a{letter}b"), line("last"))
    built = build_files(tmp_path, {"a.csv": content})
    assert built.account("a.csv")[0] == len(rows) + 2
    assert "last" in built.calls
    if letter != "\0":
        assert built.calls["odd"]["nature"] == f"a{letter}b"


# --- Long lines --------------------------------------------------------------------------------------------------


def test_a_line_over_the_limit_is_refused_with_its_start(tmp_path: Path) -> None:
    long = line("long", "x" * (5 * LONGEST_LINE))
    built = build_files(tmp_path, {"a.csv": text_of(line("A"), long, line("B"))})
    assert set(built.calls) == {"A", "B"}
    assert refused(built, "a.csv") == [(3, "line_too_long")]
    (reject,) = built.select("select line_text from rejects")
    assert reject["line_text"] == long[:10_000]


@pytest.mark.parametrize("less", [-1, 0, 1, 2, 3])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_around_the_limit_keep_the_numbers_of_the_lines_after_them(
    tmp_path: Path, less: int, end: str
) -> None:
    frame = len(line("A", ""))
    near = line("A", "x" * (LONGEST_LINE - less - frame))
    path = tmp_path / "a.csv"
    path.write_bytes(text_of(near, "too;few", end=end).encode())
    layout = detect_layout(path)
    assert layout is not None
    refused_lines: list[RefusedLine] = []
    assert copy_records(path, layout, tmp_path / "copy.csv", refused_lines.append) == 2
    assert (3, "too_few_fields") in [(row.line_number, row.rule) for row in refused_lines]


def test_a_record_of_many_long_quoted_lines_stops_no_build(tmp_path: Path) -> None:
    # Every line and every cell keeps its limit; the record is longer than the database's own reader takes.
    cell = '"' + "\n".join(["x" * 500_000] * 4) + '"'
    record = ";".join(["monster", *[cell] * 5, "2023-06-10 12:00:00", ""])
    built = build_files(tmp_path, {"a.csv": text_of(line("A"), record, line("B"))})
    assert {"A", "B"} <= set(built.calls)
    lines_read, accepted, duplicate, rejected = built.account("a.csv")
    assert lines_read == accepted + duplicate + rejected


def test_memory_does_not_grow_with_the_length_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n{line('A')}\n")
        for _ in range(200):
            file.write("x" * LONGEST_LINE)
        file.write(f"\n{line('B')}\n")
    program = f"""
import resource
from pathlib import Path
from cooperation.warehouse.layouts import detect_layout
from cooperation.warehouse.raw_lines import copy_records
path = Path({str(path)!r})
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
refused = []
lines_read = copy_records(path, detect_layout(path), path.with_name("copy.csv"), refused.append)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start
print(lines_read, *[row.rule for row in refused], grown)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    lines_read, rule, grown = run.stdout.split()
    assert (lines_read, rule) == ("3", "line_too_long")
    # The line holds 200 MB. The system counts in kilobytes on Linux, in bytes on macOS.
    assert int(grown) * (1 if psutil.MACOS else 1024) < 50_000_000


# --- Duplicates --------------------------------------------------------------------------------------------------


def test_a_copy_under_another_name_changes_no_figure_and_says_so(tmp_path: Path) -> None:
    once = build_files(tmp_path / "once", {"a.csv": GOOD, "u.csv": UNITS})
    twice = build_files(tmp_path / "twice", {"a.csv": GOOD, "copy.csv": GOOD, "u.csv": UNITS, "v.csv": UNITS})
    assert twice.calls == once.calls
    assert twice.account("a.csv") == (5, 5, 0, 0)
    assert twice.account("copy.csv") == twice.account("v.csv") == (5, 0, 5, 0)
    assert twice.fate("copy.csv") == "Nothing new: all 5 lines stand in another file too."


@pytest.mark.parametrize("change", ["delimiter", "encoding", "line_end", "capitals", "quotes", "blanks"])
def test_a_copy_written_otherwise_is_a_copy_too(tmp_path: Path, change: str) -> None:
    # Opened and saved again by a spreadsheet: the same lines to a reader, other bytes.
    copy: str | bytes = {
        "delimiter": GOOD.replace(";", ","),
        "encoding": GOOD.encode("utf-16"),
        "line_end": GOOD.replace("\n", "\r\n"),
        "capitals": GOOD.replace(HEADER, HEADER.upper()),
        "quotes": "\n".join(
            ";".join(f'"{cell}"' for cell in row.split(";")) for row in GOOD.rstrip("\n").split("\n")
        ),
        "blanks": GOOD.replace(";", " ; "),
    }[change]
    built = build_files(tmp_path, {"a.csv": GOOD, "copy.csv": copy, "u.csv": UNITS})
    assert built.account("copy.csv") == (5, 0, 5, 0)
    assert len(built.calls) == 5


def test_the_same_id_with_other_content_is_refused_and_names_the_kept_line(tmp_path: Path) -> None:
    poor = {"intervention_id": "A", "zone_code": "5381", "received_at": "2023-06-10 12:00:00"}
    rich = intervention("A", "2023-06-10 12:00:00")
    built = build_files(tmp_path, {"a.csv": interventions_text([poor]), "b.csv": interventions_text([rich])})
    assert refused(built, "a.csv") == [(2, "repeated_id")]
    (reject,) = built.select("select value, other_file_name, other_line_number from rejects")
    assert reject == {"value": "A", "other_file_name": "b.csv", "other_line_number": 2}
    assert built.calls["A"]["priority"] == "1"


# --- The command line --------------------------------------------------------------------------------------------


def test_the_command_says_what_became_of_every_bad_file_and_exits_with_1(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for name, (content, *_) in UNREADABLE.items():
        (exports / name).write_bytes(content)
    settings = tmp_path / "cooperation.toml"
    settings.write_text(settings_text(), encoding="utf-8")
    command = [sys.executable, "-m", "cooperation", "build", "--json", "--exports", str(exports)]
    command += ["--settings", str(settings), "--database", str(tmp_path / "monitor")]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    account = json.loads(run.stdout)
    assert account["published"] is False
    assert set(account["files"]) == set(UNREADABLE)
    for name, (_, _, lines_read, sentence) in UNREADABLE.items():
        file = account["files"][name]
        assert sentence in file["fate"]
        assert (file["lines_read"], file["rejected"]) == (lines_read, lines_read)
    assert not (tmp_path / "monitor").exists()


def test_a_refused_line_is_kept_whatever_its_columns_are_called(tmp_path: Path) -> None:
    # Names of the account's own columns, which the build joins to write a refused line down.
    names = "kind;encoding;delimiter;quote;profile;fate;data_set;file_name;header_line;lines_read"
    values = ";".join("abcdefghij")
    built = build_files(
        tmp_path,
        {"a.csv": f"{HEADER};{names}\n{line('A')};{values}\n{line('B').replace('5381', '9999')};{values}\n"},
    )
    (text,) = (row["line_text"] for row in built.select("select line_text from rejects"))
    assert text.endswith(f";{values}")
