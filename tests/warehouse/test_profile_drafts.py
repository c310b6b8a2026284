"""What the steward chose becomes a profile: readable, the same when read back, and read by a build as was said."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cooperation.warehouse.contract import DATA_SETS, DEPLOYMENTS, INTERVENTIONS
from cooperation.warehouse.profile_drafts import (
    DATE_FORMATS,
    MADE_HERE,
    REQUIRED,
    SEPARATORS,
    DataSetDraft,
    DateAndTime,
    Draft,
    DraftError,
    EachElement,
    FixedValue,
    FromColumn,
    ProfileTaken,
    TimeAlone,
    free_profile_name,
    is_made_by_hand,
    profile_name,
    profile_text,
    put_aside,
    put_back,
    save_profile,
)
from cooperation.warehouse.profiles import Profile, ProfileError, SourceColumn, load_profiles
from tests.browser import PROJECT
from tests.warehouse.exports import Built, build_folder

MADE_ON = date(2024, 5, 6)
HEADER = ("nr", "dag", "uur", "uit", "ter plaatse", "eenheden", "soort")


def text_of(draft: Draft) -> str:
    return profile_text(draft, made_from="oproepen.csv", made_on=MADE_ON)


def read_back(folder: Path, text: str) -> Profile:
    save_profile(folder, "log", text)
    (profile,) = load_profiles(folder)
    return profile


def log_draft(**changes: object) -> Draft:
    """Return the draft of a call log: date and time apart, times without a date, a list of units."""
    plain = {
        "header": HEADER,
        "date_format": "%m/%d/%y",
        "data_sets": (
            DataSetDraft(
                INTERVENTIONS,
                {
                    "intervention_id": FromColumn("nr"),
                    "zone_code": FixedValue("5381"),
                    "received_at": DateAndTime("dag", "uur"),
                    "priority": FromColumn("soort"),
                },
                {"priority": {"Brand": "0", "Lawaai": "3"}},
            ),
            DataSetDraft(
                DEPLOYMENTS,
                {
                    "intervention_id": FromColumn("nr"),
                    "unit_id": EachElement("eenheden", ","),
                    "dispatched_at": TimeAlone("uit"),
                    "arrived_at": TimeAlone("ter plaatse"),
                },
            ),
        ),
    }
    return Draft(**(plain | changes))


def interventions_draft(header: tuple[str, ...], **changes: object) -> Draft:
    """Return a draft of interventions whose id, zone and moment stand in the first three columns."""
    origins = {
        name: FromColumn(column) for name, column in zip(REQUIRED["interventions"], header, strict=False)
    }
    return Draft(header, (DataSetDraft(INTERVENTIONS, origins),), **changes)


def built_with(tmp_path: Path, draft: Draft, export: str) -> Built:
    """Build an export through a draft's profile, which lies where `build_folder` looks for profiles."""
    save_profile(tmp_path / "no_profiles", "log", text_of(draft))
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "log.csv").write_text(export, encoding="utf-8", newline="")
    return build_folder(tmp_path, tmp_path / "exports")


# --- The file. ---


def test_the_profile_says_when_and_from_what_it_was_made_and_reads_as_a_person_would_write_it(
    tmp_path: Path,
) -> None:
    assert text_of(log_draft()) == (PROJECT / "tests/warehouse/log_profile.toml").read_text(encoding="utf-8")


def test_a_comment_cannot_be_left(tmp_path: Path) -> None:
    header = ("nr", "zone\n[interventions]", "wan\u2028neer\r\x00\x7f")
    draft = interventions_draft(header)
    text = profile_text(draft, made_from='a\n[file]\nheader = []\n"\\', made_on=MADE_ON)
    assert read_back(tmp_path, text).header == header


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=100)
@given(
    st.lists(names, min_size=3, max_size=6, unique_by=str.casefold), st.dictionaries(names, names, max_size=4)
)
def test_whatever_stands_in_a_header_or_a_meaning_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], meanings: dict[str, str]
) -> None:
    draft = interventions_draft(tuple(header), missing=("NULL", *meanings))
    mapped = draft.data_sets[0]
    draft = Draft(
        draft.header,
        (DataSetDraft(INTERVENTIONS, mapped.origins, {"zone_code": meanings}),),
        None,
        draft.missing,
    )
    profile = read_back(tmp_path_factory.mktemp("profiles"), text_of(draft))
    assert profile.header == tuple(header)
    assert profile.missing == draft.missing
    (mapping,) = profile.mappings
    assert mapping.sources == {
        name: SourceColumn(column) for name, column in zip(REQUIRED["interventions"], header, strict=False)
    }
    assert mapping.values.get("zone_code", {}) == meanings


