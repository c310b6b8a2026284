"""The settings file: what it must hold, and an error in words for whatever else it holds."""

import copy
import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.settings import (
    DEFAULT_SETTINGS,
    Analyst,
    Settings,
    SettingsError,
    _as_shipped,
    _settings,
    load_settings,
    parse_settings,
)
from tests.warehouse.exports import settings_text

TEXT = DEFAULT_SETTINGS.read_text(encoding="utf-8")
CONTENT = tomllib.loads(TEXT)
FIELDS_OF_THE_PROTOCOL = 11


def replaced(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)


def test_the_project_s_settings_are_what_the_protocol_says() -> None:
    settings = load_settings()
    assert settings.start == date(2022, 1, 1)
    assert {zone.code: zone.joined for zone in settings.zones} == {
        "5381": settings.start,
        "5382": settings.start,
    }
    assert settings.urgent_priorities == settings.default_priorities == ("0", "1", "2")
    assert settings.population.origins == ("citizen_call",)
    assert len(settings.fields) == len({field.code for field in settings.fields}) == FIELDS_OF_THE_PROTOCOL
    assert settings.time_zone == "Europe/Brussels"
    assert settings.text == TEXT


def test_the_settings_survive_the_way_through_the_database() -> None:
    assert parse_settings(load_settings().text) == load_settings()


def test_every_name_is_there_in_three_languages() -> None:
    settings = load_settings()
    parts = (*settings.zones, *settings.priorities, *settings.hour_bands, *settings.fields)
    names = [part.name for part in parts] + [settings.name]
    names += [name for zone in settings.zones for name in (zone.council, zone.college)]
    for name in names:
        assert all(name.in_language(code) for code in ("nl", "fr", "en"))


def test_imports_have_sane_values_where_the_settings_say_nothing() -> None:
    without = re.sub(r"(?s)\[imports\].*?(?=# ---)", "", TEXT)
    assert "[imports]" not in without
    assert parse_settings(without).imports == load_settings().imports


def test_an_analyst_may_nothing_more_where_the_settings_say_nothing() -> None:
    without = re.sub(r"(?s)\[analyst\].*?(?=# ---)", "", TEXT)
    assert "[analyst]" not in without
    assert parse_settings(without).analyst == load_settings().analyst == Analyst(own_questions=False)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("largest_upload_megabytes = 200", "largest_upload_megabytes = 0", "largest_upload_megabytes"),
        ("largest_upload_megabytes = 200", 'largest_upload_megabytes = "big"', "largest_upload_megabytes"),
        ("allowed_from_other_machines = false", "allowed_from_other_machines = 1", "allowed_from_other"),
        ("allowed_from_other_machines = false", "allowed = true", "imports.allowed"),
        ("own_questions = false", 'own_questions = "no"', "analyst.own_questions"),
        ("own_questions = false", "questions = true", "analyst.questions"),
    ],
)
def test_a_wrong_entry_of_a_table_that_may_be_absent_is_named(old: str, new: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        parse_settings(replaced(old, new))


def test_every_promise_has_its_words_and_its_evidence() -> None:
    promises = load_settings().promises
    assert [promise.code for promise in promises] == sorted({promise.code for promise in promises})
    for promise in promises:
        for code in ("nl", "fr", "en"):
            assert promise.name.in_language(code) and promise.promised.in_language(code)
    with pytest.raises(SettingsError, match=r"promises\.P1\.evidence"):
        parse_settings(replaced('evidence = "response_times"', 'evidence = "weather"'))


def test_a_cooperation_may_have_promised_nothing() -> None:
    without, marks = re.subn(r"(?s)# --- The promises.*", "", TEXT)
    assert marks == 1 and parse_settings(without).promises == ()


def test_a_zone_is_found_by_its_code() -> None:
    settings = load_settings()
    zone = settings.zone("5382")
    assert zone is not None and zone.name.fr == "ZP Fourons"
    assert settings.zone("5383") is None


def test_everyone_counts_where_not_only_urgent_calls_do() -> None:
    settings = parse_settings(replaced("urgent_only = true", "urgent_only = false"))
    assert settings.default_priorities == ()
    assert settings.urgent_priorities == ("0", "1", "2")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("start = 2022-01-01", 'start = "2022-01-01"', "association.start"),
        ("start = 2022-01-01", "start = 2022-01-01T00:00:00", "association.start"),
        ("start = 2022-01-01", "", "start"),
        ('time_zone = "Europe/Brussels"', 'time_zone = "Europe/Bilzen"', "Europe/Bilzen"),
        ('time_zone = "Europe/Brussels"', 'time_zone = "../secret"', "time_zone"),
        ("minimum_shown = 10", "minimum = 10", "minimum"),
        ('code = "5382"', 'code = "5381"', "zones: code 5381"),
        ('code = "4"\nurgent', 'code = "3"\nurgent', "priorities: code 3"),
        ("from_hour = 22", "from_hour = 24", "hour_bands"),
        ("from_hour = 14", "from_hour = 5", "hour_bands"),
        ('unknown_priority = "empty"', 'unknown_priority = "delete"', "rules.unknown_priority"),
        ('unknown_priority = "empty"', "unknown_priority = 3", "rules.unknown_priority"),
        ("[plausible]", "[plausible", "TOML"),
        # A rule that is forgotten or misspelt would silently do something else.
        ('unknown_priority = "empty"', 'unknown_prioritty = "empty"', "unknown_priorit"),
        ("earliest_received = 2000-01-01", 'earliest_received = "2000-01-01"', "earliest_received"),
        (
            "longest_response_seconds = 86400",
            'longest_response_seconds = "a day"',
            "longest_response_seconds",
        ),
        ("confidence = 0.95", "confidence = 95", "confidence"),
        ("power = 0.80", "power = 80", "power"),
        ("minimum_shown = 10", 'minimum_shown = "ten"', "minimum_shown"),
        ('origins = ["citizen_call"]', 'origins = ["citizens"]', "origins"),
        ("[norms.travel]\n0 = 780", '[norms.travel]\n0 = "13 minutes"', "norms"),
        ("[norms.travel]\n0 = 780", "[norms.travel]\n9 = 780", "norms"),
        ("[norms.travel]", "[norms.traveling]", "norms"),
    ],
)
def test_a_wrong_entry_is_named(old: str, new: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        parse_settings(replaced(old, new))


@pytest.mark.parametrize(
    "table",
    [
        name
        for name in CONTENT
        if name
        not in ("norms", "fields", "promises", "imports", "costs", "activities", "field_groups", "analyst")
    ],
)
def test_a_missing_table_is_named(table: str) -> None:
    with pytest.raises(SettingsError, match=table):
        _parse({name: entry for name, entry in CONTENT.items() if name != table})


def test_a_file_of_an_older_version_takes_new_entries_as_they_are_shipped() -> None:
    older = {
        name: {
            entry: value
            for entry, value in table.items()
            if entry not in ("largest_left_out", "shares_do_not_add_up")
        }
        if isinstance(table, dict)
        else table
        for name, table in CONTENT.items()
        if name != "costs"
    }
    settings = _parse(older | {"comparison": older["comparison"] | {"minimum_shown": 12}})
    assert settings.costs == load_settings().costs
    assert settings.rules == load_settings().rules
    assert settings.comparison == replace(load_settings().comparison, minimum_shown=12)


def test_no_norms_and_no_fields_are_allowed() -> None:
    settings = _parse({name: entry for name, entry in CONTENT.items() if name not in ("norms", "fields")})
    assert (settings.norms, settings.fields) == ((), ())


def test_there_must_be_hour_bands() -> None:
    with pytest.raises(SettingsError, match="hour_bands"):
        _parse(CONTENT | {"hour_bands": []})


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"\0", "start = été".encode("cp1252"), b"a = 1\na = 2"]
)
def test_a_file_that_is_no_settings_file_says_which_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cooperation.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"cooperation\.toml"):
        load_settings(path)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(SettingsError, match="cannot be read"):
            load_settings(path)


