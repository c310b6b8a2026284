"""Mutated exports through the real build: no crash, no hang, no memory, the account adds up, the old database stays.

    python benchmarks/fuzz_exports.py [--files 5000] [--seed 2022]

Each round puts some mutated files beside one good file and builds. A build must never stop, since one bad file must
hinder no other; a round that takes long is done again file by file, to find the one that hangs. Prints the account
of fates and returns 1 when a limit is broken. Not for Windows, which counts peak memory in another way.
"""

import argparse
import gzip
import io
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb  # noqa: E402
import xlsxwriter  # noqa: E402

from cooperation.settings import DEFAULT_SETTINGS  # noqa: E402
from cooperation.warehouse.build import BuildError, Sources, build  # noqa: E402
from cooperation.warehouse.contract import INTERVENTIONS  # noqa: E402
from cooperation.warehouse.publishing import published_database  # noqa: E402

FILES_A_ROUND = 10
MOST_SECONDS_A_FILE = 10.0
MOST_MEMORY_BYTES = 2 * 1024**3
MOST_COLUMNS_WRITTEN = 100_000
BOMB_BYTES = 200_000_000

Mutation = Callable[[bytes, random.Random], bytes]


@dataclass
class Outcome:
    """What a run of rounds gave: fates of the mutated files, and every broken promise in words."""

    fates: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    peak_bytes: int = 0


# --- Files to mutate ---------------------------------------------------------------------------------------------


def lines(count: int = 40) -> list[list[str]]:
    """Return rows of interventions, some with a quote, a delimiter, a line end or an accent in a cell."""
    natures = ("inbraak", 'de "dader"', "a;b,c", "eerste\ntweede", "dégâts à l'église", "", "1.234,56")
    rows = [
        [
            f"F{n}",
            "5381",
            "73066",
            str(n % 5),
            "citizen_call",
            natures[n % 7],
            f"2023-06-{n % 28 + 1:02} 12:00:00",
            "",
        ]
        for n in range(count)
    ]
    return [list(INTERVENTIONS.columns), *rows]


def originals(folder: Path) -> dict[str, bytes]:
    """Return one export of each kind by its name."""
    found = {}
    for name, delimiter, quote, encoding in (
        ("a.csv", ";", '"', "utf-8"),
        ("b.csv", ",", '"', "utf-8-sig"),
        ("c.txt", "\t", '"', "cp1252"),
        ("d.csv", ";", "'", "utf-16"),
        ("e.csv", "|", '"', "utf-16-le"),
    ):
        found[name] = _delimited(delimiter, quote).encode(encoding)
    found["titles.csv"] = b"Export\r\n2023;2024\r\n\r\n" + _delimited(";", '"').replace("\n", "\r\n").encode()
    found["f.xlsx"] = _workbook(folder / "f.xlsx")
    found["g.ods"] = _open_document()
    found["h.parquet"] = _parquet(folder / "h.parquet")
    found["i.csv.gz"] = gzip.compress(found["a.csv"])
    found["j.zip"] = _zipped(
        {"map/a.csv": found["a.csv"], "f.xlsx": found["f.xlsx"], "h.parquet": found["h.parquet"]}
    )
    found["k.zip"] = _zipped({"a.csv": found["a.csv"]})
    return found


def _delimited(delimiter: str, quote: str) -> str:
    doubled = quote * 2
    rows = [[f"{quote}{cell.replace(quote, doubled)}{quote}" for cell in row] for row in lines()]
    return "".join(delimiter.join(row) + "\n" for row in rows)


def _workbook(path: Path) -> bytes:
    with xlsxwriter.Workbook(path) as workbook:
        for name in ("Blad 1", "Blad 2"):
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(lines()):
                sheet.write_row(number, 0, row)
            sheet.write_number(60, 20, 0.5, workbook.add_format({"num_format": "[h]:mm:ss"}))
    return path.read_bytes()


def _open_document() -> bytes:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{_escaped(cell)}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in lines()
    )
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Blad">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return _zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _parquet(path: Path) -> bytes:
    header, *rows = lines()
    with duckdb.connect() as connection:
        connection.execute(
            f"create table t ({', '.join(f'{name} varchar' for name in header)}, bedrag double)"
        )
        connection.executemany("insert into t values (?, ?, ?, ?, ?, ?, ?, ?, 1.5)", rows)
        connection.execute("copy t to $path (format parquet)", {"path": str(path)})
    return path.read_bytes()