@settings(max_examples=60)
@given(st.lists(names, min_size=7, max_size=7, unique_by=str.casefold), st.sampled_from(DATE_FORMATS))
def test_an_expression_holds_whatever_a_column_is_called(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], date_format: str
) -> None:
    as_named = dict(zip(HEADER, header, strict=True))
    plain = log_draft()
    renamed = tuple(
        DataSetDraft(
            mapped.data_set,
            {
                column: type(origin)(**{k: as_named.get(v, v) for k, v in vars(origin).items()})
                for column, origin in mapped.origins.items()
            },
        )
        for mapped in plain.data_sets
    )
    # Reading a profile parses each expression: a name that stepped out of its quotes would be found.
    profile = read_back(
        tmp_path_factory.mktemp("profiles"), text_of(Draft(tuple(header), renamed, date_format))
    )
    assert [mapping.data_set for mapping in profile.mappings] == [INTERVENTIONS, DEPLOYMENTS]


# --- What a build makes of it. ---


def test_a_call_log_is_read_as_the_steward_said(tmp_path: Path) -> None:
    export = (
        "nr,dag,uur,uit,ter plaatse,eenheden,soort\n"
        # The units arrive after midnight: the date is that of the next day.
        '1,12/31/21,23:50,23:55,00:10,"A1,,B2\n",brand\n'
        "2,01/05/22,10:00,,,A1,Lawaai\n"
        # A clock that runs behind stays an arrival before the call, and is emptied.
        "3,01/06/22,10:00,,09:58,A1,Katten\n"
        # A day without a time of day is a day.
        "4,01/07/22,,,,,Brand\n"
        # Nobody was sent, yet a time is known: a unit that nobody knows.
        "5,01/08/22,10:00,,10:05,,Brand\n"
        "6,13/08/22,10:00,,,,Brand\n"
        # The day is known and the time is none: not a day without a time.
        "7,01/09/22,25:00,,,,Brand\n"
    )
    built = built_with(tmp_path, log_draft(), export)
    calls = built.calls
    assert {key: str(call["received_at"]) for key, call in calls.items()} == {
        "1": "2021-12-31 23:50:00",
        "2": "2022-01-05 10:00:00",
        "3": "2022-01-06 10:00:00",
        "4": "None",
        "5": "2022-01-08 10:00:00",
    }
    assert [calls[key]["response_seconds"] for key in "12345"] == [1200, None, None, None, 300]
    assert [calls[key]["unit_count"] for key in "12345"] == [2, 1, 1, 0, 1]
    assert [calls[key]["priority"] for key in "12345"] == ["0", "3", None, "0", "0"]
    assert built.refusals == [
        # No month 13; read day first, as dates are where the profile's format fails, it is in the year 22.
        ("log.csv", 8, "implausible_received_at"),
        ("log.csv", 9, "unreadable_received_at"),
    ]
    assert {flag[3] for flag in built.flags} == {
        "arrival_before_call",
        "unknown_priority",
        "time_of_day_missing",
    }


@pytest.mark.parametrize("separator", SEPARATORS)
def test_units_are_told_apart_by_the_chosen_separator_only(tmp_path: Path, separator: str) -> None:
    others = "".join(other for other in SEPARATORS if other not in (separator, " ", "\n", "|"))
    plain = log_draft()
    deployments = DataSetDraft(
        DEPLOYMENTS, {"intervention_id": FromColumn("nr"), "unit_id": EachElement("eenheden", separator)}
    )
    draft = Draft(HEADER, (plain.data_sets[0], deployments), plain.date_format)
    units = f"A{others}1{separator}{separator}B2{separator}"
    export = f'{"|".join(HEADER)}\n1|12/31/21|23:50|||"{units}"|x\n2|12/31/21|23:50||||x\n'
    built = built_with(tmp_path, draft, export)
    assert [built.calls[key]["unit_count"] for key in "12"] == [2, 0]


