"""Profiles on tiny hand-written exports: each feature, each mistake, and what an expression may not do."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from cooperation.settings import DEFAULT_SETTINGS
from cooperation.warehouse.build import BuildError, Sources, build
from cooperation.warehouse.exports import find_exports
from cooperation.warehouse.lanes import Lanes
from cooperation.warehouse.profiles import (
    ProfileError,
    choose_profile,
    contract_profiles,
    load_profiles,
)
from cooperation.warehouse.query_files import query_text
from cooperation.warehouse.reading import RawLoader

Rows = list[tuple]
Mapped = Callable[..., Rows]

LOG_HEADER = '[file]\nheader = ["nr", "day", "came", "gone", "units"]\n'
LOG = "nr,day,came,gone,units\n"


@pytest.fixture
def mapped(tmp_path: Path) -> Mapped:
    """Return a function from a profile, an export and a query on `raw` to the rows of that query."""

    def rows(profile: str, export: str, query: str, name: str = "log.csv") -> Rows:
        profiles, exports = tmp_path / "profiles", tmp_path / "exports"
        profiles.mkdir()
        exports.mkdir()
        (profiles / "log.toml").write_text(profile, encoding="utf-8")
        (exports / name).write_bytes(export.encode("utf-8"))
        connection = duckdb.connect()
        connection.execute("attach ':memory:' as raw")
        connection.execute(query_text("macros"))
        with Lanes([connection.cursor()]) as lanes:
            loader = RawLoader(connection, lanes, (*load_profiles(profiles), *contract_profiles()), tmp_path)
            for number, file in enumerate(find_exports(exports), start=1):
                loader.load(file, number)
            lanes.settle()
            loader.map_onto_contract()
        return connection.execute(query).fetchall()

    return rows


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], object]:
    """Return a function that reads one profile, log.toml."""

    def read(profile: str) -> object:
        (tmp_path / "log.toml").write_text(profile, encoding="utf-8")
        return load_profiles(tmp_path)

    return read


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., Rows]:
    """Return a function that builds one profile and export in whole and asks the published database."""

    def rows(profile: str, export: str, query: str = "select 1") -> Rows:
        profiles, exports = tmp_path / "profiles", tmp_path / "exports"
        profiles.mkdir(exist_ok=True)
        exports.mkdir(exist_ok=True)
        (profiles / "log.toml").write_text(profile, encoding="utf-8")
        (exports / "log.csv").write_text(export, encoding="utf-8")
        target = build(Sources(exports, profiles, DEFAULT_SETTINGS), tmp_path / "monitor")
        with duckdb.connect(str(target), read_only=True) as connection:
            return connection.execute(query).fetchall()

    return rows


# --- Where a column comes from. ---


def test_a_column_is_a_source_column_an_expression_or_a_value(mapped: Mapped) -> None:
    profile = f"""{LOG_HEADER}
[interventions]
intervention_id = "nr"
nature = {{ sql = "upper(units) || '!'" }}
zone_code = {{ value = "5381" }}
"""
    rows = mapped(
        profile,
        LOG + "7,,,,a\n",
        "select intervention_id, nature, zone_code, priority from raw.interventions",
    )
    # The priority is named nowhere: it stays empty, nothing is made up.
    assert rows == [("7", "A!", "5381", None)]


def test_column_names_match_whatever_their_capitals_and_blanks(mapped: Mapped) -> None:
    profile = f'{LOG_HEADER}[interventions]\nintervention_id = " NR "\n'
    assert mapped(
        profile, " Nr ,DAY,came,gone,units\n7,,,,\n", "select intervention_id from raw.interventions"
    ) == [("7",)]


def test_a_column_name_with_quotes_and_blanks_is_only_a_name(mapped: Mapped) -> None:
    profile = """[file]
