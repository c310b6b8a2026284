"""Ways to divide a purchase over zones: by inhabitants, by use, in equal parts, by percentages or weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from cooperation.answers.filters import FilterError
from cooperation.answers.money import divide

KINDS = ("agreed", "inhabitants", "use", "equal", "percentages", "weights")
# Kinds whose numbers the reader gives, one a zone.
KINDS_WITH_NUMBERS = ("percentages", "weights")
SHARE_STEP = Decimal("0.000000000001")
WHOLE = Decimal(1)
PERCENT = Decimal(100)


@dataclass(frozen=True)
class KeyChoice:
    """A kind of key and, where the reader gives them, the number of each zone."""

    kind: str
    numbers: Mapping[str, Decimal]


def parse_key(text: str) -> KeyChoice:
    """Read "equal" or "percentages:5381=60,5382=40"; FilterError says what is wrong with it."""
    kind, _, list_text = text.partition(":")
    if kind not in KINDS:
        raise FilterError(f"scenario_key {kind!r} is not known; choose one of {', '.join(KINDS)}")
    if bool(list_text) != (kind in KINDS_WITH_NUMBERS):
        raise FilterError(
            f"scenario_key {text!r}: write numbers as percentages:5381=60,5382=40, and only there"
        )
    numbers = dict(_number(part) for part in list_text.split(",")) if list_text else {}
    if kind == "percentages" and sum(numbers.values()) != PERCENT:
        raise FilterError(f"scenario_key {text!r}: percentages add up to 100, not to {sum(numbers.values())}")
    if list_text and not sum(numbers.values()):
        raise FilterError(f"scenario_key {text!r}: one of the weights must be above 0")
    return KeyChoice(kind, numbers)


def key_text(choice: KeyChoice) -> str:
    """Return a choice as `parse_key` reads it."""
    numbers = ",".join(f"{zone_code}={number.normalize():f}" for zone_code, number in choice.numbers.items())
    return f"{choice.kind}:{numbers}" if numbers else choice.kind


def shares(weights: Mapping[str, Decimal | None]) -> dict[str, Decimal] | None:
    """Return each zone's share in twelve decimals, adding up to 1; None where a weight is unknown or all are zero."""
    known = {zone_code: weight for zone_code, weight in weights.items() if weight is not None}
    if len(known) < len(weights) or not sum(known.values()):
        return None
    return dict(zip(known, divide(WHOLE, list(known.values()), SHARE_STEP), strict=True))


def _number(part: str) -> tuple[str, Decimal]:
    zone_code, _, number_text = part.partition("=")
    try:
        number = Decimal(number_text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not zone_code or not number.is_finite() or not 0 <= number <= 10**9:
        raise FilterError(f"scenario_key: {part!r} must be a zone and its number, such as 5381=60")
    return zone_code, number