def test_the_settings_of_the_tests_differ_in_the_plausible_years_only() -> None:
    ours, theirs = parse_settings(settings_text()), load_settings()
    assert ours.plausible != theirs.plausible
    for name in vars(theirs):
        assert name in ("text", "plausible") or getattr(ours, name) == getattr(theirs, name)


# --- Whatever stands in an entry, it is settings or an error in words ---------------------------------------------


def _parse(content: dict[str, Any]) -> Settings:
    """Parse content that is TOML already: writing it out again would test the writer."""
    try:
        return _settings("", _as_shipped(copy.deepcopy(content)))
    except KeyError as error:
        raise SettingsError(f"entry {error} is missing") from error
    except TypeError as error:
        raise SettingsError(str(error)) from error


def _toml_value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case list():
            return "[" + ", ".join(map(_toml_value, value)) + "]"
        case dict():
            pairs = (f"{_toml_value(key)} = {_toml_value(entry)}" for key, entry in value.items())
            return "{ " + ", ".join(pairs) + " }"
    return str(value)


def _places(content: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    return [path, *(place for key, entry in entries for place in _places(entry, (*path, key)))]


WRONG = st.sampled_from((0, -1, 3.5, True, "", "x", "22", [], [1], ["a"], {}, {"a": 1}, date(2022, 1, 1)))


@given(st.sampled_from(_places(CONTENT)[1:]), WRONG)
def test_any_other_value_anywhere_is_settings_or_an_error_in_words(
    place: tuple[Any, ...], wrong: object
) -> None:
    content = copy.deepcopy(CONTENT)
    parent = content
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = wrong
    text = "\n".join(f"{_toml_value(key)} = {_toml_value(entry)}" for key, entry in content.items())
    try:
        settings = parse_settings(text)
    except SettingsError as error:
        assert len(str(error)) > 5
    else:
        assert isinstance(settings.start, date)
        assert all(isinstance(norm.seconds, int) for norm in settings.norms)
        assert settings.hour_bands