header = ['the "nr"']
delimiter = ";"
[interventions]
intervention_id = 'the "nr"'
"""
    export = '"the ""nr""";"x; drop table raw.interventions"\n7;8\n'
    assert mapped(profile, export, "select intervention_id from raw.interventions") == [("7",)]


def test_a_value_is_bound_and_never_becomes_sql(mapped: Mapped) -> None:
    profile = f"""{LOG_HEADER}[interventions]
intervention_id = "nr"
nature = {{ value = "x' || (select 1) || '" }}
zone_code = {{ value = "-- $missing" }}
"""
    rows = mapped(profile, LOG + "7,,,,\n", "select nature, zone_code from raw.interventions")
    assert rows == [("x' || (select 1) || '", "-- $missing")]


def test_an_expression_may_hold_two_dashes_and_comments(mapped: Mapped) -> None:
    # Inside quotes `--` begins no comment, and a real comment must not eat the next column.
    profile = f"""{LOG_HEADER}[interventions]
intervention_id = "nr"
nature = {{ sql = "replace(units, '--', '+')" }}
zone_code = {{ sql = "day -- as it stands" }}
"""
    rows = mapped(profile, LOG + "7,5381,,,a--b\n", "select nature, zone_code from raw.interventions")
    assert rows == [("a+b", "5381")]


# --- How cells are written. ---


def test_moments_are_read_in_the_formats_of_the_profile_else_left_as_written(mapped: Mapped) -> None:
    profile = f"""{LOG_HEADER}
[formats]
moment = ["%m/%d/%y %I:%M %p", "%m.%d.%Y"]
[interventions]
intervention_id = "nr"
received_at = "came"
"""
    export = LOG + "1,,02/03/21 11:59 PM,,\n2,,02.03.2021,,\n3,,soon,,\n"
    rows = mapped(
        profile, export, "select intervention_id, received_at from raw.interventions order by line_number"
    )
    # Month first, by the profile: the contract alone would have read the second of March. A format without a time
    # of day tells the day only: midnight would be invented.
    assert rows == [("1", "2021-02-03 23:59:00"), ("2", "2021-02-03"), ("3", "soon")]


def test_missing_words_are_empty_in_columns_and_inside_expressions(mapped: Mapped) -> None:
    profile = f"""{LOG_HEADER}
[formats]
missing = ["n/a", "-"]
[interventions]
intervention_id = "nr"
nature = "units"
closed_at = {{ sql = "coalesce(gone, 'none')" }}
origin = {{ sql = "case when day = 'x' then '-' else day end" }}
"""
    export = LOG + "1,x,,N/A, - \n2,y,, - ,NULL\n3,,,at 5,-5\n"
    rows = mapped(
        profile, export, "select nature, closed_at, origin from raw.interventions order by line_number"
    )
    # The profile's words replace the contract's, so NULL is a word like any other; "-5" only begins like one.
    assert rows == [(None, "none", None), ("NULL", "none", "y"), ("-5", "at 5", None)]


def test_value_maps_translate_and_leave_the_rest_as_it_is(mapped: Mapped) -> None:
    profile = f"""{LOG_HEADER}
[interventions]
intervention_id = "nr"
priority = "units"
origin = {{ sql = "lower(day)" }}
[interventions.values.priority]
"Prioritair" = "1"
"É 2" = "2"
"none" = ""
[interventions.values.origin]
"call" = "citizen_call"
"""
    export = LOG + "1,CALL,,,PRIORITAIR\n2,call,,,é 2\n3,other,,,9\n4,,,,none\n5,,,,\n"
    rows = mapped(profile, export, "select priority, origin from raw.interventions order by line_number")
    # 9 is in no map: it goes on as it is, so that the rule on priorities can name it.
    assert rows == [("1", "citizen_call"), ("2", "citizen_call"), ("9", "other"), (None, None), (None, None)]


