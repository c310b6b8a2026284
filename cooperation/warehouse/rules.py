"""The rules that a line must keep: for which data set, in which order, and what a broken one does.

Each rule is one file, queries/rules/<data set>/<rule>.sql, which selects the lines that break it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """`fixed_action` holds where no setting may soften the rule, since the line could not be counted at all."""

    data_set: str
    name: str
    fixed_action: str | None = None

    @property
    def query(self) -> str:
        return f"rules/{self.data_set}/{self.name}"

    def action(self, settings: Mapping[str, str]) -> str:
        """Return "reject", "empty" or "warn"; KeyError where the settings name no action for the rule."""
        return self.fixed_action or settings[self.name]


INTERVENTION_RULES = (
    Rule("interventions", "missing_value", "reject"),
    Rule("interventions", "unreadable_received_at", "reject"),
    Rule("interventions", "unknown_zone", "reject"),
    Rule("interventions", "implausible_received_at"),
    Rule("interventions", "unknown_municipality"),
    Rule("interventions", "unknown_priority"),
    Rule("interventions", "unknown_origin"),
    Rule("interventions", "unreadable_time"),
    Rule("interventions", "time_of_day_missing"),
    Rule("interventions", "clock_change_hour"),
)
# Runs on what the rules above left over: a line that is refused anyway must not push out a good one.
REPEATED_ID = Rule("interventions", "repeated_id", "reject")

DEPLOYMENT_RULES = (
    Rule("deployments", "missing_value", "reject"),
    Rule("deployments", "unknown_intervention", "reject"),
    Rule("deployments", "line_refused", "reject"),
    Rule("deployments", "unreadable_time"),
    Rule("deployments", "unknown_assistance"),
    Rule("deployments", "arrival_before_call"),
    Rule("deployments", "dispatch_before_call"),
    Rule("deployments", "departure_before_dispatch"),
    Rule("deployments", "implausible_response"),
    # After the rules that may empty the arrival that it compares with.
    Rule("deployments", "cleared_before_arrival"),
    Rule("deployments", "arrival_before_dispatch"),
    Rule("deployments", "clock_change_hour"),
)


def check_actions(actions: Mapping[str, str]) -> None:
    """Raise ValueError where the settings name a rule that does not exist, or leave one without its action."""
    decided = {rule.name for rule in (*INTERVENTION_RULES, *DEPLOYMENT_RULES) if not rule.fixed_action}
    if unknown := sorted(set(actions) - decided):
        raise ValueError(f"rules.{unknown[0]} is no rule that a setting decides")
    if missing := sorted(decided - set(actions)):
        raise ValueError(f"rules.{missing[0]} is missing; it must be reject, empty or warn")