@pytest.mark.parametrize("date_format", [None, *DATE_FORMATS])
def test_moments_are_read_in_the_chosen_format(tmp_path: Path, date_format: str | None) -> None:
    # Day and month could be each other: only the format tells.
    moment = date(2021, 2, 3)
    written = moment.strftime(date_format or "%d/%m/%Y")
    draft = interventions_draft(("nr", "zone", "wanneer"), date_format=date_format)
    export = f"nr;zone;wanneer\n1;5381;{written} 14:05\n2;5381;{written} 02:05:06 PM\n3;5381;{written}\n"
    built = built_with(tmp_path, draft, export)
    rows = built.select("select received_date, received_at from response_times order by intervention_id")
    assert [str(row["received_at"]) for row in rows] == ["2021-02-03 14:05:00", "2021-02-03 14:05:06", "None"]
    assert {row["received_date"] for row in rows} == {moment}


def test_a_time_without_a_date_follows_a_moment_in_one_cell(tmp_path: Path) -> None:
    header = ("nr", "zone", "wanneer", "aankomst", "received_moment")
    deployments = DataSetDraft(
        DEPLOYMENTS, {"intervention_id": FromColumn("nr"), "arrived_at": TimeAlone("aankomst")}
    )
    draft = interventions_draft(header)
    draft = Draft(header, (*draft.data_sets, deployments))
    export = (
        ";".join(header) + "\n1;5381;31/12/2021 23:50;00:10;x\n2;5381;2021-12-31 10:00:00;10:01:30;x\n3;5381;"
        "31/12/2021 10:00;;x\n"
    )
    built = built_with(tmp_path, draft, export)
    assert [built.calls[key]["response_seconds"] for key in "123"] == [1200, 90, None]
    # A line that says nothing of a deployment is none.
    assert [built.calls[key]["unit_count"] for key in "123"] == [1, 1, 0]


@pytest.mark.parametrize(
    ("data_set", "column"), [(name, column) for name, columns in REQUIRED.items() for column in columns]
)
def test_the_required_columns_are_those_without_which_a_line_is_refused(
    tmp_path: Path, data_set: str, column: str
) -> None:
    rule = (PROJECT / "queries" / "rules" / data_set / "missing_value.sql").read_text(encoding="utf-8")
    assert f"'{column}'" in rule
    assert rule.count(" as column_name") == len(REQUIRED[data_set])


def test_every_data_set_has_its_required_columns() -> None:
    assert REQUIRED.keys() == {data_set.name for data_set in DATA_SETS}
    for data_set in DATA_SETS:
        assert set(REQUIRED[data_set.name]) <= set(data_set.columns)


# --- What a draft must say. ---