def test_encoding_and_delimiter_of_the_profile_win_over_detection(tmp_path: Path) -> None:
    # 0xE9 is "é" in Windows-1252 and a capital theta in code page 437; commas would win the header's vote.
    profile = """[file]
header = ["nr", "a,b,c"]
encoding = "cp437"
delimiter = "|"
[interventions]
intervention_id = "nr"
nature = "a,b,c"
"""
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "log.toml").write_text(profile)
    (tmp_path / "log.csv").write_bytes(b"nr|a,b,c\n7|\xe9\n")
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as raw")
    connection.execute(query_text("macros"))
    with Lanes([connection.cursor()]) as lanes:
        loader = RawLoader(connection, lanes, load_profiles(tmp_path / "profiles"), tmp_path)
        loader.load(next(file for file in find_exports(tmp_path) if file.name == "log.csv"), 1)
        lanes.settle()
        loader.map_onto_contract()
    assert connection.execute("select nature from raw.interventions").fetchall() == [("Θ",)]


# --- Names for expressions, and several rows from one. ---


def test_a_derived_column_may_use_the_ones_before_it(mapped: Mapped) -> None:
    profile = f"""{LOG_HEADER}
[derived]
called = "try_strptime(day || ' ' || came, '%m/%d/%y %H:%M')"
left = "clock_after(called, gone)"
[interventions]
intervention_id = "nr"
received_at = {{ sql = "called" }}
closed_at = {{ sql = '"left"' }}
"""
    export = LOG + "1,12/31/21,23:50,00:10,\n2,12/31/21,23:50,23:45,\n3,12/31/21,,00:10,\n"
    rows = mapped(
        profile, export, "select received_at, closed_at from raw.interventions order by line_number"
    )
    assert rows == [
        # Ten past midnight after a call at ten to: the next day, the next year.
        ("2021-12-31 23:50:00", "2022-01-01 00:10:00"),
        # Five minutes before the call: a clock that runs behind, not 23 hours and 55 minutes.
        ("2021-12-31 23:50:00", "2021-12-31 23:45:00"),
        # Without a call time nothing tells which day: unknown, not a guess.
        (None, None),
    ]


def test_for_each_makes_one_deployment_of_each_element(mapped: Mapped) -> None:
    profile = f"""{LOG_HEADER}
[interventions]
intervention_id = "nr"
[deployments]
for_each = "list_elements(units)"
intervention_id = "nr"
unit_id = {{ sql = "each" }}
"""
    export = LOG + '1,,,,"A1,,B2\r\n"\n2,,,,", ,"\n3,,,,\n4,,,," C3 ,C3"\n'
    rows = mapped(
        profile, export, "select intervention_id, item_number, unit_id from raw.deployments order by all"
    )
    # Empty elements and line ends are no units; a unit that stands there twice is met twice.
    assert rows == [("1", 1, "A1"), ("1", 2, "B2"), ("4", 1, "C3"), ("4", 2, "C3")]


def test_deployments_without_for_each_are_one_a_line(mapped: Mapped) -> None:
    profile = f'{LOG_HEADER}[deployments]\nintervention_id = "nr"\nunit_id = "units"\n'
    rows = mapped(
        profile,
        LOG + '1,,,,"A,B"\n1,,,,C\n',
        "select intervention_id, item_number, unit_id from raw.deployments order by unit_id",
    )
    assert rows == [("1", 1, "A,B"), ("1", 1, "C")]


# --- The macros that profiles build on. ---


@pytest.fixture(scope="module")
def compute() -> Callable[[str], object]:
    """Return a function from an SQL expression to its value."""
    connection = duckdb.connect()
    connection.execute(query_text("macros"))
    return lambda sql: connection.execute(f"select {sql}").fetchall()[0][0]


