"""A reader's choice: what can be written, what it means, what is refused in words."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.answers.filters import (
    BORDERS,
    COVID_CHOICES,
    FILTER_NAMES,
    LIST_FILTERS,
    FilterError,
    Filters,
    check_codes,
    filters_from_pairs,
)
from cooperation.answers.registry import ANSWERS
from cooperation.settings import MEASURES, ORIGINS, load_settings
from tests.warehouse.exports import Built, build_rows, intervention

CODES = st.text(st.characters(exclude_characters=","), min_size=1, max_size=6)
LISTS = st.lists(CODES, max_size=3).map(tuple)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_rows(tmp_path_factory.mktemp("filters"), [intervention("A", "2023-06-10 12:00:00")])


@given(
    st.sampled_from(MEASURES),
    st.sampled_from(COVID_CHOICES),
    st.sampled_from(BORDERS),
    st.tuples(LISTS, LISTS, LISTS, LISTS),
)
def test_a_choice_written_as_pairs_is_the_same_choice(
    measure: str, covid: str, borders: str, lists: tuple[tuple[str, ...], ...]
) -> None:
    chosen = Filters(
        measure=measure, covid=covid, borders=borders, **dict(zip(LIST_FILTERS, lists, strict=True))
    )
    one_each = [(name, code) for name in LIST_FILTERS for code in getattr(chosen, name)]
    joined = [(name, ",".join(getattr(chosen, name))) for name in LIST_FILTERS]
    single = [("measure", measure), ("covid", covid), ("borders", borders)]
    assert filters_from_pairs([*single, *one_each]) == chosen
    assert filters_from_pairs([*joined, *single]) == chosen


def test_no_pairs_are_the_default() -> None:
    assert filters_from_pairs([]) == Filters()
    assert set(FILTER_NAMES) == set(vars(Filters()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mesure", "response"),
        ("measure", "speed"),
        ("measure", ""),
        ("borders", "old"),
        ("covid", "yes"),
        ("__class__", "x"),
    ],
)
def test_a_filter_or_choice_that_does_not_exist_is_refused_with_what_does(name: str, value: str) -> None:
    with pytest.raises(FilterError, match="choose one of .*(response|merged|in|measure)"):
        filters_from_pairs([(name, value)])


def test_nothing_chosen_takes_the_default_population_and_all_takes_everyone() -> None:
    settings = load_settings()
    default = Filters()
    assert default.priorities(settings) == ("0", "1", "2")
    assert default.origins(settings) == ("citizen_call",)
    everyone = Filters(priority=("all",), origin=("all", "planned"))
    assert (everyone.priorities(settings), everyone.origins(settings)) == ((), ())
    own = Filters(priority=("3",), origin=("planned",))
    assert (own.priorities(settings), own.origins(settings)) == (("3",), ("planned",))


@pytest.mark.parametrize(
    ("priority", "urgent_only", "expected"),
    [
        # Who counts every call must not be told of urgent ones.
        ((), True, True),
        ((), False, False),
        (("all",), True, False),
        (("0",), False, True),
        (("1", "3"), True, False),
    ],
)
def test_calls_are_urgent_where_every_counted_priority_is(
    priority: tuple[str, ...], urgent_only: bool, expected: bool
) -> None:
    settings = load_settings()
    settings = replace(settings, population=replace(settings.population, urgent_only=urgent_only))
    assert Filters(priority=priority).counts_urgent_only(settings) is expected


def test_changing_a_part_leaves_the_rest_and_the_original() -> None:
    chosen = Filters(zone_code=("5381",), measure="travel")
    assert chosen.with_(covid="out") == Filters(zone_code=("5381",), measure="travel", covid="out")
    assert chosen.covid == "in"


@pytest.mark.parametrize(
    "filters",
    [
        Filters(zone_code=("5380",)),
        Filters(zone_code=("all",)),
        Filters(municipality_nis=("73066", "Riemst")),
        Filters(priority=("5",)),
        Filters(origin=("citizen",)),
        Filters(zone_code=("",)),
        Filters(zone_code=("5381' or 1=1 --",)),
    ],
)
def test_a_code_that_is_nowhere_is_refused_by_every_answer(built: Built, filters: Filters) -> None:
    accepting = []
    for name, function in ANSWERS.items():
        try:
            function(built.evidence, filters)
        except FilterError as error:
            assert "is not known; choose one of" in str(error)
        else:
            accepting.append(name)
    assert accepting == []


@pytest.mark.parametrize("nis", ["73066", "73109", "73110", "73006", "73032"])
def test_every_municipality_of_today_and_of_then_can_be_chosen(built: Built, nis: str) -> None:
    assert (
        len(ANSWERS["response_times/headline"](built.evidence, Filters(municipality_nis=(nis,))).table) == 2
    )


def test_everyone_can_be_chosen_among_priorities_and_origins_only() -> None:
    known = {"zone_code": ["5381"], "municipality_nis": ["73066"], "priority": ["0"], "origin": ORIGINS}
    check_codes(Filters(priority=("all",), origin=("all",)), known)
    for name in ("zone_code", "municipality_nis"):
        with pytest.raises(FilterError, match=name):
            check_codes(Filters(**{name: ("all",)}), known)


@given(st.lists(st.tuples(st.sampled_from((*FILTER_NAMES, "x")), st.text(max_size=10)), max_size=4))
def test_whatever_a_link_holds_it_is_a_choice_or_refused_in_words(pairs: list[tuple[str, str]]) -> None:
    try:
        chosen = filters_from_pairs(pairs)
    except FilterError as error:
        assert "choose one of" in str(error)
    else:
        assert (chosen.measure, chosen.borders, chosen.covid) in {
            (measure, borders, covid)
            for measure in MEASURES
            for borders in BORDERS
            for covid in COVID_CHOICES
        }


def test_a_value_is_bound_and_never_part_of_the_sql(built: Built, tmp_path: Path) -> None:
    answer = ANSWERS["response_times/headline"](built.evidence, Filters(zone_code=("5381",), priority=("1",)))
    assert answer.parameters["zone_code"] == ["5381"]
    assert "5381" not in answer.sql
