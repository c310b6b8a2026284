"""Every answer applies the filters that it is said to apply, and speaks of no other."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from cooperation.answers.answer import Answer, Evidence
from cooperation.answers.applied_filters import APPLIED, applied, without_effect
from cooperation.answers.filters import FILTER_NAMES, Filters
from cooperation.answers.registry import ANSWERS
from cooperation.answers.reproduction import command_line, made_by
from cooperation.language import LANGUAGES, speak
from cooperation.screen.figures import file_stem
from cooperation.warehouse.database import open_database
from cooperation.wording.applied import choice_text, without_effect_text

# A choice of each filter that changes whatever follows it.
CHOSEN = Filters(
    measure="on_scene",
    period="2019-01..2019-12/2023-01..2023-12",
    covid="out",
    borders="recorded",
    zone_code=("5382",),
    municipality_nis=("73109",),
    priority=("2",),
    origin=("planned",),
    prices="nominal",
    base_year="2020",
    scenario_purchase="DEMO-drone",
    scenario_key="equal",
    scenario_months="24",
)
# Where the demonstration lacks nothing, the years of a zone's ledger leave no notice.
WITHOUT_MATERIAL = ("shared_costs/notices",)
# Answers that put many others together: each of their filters is tried in the long run of all tests only.
LONG = (
    "cooperation_fields/overview",
    "cooperation_fields/indicators",
    "method/example",
    "mutual_assistance/comparable_calls",
    "mutual_assistance/time_gained",
    "mutual_assistance/identity_kept",
    "overview/municipalities",
    "overview/promises",
    "response_times/comparison",
    "response_times/three_steps",
    "shared_costs/by_category",
    "shared_costs/by_field",
    "shared_costs/comparison",
)
SHORT = [name for name in ANSWERS if name not in LONG]


@pytest.fixture(scope="module")
def evidence(demonstration_database: Path) -> Evidence:
    return Evidence(open_database(demonstration_database))


@pytest.fixture(scope="module")
def untouched(evidence: Evidence) -> Callable[[str], Answer]:
    """Return a function that gives an answer without any choice; it is made once."""
    return cache(lambda name: ANSWERS[name](evidence, Filters()))


def only(*names: str) -> Filters:
    chosen = Filters(**{name: getattr(CHOSEN, name) for name in names})
    # A year is one of an index.
    return chosen.with_(prices="health_index") if chosen.base_year else chosen


def rows(evidence: Evidence, name: str, filters: Filters) -> str:
    return str(ANSWERS[name](evidence, filters).table.to_csv())


def test_every_answer_is_listed() -> None:
    assert APPLIED.keys() == ANSWERS.keys()
    assert {name for names in APPLIED.values() for name in names} == set(FILTER_NAMES)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_follows_no_filter_that_it_does_not_name(
    evidence: Evidence, untouched: Callable[[str], Answer], name: str
) -> None:
    plain = untouched(name)
    others = only(*(other for other in FILTER_NAMES if other not in APPLIED[name]))
    answer = ANSWERS[name](evidence, others)
    assert answer.table.to_csv() == plain.table.to_csv()
    # What goes without effect is named as such, and by nothing else.
    assert applied(name, others) == Filters() and set(without_effect(name, others)) == {
        other for other in FILTER_NAMES if getattr(others, other) != getattr(Filters(), other)
    }
    assert command_line(name, others) == command_line(name, Filters())
    assert made_by(evidence, name, others, answer.period) == made_by(evidence, name, Filters(), plain.period)
    assert file_stem(answer, evidence) == file_stem(plain, evidence)
    for language in map(speak, LANGUAGES):
        said = language.say(choice_text(evidence, name, others, answer.period, language))
        assert said == language.say(choice_text(evidence, name, Filters(), plain.period, language))
        assert without_effect_text(name, Filters(), language) is None
        assert without_effect_text(name, others, language) is not None


@pytest.mark.parametrize("name", [*SHORT, *(pytest.param(name, marks=pytest.mark.slow) for name in LONG)])
def test_an_answer_follows_each_filter_that_it_names(
    evidence: Evidence, untouched: Callable[[str], Answer], name: str
) -> None:
    as_it_is = str(untouched(name).table.to_csv())
    for own in APPLIED[name]:
        is_followed = rows(evidence, name, only(own)) != as_it_is
        assert is_followed or name in WITHOUT_MATERIAL, own


def test_what_is_chosen_and_applied_is_said(evidence: Evidence) -> None:
    language = speak("nl")
    for name, filters, words in (
        (
            "shared_costs/yearly",
            Filters(zone_code=("5382",), prices="nominal"),
            ["Voeren", "niet gecorrigeerd"],
        ),
        ("shared_costs/scenario", only("scenario_key", "scenario_months"), ["equal", "24"]),
        ("response_times/by_municipality", only("measure", "borders"), ["tijd ter plaatse", "fusie"]),
        ("response_times/trend", only("covid", "origin"), ["COVID", "gepland"]),
        ("mutual_assistance/flows", only("municipality_nis", "priority"), ["Voeren", "2 dringend"]),
        ("mutual_assistance/flows", Filters(), ["Alle interventies, elke prioriteit"]),
        ("mutual_assistance/balance", only("municipality_nis"), ["PZ Voeren"]),
        ("cooperation_fields/indicators", only("municipality_nis", "period"), ["2019", "2023"]),
    ):
        answer = ANSWERS[name](evidence, filters)
        said = language.say(choice_text(evidence, name, filters, answer.period, language))
        assert all(word in said for word in words), said