def test_unit_clocks_numbers_the_entries_of_each_unit(compute: Callable[[str], object]) -> None:
    assert compute("unit_clocks('A1=08:15:00, B2=08:16:30, A1=09:02:10')") == [
        {"unit": "A1", "turn": 1, "clock": "08:15:00"},
        {"unit": "B2", "turn": 1, "clock": "08:16:30"},
        {"unit": "A1", "turn": 2, "clock": "09:02:10"},
    ]
    assert compute("unit_clocks(null)") == []
    # An entry that is written wrong keeps its unit, its clock stays unreadable.
    assert compute("unit_clocks('A1, =08:00:00')") == [
        {"unit": "A1", "turn": 1, "clock": ""},
        {"unit": None, "turn": 1, "clock": "08:00:00"},
    ]


@pytest.mark.parametrize(
    ("clocks", "days"),
    [
        # Before midnight, after it, and long after it: each descent is one midnight more.
        (["23:50:00", "23:59:59", "00:00:00", "12:00:00"], [0, 0, 1, 1]),
        # 20 hours after the anchor: further than one clock alone could tell.
        (["23:00:00", "10:00:00", "20:00:00", "03:00:00"], [0, 1, 1, 2]),
        # The whole list lies after midnight.
        (["00:10:00", "00:20:00"], [1, 1]),
        # Ten minutes before the anchor is that same evening.
        (["22:50:00", "23:10:00"], [0, 0]),
        # Equal clocks pass no midnight.
        (["23:30:00", "23:30:00"], [0, 0]),
    ],
)
def test_unit_moments_pass_midnight_where_a_clock_goes_back(
    compute: Callable[[str], object], clocks: list[str], days: list[int]
) -> None:
    entries = ", ".join(f"U{place}={clock}" for place, clock in enumerate(clocks))
    moments = compute(f"unit_moments(timestamp '2021-12-31 23:00:00', unit_clocks('{entries}'))")
    assert isinstance(moments, list)
    assert [
        (entry["moment"].timetuple().tm_yday % 365, str(entry["moment"].time())) for entry in moments
    ] == [(day, clock) for day, clock in zip(days, clocks, strict=True)]


def test_unit_turns_lose_no_unit_that_only_a_later_list_names(compute: Callable[[str], object]) -> None:
    lists = (
        "[unit_clocks('A=01:00:00, A=02:00:00'), unit_clocks(null), unit_clocks('C=03:00:00, A=01:30:00')]"
    )
    assert compute(f"unit_turns({lists})") == [
        {"unit": "A", "turn": 1},
        {"unit": "A", "turn": 2},
        {"unit": "C", "turn": 1},
    ]


def test_moment_of_finds_the_turn_and_hands_on_what_it_cannot_read(compute: Callable[[str], object]) -> None:
    moments = "unit_moments(timestamp '2022-01-01 08:00:00', unit_clocks('A=08:01:00, A=08:02:00, B=8h03'))"
    assert compute(f"moment_of({{unit: 'A', turn: 2}}, {moments})") == "2022-01-01 08:02:00"
    assert compute(f"moment_of({{unit: 'A', turn: 3}}, {moments})") is None
    assert compute(f"moment_of({{unit: 'B', turn: 1}}, {moments})") == "8h03"


# --- Which profile a file gets. ---


def test_the_profile_that_names_most_columns_is_chosen(tmp_path: Path) -> None:
    for name, header in (("wide", '"a", "b", "c"'), ("narrow", '"a"'), ("other", '"a", "b", "c", "d"')):
        (tmp_path / f"{name}.toml").write_text(
            f'[file]\nheader = [{header}]\n[interventions]\nnature = "a"\n', encoding="utf-8"
        )
    profiles = load_profiles(tmp_path)
    headers = {"wide": ("A", " b", "c", "x"), "narrow": ("a", "x"), "other": ("a", "b", "c", "d")}
    for expected, written in headers.items():
        chosen = choose_profile(written, profiles)
        assert chosen is not None and chosen.name == expected
    assert choose_profile(("b", "c"), profiles) is None


