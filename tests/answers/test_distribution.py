"""Keys that a reader supposes: what can be written, what it means, what is refused in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cooperation.answers.distribution import KINDS, KINDS_WITH_NUMBERS, KeyChoice, key_text, parse_key, shares
from cooperation.answers.filters import FilterError


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in KINDS_WITH_NUMBERS])
def test_a_kind_without_numbers_is_its_own_name(kind: str) -> None:
    assert parse_key(kind) == KeyChoice(kind, {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("by_mood", "not known"),
        ("", "not known"),
        # Numbers belong to the kinds that need them, and to those alone.
        ("equal:5381=1", "write numbers as"),
        ("weights", "write numbers as"),
        ("percentages:", "write numbers as"),
        ("percentages:5381=60,5382=39.9", "add up to 100"),
        ("weights:5381=0,5382=0", "above 0"),
        ("weights:5381=-1", "must be a zone and its number"),
        ("weights:5381=NaN", "must be a zone and its number"),
        ("weights:5381=1e99", "must be a zone and its number"),
        ("weights:=1", "must be a zone and its number"),
        ("weights:5381", "must be a zone and its number"),
    ],
)
def test_what_is_no_key_is_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(FilterError, match=reason):
        parse_key(text)


@given(
    st.dictionaries(
        st.from_regex(r"[0-9]{4}", fullmatch=True), st.decimals(0, 10**6, places=3), min_size=1, max_size=5
    ).filter(lambda numbers: any(numbers.values()))
)
def test_a_key_is_read_as_it_was_written(numbers: dict[str, Decimal]) -> None:
    assert parse_key(key_text(KeyChoice("weights", numbers))) == KeyChoice("weights", numbers)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6).filter(any))
def test_shares_add_up_to_one_exactly(weights: list[int]) -> None:
    by_zone = shares({str(place): Decimal(weight) for place, weight in enumerate(weights)})
    assert by_zone is not None
    assert sum(by_zone.values()) == 1


def test_one_unknown_weight_leaves_every_share_unknown() -> None:
    assert shares({"5381": Decimal(1), "5382": None}) is None
    assert shares({"5381": Decimal(0)}) is None