@pytest.mark.parametrize(
    ("draft", "code", "column"),
    [
        (Draft(HEADER, ()), "no_data_set", ""),
        (log_draft(date_format="'); drop table x; --"), "unknown_format", ""),
        (Draft(HEADER, (DataSetDraft(INTERVENTIONS, {}),)), "missing_column", "intervention_id"),
        (interventions_draft(("nr", "zone")), "missing_column", "received_at"),
        (log_draft(header=HEADER[:-1]), "unknown_column", "priority"),
        (
            Draft(
                HEADER,
                (DataSetDraft(DEPLOYMENTS, {"intervention_id": FromColumn("nr"), "x": FromColumn("nr")}),),
            ),
            "unknown_column",
            "x",
        ),
        (
            Draft(
                HEADER,
                (
                    DataSetDraft(
                        DEPLOYMENTS, {"intervention_id": FromColumn("nr"), "arrived_at": TimeAlone("uit")}
                    ),
                ),
            ),
            "time_without_date",
            "arrived_at",
        ),
        (
            Draft(
                HEADER,
                (
                    DataSetDraft(
                        DEPLOYMENTS,
                        {"intervention_id": FromColumn("nr"), "unit_id": DateAndTime("dag", "uur")},
                    ),
                ),
            ),
            "no_moment",
            "unit_id",
        ),
        (
            Draft(
                HEADER,
                (
                    DataSetDraft(
                        DEPLOYMENTS,
                        {"intervention_id": FromColumn("nr"), "unit_id": EachElement("eenheden", ",")},
                    ),
                ),
            ),
            "list_in_first_data_set",
            "",
        ),
        (
            log_draft(
                data_sets=(
                    log_draft().data_sets[0],
                    DataSetDraft(
                        DEPLOYMENTS,
                        {
                            "intervention_id": FromColumn("nr"),
                            "unit_id": EachElement("eenheden", "') or 1=1 --"),
                        },
                    ),
                )
            ),
            "unknown_format",
            "unit_id",
        ),
    ],
)
def test_a_draft_that_says_too_little_is_refused(draft: Draft, code: str, column: str) -> None:
    with pytest.raises(DraftError) as raised:
        text_of(draft)
    assert (raised.value.code, raised.value.column) == (code, column)


# --- Where profiles lie. ---


@pytest.mark.parametrize(
    ("offered", "name"),
    [
        ("Oproepen 2021 (definitief).csv", "oproepen_2021__definitief"),
        ("../../etc/passwd", "passwd"),
        ("cooperation", "cooperation_profile"),
        ("CON", "export_con"),
        ("été", "t"),
        ("***", "export"),
        ("", "export"),
    ],
)
def test_a_profile_s_name_is_plain(offered: str, name: str) -> None:
    assert profile_name(offered) == name == profile_name(name)


@given(st.text(max_size=200))
def test_whatever_a_profile_is_called_it_stays_in_its_folder(offered: str) -> None:
    name = profile_name(offered)
    assert name.isascii() and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_") and name


def test_a_profile_is_never_overwritten(tmp_path: Path) -> None:
    first = save_profile(tmp_path, "Log", text_of(log_draft()))
    assert first.name == "log.toml"
    before = first.read_bytes()
    with pytest.raises(ProfileTaken):
        save_profile(tmp_path, "log", text_of(interventions_draft(HEADER)))
    assert first.read_bytes() == before
    assert free_profile_name(tmp_path, "log") == "log_2"
    assert [path.name for path in tmp_path.iterdir()] == ["log.toml"], "nothing else is left behind"


def test_a_profile_that_cannot_be_read_back_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ProfileError):
        save_profile(
            tmp_path, "log", '[file]\nheader = ["nr"]\n[interventions]\nintervention_id = "elsewhere"\n'
        )
    assert list(tmp_path.iterdir()) == []


def test_a_profile_that_is_put_aside_can_be_put_back(tmp_path: Path) -> None:
    old = save_profile(tmp_path, "log", text_of(log_draft()))
    aside = put_aside(tmp_path, "log")
    assert load_profiles(tmp_path) == ()
    assert put_back(aside) == old
    again = put_aside(tmp_path, "log")
    save_profile(tmp_path, "log", text_of(log_draft()))
    second = put_aside(tmp_path, "log")
    assert len({again, second}) == 2
    put_back(second)
    with pytest.raises(ProfileTaken):
        put_back(again)


def test_a_hand_made_profile_is_told_from_one_of_the_page(tmp_path: Path) -> None:
    save_profile(tmp_path, "page", text_of(log_draft()))
    assert (tmp_path / "page.toml").read_text(encoding="utf-8").startswith(MADE_HERE)
    assert not is_made_by_hand(tmp_path, "page")
    assert is_made_by_hand(PROJECT / "data/profiles/examples/slopd", "slopd")


def test_what_is_saved_is_toml(tmp_path: Path) -> None:
    content = tomllib.loads(text_of(log_draft(file_entries={"delimiter": ";", "skip_lines": 2})))
    assert (content["file"]["delimiter"], content["file"]["skip_lines"]) == (";", 2)