def _zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


# --- Mutations ---------------------------------------------------------------------------------------------------


def flip(content: bytes, chance: random.Random) -> bytes:
    mutated = bytearray(content)
    for _ in range(chance.choice((1, 1, 4, 40))):
        mutated[chance.randrange(len(mutated))] = chance.randrange(256)
    return bytes(mutated)


def cut(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return chance.choice((content[:start], content[end:], content[:start] + content[end:]))


def splice(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    place = chance.randrange(len(content) + 1)
    return content[:place] + content[start:end] * chance.choice((1, 1, 2, 20)) + content[place:]


def insert_quotes(content: bytes, chance: random.Random) -> bytes:
    return _insert(content, chance, (b'"', b"'", b'""', b'"\n', b';"', b'";"'), 30)


def insert_zeros(content: bytes, chance: random.Random) -> bytes:
    return _insert(content, chance, (b"\0", b"\0\0", b"\0" * 100), 5)


def insert_odd(content: bytes, chance: random.Random) -> bytes:
    odd = (
        b"\r",
        b"\n",
        b"\r\n",
        b";",
        b",",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x1a",
        b"\x80",
        b"\xf0\x9f\x98\x80",
        b"=",
    )
    return _insert(content, chance, odd, 30)


def _insert(content: bytes, chance: random.Random, pieces: tuple[bytes, ...], most: int) -> bytes:
    for _ in range(chance.randint(1, most)):
        place = chance.randrange(len(content) + 1)
        content = content[:place] + chance.choice(pieces) + content[place:]
    return content


def within_members(content: bytes, chance: random.Random) -> bytes:
    """Mutate what is inside an archive, so that it opens and its content is broken."""
    mutate = chance.choice((flip, cut, splice, insert_odd))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        # No archive, or one that was mutated before: Python's reader raises anything then.
        return mutate(content, chance)
    if not members:
        return content
    spoiled = chance.choice(list(members))
    return _zipped(members | {spoiled: mutate(members[spoiled] or b"x", chance)})


MUTATIONS: tuple[Mutation, ...] = (
    flip,
    cut,
    splice,
    insert_quotes,
    insert_zeros,
    insert_odd,
    within_members,
)


def bombs(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield files that are small and grow, or wide, or deep."""
    header = ";".join(INTERVENTIONS.columns)
    wide = ";".join(f"c{n}" for n in range(MOST_COLUMNS_WRITTEN))
    yield "wide.csv", f"{wide}\n{wide}\n".encode()
    yield "known_and_wide.csv", f"{header};{wide}\nA;5381\n".encode()
    yield "zip_bomb.zip", _zipped({"a.csv": b"0" * BOMB_BYTES})
    yield "quote_bomb.csv.gz", gzip.compress(header.encode() + b'\n"a' * 1_000_000)
    yield "gz_bomb.csv.gz", gzip.compress(header.encode() + b"\n" * BOMB_BYTES)
    yield "nested.zip", _zipped({"inner.zip": _zipped({"a.csv": b"a;b\n1;2\n"})})
    yield "many.zip", _zipped({f"{n}.csv": b"" for n in range(2_000)})
    yield "far_cell.xlsx", _far_cell(chance.randrange(1_000, 1_048_575), chance.randrange(100, 16_383))
    yield "xml_bomb.xlsx", _xml_bomb()


def _far_cell(row: int, column: int) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(row, column, "b")
    return file.getvalue()


def _xml_bomb() -> bytes:
    with zipfile.ZipFile(io.BytesIO(_far_cell(1, 1))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(10))
    spoiled = members["xl/sharedStrings.xml"].replace(b"<sst", f"<!DOCTYPE sst [{entities}]><sst".encode(), 1)
    return _zipped(members | {"xl/sharedStrings.xml": spoiled.replace(b"<t>a<", b"<t>&e9;<")})


# --- Rounds ------------------------------------------------------------------------------------------------------


def mutated_files(count: int, seed: int, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield `count` mutated files, the same for the same seed; one in fifty is a bomb."""
    chance = random.Random(seed)
    kinds = list(originals(folder).items())
    waiting: list[tuple[str, bytes]] = []
    for number in range(count):
        if number % 50 == 49:
            waiting = waiting or list(bombs(chance))
            yield waiting.pop()
            continue
        name, content = chance.choice(kinds)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            content = chance.choice(MUTATIONS)(content, chance) or b"\n"
        yield name, content


def run_rounds(count: int, seed: int) -> Outcome:
    """Build from `count` mutated files, some a round, and return what happened."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _build_round(folder, [])
        files = mutated_files(count, seed, folder)
        while batch := [file for _, file in zip(range(FILES_A_ROUND), files, strict=False)]:
            _hold_round(folder, batch, outcome)
    usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    outcome.peak_bytes = max(usage) * (1 if sys.platform == "darwin" else 1024)
    if outcome.peak_bytes > MOST_MEMORY_BYTES:
        outcome.broken.append(f"{outcome.peak_bytes / 1e9:.1f} GB of memory")
    return outcome


def _hold_round(folder: Path, batch: list[tuple[str, bytes]], outcome: Outcome) -> None:
    seconds, broken = _build_round(folder, batch, outcome)
    if broken or seconds > MOST_SECONDS_A_FILE:
        for file in batch:
            seconds, broken = _build_round(folder, [file])
            if broken or seconds > MOST_SECONDS_A_FILE:
                kept = Path(tempfile.mkdtemp(prefix="fuzz_")) / file[0]
                kept.write_bytes(file[1])
                outcome.broken.append(f"{kept}: {broken or f'{seconds:.1f} s'}")
            outcome.slowest_seconds = max(outcome.slowest_seconds, seconds)


def _build_round(
    folder: Path, batch: list[tuple[str, bytes]], outcome: Outcome | None = None
) -> tuple[float, str]:
    """Return the seconds that a build took, and what promise it broke."""
    exports, pointer = folder / "exports", folder / "monitor"
    for old in exports.glob("*"):
        old.unlink()
    exports.mkdir(exist_ok=True)
    (exports / "good.csv").write_text(_delimited(";", '"').replace("F1", "G1"), encoding="utf-8")
    for number, (name, content) in enumerate(batch):
        (exports / f"{number:02}_{name}").write_bytes(content)
    start = time.perf_counter()
    try:
        build(Sources(exports, folder / "no_profiles", DEFAULT_SETTINGS), pointer)
        broken = ""
    except BuildError as error:
        broken = f"the build stopped: {error}"
    seconds = time.perf_counter() - start
    return seconds, broken or _broken_account(pointer, len(batch), outcome)


def _broken_account(pointer: Path, file_count: int, outcome: Outcome | None) -> str:
    with duckdb.connect(str(published_database(pointer)), read_only=True) as connection:
        accounts = connection.execute(
            "select file_name, fate, lines_read, accepted, duplicate, rejected from file_accounts"
        ).fetchall()
    if outcome:
        outcome.fates.update(fate for name, fate, *_ in accounts if name != "good.csv")
    if len({name.split("/")[0] for name, *_ in accounts}) != file_count + 1:
        return "a file has no account"
    wrong = [row for row in accounts if row[2] != sum(row[3:])]
    return f"does not add up: {wrong}" if wrong else ""


def main() -> int:
    """Run the rounds, print what happened, and return 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--processes", type=int, default=1)
    chosen = parser.parse_args()
    share = -(-chosen.files // chosen.processes)
    with ProcessPoolExecutor(chosen.processes, get_context("spawn")) as pool:
        outcomes = list(
            pool.map(
                run_rounds, [share] * chosen.processes, range(chosen.seed, chosen.seed + chosen.processes)
            )
        )
    fates = sum((outcome.fates for outcome in outcomes), Counter())
    print(f"{share * chosen.processes} mutated files, {fates.total()} accounts:")
    for fate, count in fates.most_common():
        print(f"- {fate}: {count}")
    print(
        f"slowest file {max(outcome.slowest_seconds for outcome in outcomes):.1f} s of those looked at alone"
    )
    print(f"peak memory {max(outcome.peak_bytes for outcome in outcomes) / 1e9:.2f} GB")
    broken = [sentence for outcome in outcomes for sentence in outcome.broken]
    print("\n".join(f"- BROKEN: {sentence}" for sentence in broken) or "Every promise holds.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