def test_a_header_of_the_contract_needs_no_profile() -> None:
    for profile in contract_profiles():
        chosen = choose_profile(tuple(name.upper() for name in profile.header), contract_profiles())
        assert chosen == profile


def test_settings_beside_profiles_are_left_aside(tmp_path: Path) -> None:
    (tmp_path / "cooperation.toml").write_text("[association]\n", encoding="utf-8")
    assert load_profiles(tmp_path) == ()


# --- Mistakes: the message names the file and the entry. ---

GOOD_ID = '[interventions]\nintervention_id = "nr"\n'


@pytest.mark.parametrize(
    ("profile", "named"),
    [
        ("[file\n", "log.toml"),
        (GOOD_ID, "file"),
        (f"[file]\nheader = []\n{GOOD_ID}", "file.header"),
        (f'[file]\nheader = "nr"\n{GOOD_ID}', "file.header"),
        (f'[file]\nheader = ["nr"]\ndelimiter = "::"\n{GOOD_ID}', "file.delimiter"),
        (f'[file]\nheader = ["nr"]\nencoding = "martian"\n{GOOD_ID}', "file.encoding"),
        (f'{LOG_HEADER}[formats]\nmoment = "%Y"\n{GOOD_ID}', "formats.moment"),
        (f'{LOG_HEADER}[formats]\nmissing = "NULL"\n{GOOD_ID}', "formats.missing"),
        (LOG_HEADER, "no data set"),
        (f'{LOG_HEADER}[intervention]\nnature = "nr"\n', "[intervention]"),
        (f'{LOG_HEADER}[interventions]\nunit_id = "nr"\n', "interventions.unit_id"),
        (f'{LOG_HEADER}[interventions]\nnature = "typ"\n', "interventions.nature: column 'typ'"),
        (f"{LOG_HEADER}[interventions]\nnature = 5\n", "interventions.nature"),
        (f'{LOG_HEADER}[interventions]\nnature = {{ sqll = "nr" }}\n', "interventions.nature"),
        (f'{LOG_HEADER}[interventions]\nnature = {{ sql = "nr", value = "x" }}\n', "interventions.nature"),
        (f'{LOG_HEADER}[interventions]\nnature = {{ sql = "nr +" }}\n', "interventions.nature"),
        (f'{LOG_HEADER}[interventions]\nnature = {{ sql = "(nr" }}\n', "interventions.nature"),
        (f"{LOG_HEADER}{GOOD_ID}[interventions.values.priority]\na = 1\n", "interventions.values.priority"),
        (f'{LOG_HEADER}{GOOD_ID}[interventions.values.colour]\na = "1"\n', "interventions.colour"),
        (f'{LOG_HEADER}[derived]\nx = "nr ||"\n{GOOD_ID}', "derived.x"),
        (f'{LOG_HEADER}[deployments]\nfor_each = "units]"\nunit_id = "nr"\n', "deployments.for_each"),
    ],
)
def test_a_mistake_is_found_before_any_file_is_read(
    load: Callable[[str], object], profile: str, named: str
) -> None:
    with pytest.raises(ProfileError) as raised:
        load(profile)
    assert str(raised.value).startswith("log.toml: ")
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        (
            '[interventions]\nintervention_id = "nr"\nnature = { sql = "upper(typ)" }\n',
            "interventions.nature",
        ),
        (
            '[interventions]\nintervention_id = "nr"\nreceived_at = { sql = "cast(came as timestamp)" }\n',
            "interventions.received_at",
        ),
        ('[derived]\nok = "nr"\nbad = "typ"\n[interventions]\nnature = { sql = "ok" }\n', "derived.bad"),
        ('[derived]\ncame = "upper(came)"\n[interventions]\nnature = { sql = "came" }\n', "derived.came"),
        ('[derived]\nx = "nr"\nX = "came"\n[interventions]\nnature = { sql = "x" }\n', "derived.X"),
        ('[deployments]\nfor_each = "nr"\nunit_id = { sql = "each" }\n', "deployments.for_each"),
        (
            '[deployments]\nintervention_id = "nr"\nunit_id = { sql = "each" }\n',
            "deployments.unit_id",
        ),
        # The id is mapped well, by a name that ends like the one at fault.
        (
            '[deployments]\nunit_zone_code = { value = "5381" }\nunit_id = { sql = "$x" }\n',
            "deployments.unit_id",
        ),
    ],
)
def test_an_entry_that_cannot_be_computed_is_named(mapped: Mapped, entries: str, named: str) -> None:
    with pytest.raises(ProfileError) as raised:
        mapped(LOG_HEADER + entries, LOG + "7,day,soon,,\n", "select 1")
    assert str(raised.value).startswith(f"log.toml: {named}: ")


# --- What an expression may not do. ---

EVENT = LOG + "7,2021-05-05 10:00:00,,,\n"
WHOLE = f"""{LOG_HEADER}[interventions]
intervention_id = "nr"
zone_code = {{ value = "5381" }}
received_at = "day"
"""


def test_an_honest_profile_builds(built: Callable[..., Rows]) -> None:
    profile = WHOLE + "nature = { sql = \"'nr ' || nr\" }\n"
    assert built(profile, EVENT, "select intervention_id, nature from response_times") == [("7", "nr 7")]


@pytest.mark.parametrize(
    "sql",
    [
        "(select content from read_text('{secret}'))",
        "(select any_value(column0) from read_csv('{secret}'))",
        "(select any_value(a) from '{secret}' as t(a))",
        "(select count(*)::varchar from glob('{folder}/*'))",
        "(select any_value(x)::varchar from query('from read_text(''{secret}'')') as t(x))",
    ],
)
def test_an_expression_reads_no_file(built: Callable[..., Rows], tmp_path: Path, sql: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret\nword\n", encoding="utf-8")
    filled = sql.format(secret=secret, folder=tmp_path)
    with pytest.raises(
        BuildError, match=r"log\.toml: interventions\.nature: (Permission|Binder) Error"
    ) as raised:
        built(f'{WHOLE}nature = {{ sql = """{filled}""" }}\n', EVENT)
    assert "word" not in str(raised.value)
    assert not (tmp_path / "monitor").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "nr); attach '{folder}/stolen.duckdb' as stolen; select (nr",
        "nr; copy (select 1) to '{folder}/stolen.csv'",
        "nr) from raw.layout_1; drop table raw.interventions; select (1",
        "set enable_external_access = true",
        "attach '{folder}/stolen.duckdb' as stolen",
    ],
)
@pytest.mark.parametrize("place", ["column", "derived", "for_each"])
def test_an_expression_is_no_statement(
    built: Callable[..., Rows], tmp_path: Path, sql: str, place: str
) -> None:
    filled = sql.format(folder=tmp_path)
    entries = {
        "column": f'{WHOLE}nature = {{ sql = """{filled}""" }}\n',
        "derived": f'{WHOLE}[derived]\nx = """{filled}"""\n',
        "for_each": f'{WHOLE}[deployments]\nfor_each = """{filled}"""\nunit_id = {{ sql = "each" }}\n',
    }
    with pytest.raises(
        BuildError, match=r"log\.toml: (interventions\.nature|derived\.x|deployments\.for_each)"
    ):
        built(entries[place], EVENT)
    assert not list(tmp_path.glob("stolen*"))
    assert not (tmp_path / "monitor").exists()


def test_a_refused_profile_leaves_the_published_database(built: Callable[..., Rows], tmp_path: Path) -> None:
    built(WHOLE, EVENT)
    published = (tmp_path / "monitor").read_bytes()
    with pytest.raises(BuildError):
        built(f'{WHOLE}nature = {{ sql = "typ" }}\n', EVENT)
    assert (tmp_path / "monitor").read_bytes() == published
