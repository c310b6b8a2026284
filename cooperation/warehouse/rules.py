"""The rules that a line must keep: for which data set, in which order, and what a broken one does.

Each rule is one file, queries/rules/<data set>/<rule>.sql, which selects the lines that break it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """`fixed_action` holds where no setting may decide, most often since the line could not be counted at all.

    A cell that `is_needed` to count its line cannot be emptied: there, "empty" warns. `after_repeats` is a rule that
    looks at the lines that are left when repeats and refused lines are taken out.
    """

    data_set: str
    name: str
    fixed_action: str | None = None
    is_needed: bool = False
    after_repeats: bool = False

    @property
    def query(self) -> str:
        return f"rules/{self.data_set}/{self.name}"

    def action(self, settings: Mapping[str, str]) -> str:
        """Return "reject", "empty" or "warn"; KeyError where the settings name no action for the rule."""
        action = self.fixed_action or settings[self.name]
        return "warn" if self.is_needed and action == "empty" else action


def _repeated(data_set: str) -> tuple[Rule, ...]:
    """Return the rules on lines with one id: a line that is refused anyway must not push out a good one."""
    return tuple(
        Rule(data_set, name, "reject", after_repeats=True)
        for name in ("repeated_id", "replaced_by_later_file")
    )


INTERVENTION_RULES = (
    Rule("interventions", "missing_value", "reject"),
    Rule("interventions", "unreadable_received_at", "reject"),
    Rule("interventions", "unknown_zone", "reject"),
    Rule("interventions", "implausible_received_at", is_needed=True),
    Rule("interventions", "outside_zone_life", is_needed=True),
    Rule("interventions", "unknown_municipality"),
    Rule("interventions", "unknown_priority"),
    Rule("interventions", "unknown_origin"),
    Rule("interventions", "unreadable_time"),
    Rule("interventions", "time_of_day_missing", is_needed=True),
    Rule("interventions", "clock_change_hour", is_needed=True),
    *_repeated("interventions"),
)

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
    # Last: a line that is refused anyway must not replace a good one.
    Rule("deployments", "replaced_by_later_file", "reject"),
)

ACTIVITY_RULES = (
    Rule("activities", "confidential", "reject"),
    Rule("activities", "missing_value", "reject"),
    Rule("activities", "unreadable_date", "reject"),
    Rule("activities", "unreadable_quantity", "reject"),
    Rule("activities", "unknown_zone", "reject"),
    Rule("activities", "unknown_indicator", "reject"),
    Rule("activities", "implausible_date", is_needed=True),
    Rule("activities", "outside_zone_life", is_needed=True),
    Rule("activities", "activity_in_future", is_needed=True),
    Rule("activities", "negative_quantity", is_needed=True),
    Rule("activities", "impossible_percentage", is_needed=True),
    Rule("activities", "percentage_as_share", is_needed=True),
    Rule("activities", "implausible_quantity", is_needed=True),
    Rule("activities", "fractional_count", is_needed=True),
    # The field of the indicator counts, whatever the line says.
    Rule("activities", "unknown_domain", is_needed=True),
    Rule("activities", "other_domain", is_needed=True),
    Rule("activities", "unknown_partner_zone"),
    Rule("activities", "partner_is_own_zone"),
    # Of what is left: a line that is the same to the letter is a repeat already.
    Rule("activities", "total_of_its_year", is_needed=True, after_repeats=True),
    Rule("activities", "perhaps_a_total", is_needed=True, after_repeats=True),
    Rule("activities", "told_by_another_file", is_needed=True, after_repeats=True),
)

DISTRIBUTION_KEY_RULES = (
    Rule("distribution_keys", "missing_value", "reject"),
    Rule("distribution_keys", "unreadable_share", "reject"),
    Rule("distribution_keys", "share_out_of_range", "reject"),
    Rule("distribution_keys", "unreadable_date", "reject"),
    Rule("distribution_keys", "unknown_zone", "reject"),
    Rule("distribution_keys", "implausible_date", is_needed=True),
    *_repeated("distribution_keys"),
    # Of what is left: a share that stands there twice would make more than one whole.
    Rule("distribution_keys", "shares_do_not_add_up", is_needed=True, after_repeats=True),
)

COST_RULES = (
    Rule("costs", "missing_value", "reject"),
    Rule("costs", "unreadable_date", "reject"),
    Rule("costs", "unreadable_amount", "reject"),
    Rule("costs", "unknown_zone", "reject"),
    Rule("costs", "implausible_date", is_needed=True),
    Rule("costs", "outside_zone_life", is_needed=True),
    Rule("costs", "implausible_amount", is_needed=True),
    Rule("costs", "part_cents", is_needed=True),
    # The amount stays in the totals; what it was spent on does not become known.
    Rule("costs", "confidential_domain", "empty"),
    Rule("costs", "unknown_domain"),
    Rule("costs", "unknown_service"),
    Rule("costs", "unknown_category"),
    Rule("costs", "credit_over_invoice", is_needed=True, after_repeats=True),
)

INVESTMENT_RULES = (
    Rule("investments", "missing_value", "reject"),
    Rule("investments", "unreadable_date", "reject"),
    Rule("investments", "unreadable_amount", "reject"),
    Rule("investments", "negative_amount", is_needed=True),
    Rule("investments", "implausible_date", is_needed=True),
    Rule("investments", "purchase_in_future", is_needed=True),
    Rule("investments", "implausible_amount", is_needed=True),
    Rule("investments", "part_cents", is_needed=True),
    Rule("investments", "payments_differ", is_needed=True),
    Rule("investments", "unreadable_lifetime"),
    Rule("investments", "lifetime_not_positive"),
    Rule("investments", "implausible_lifetime"),
    Rule("investments", "confidential_domain", "empty"),
    Rule("investments", "unknown_domain"),
    Rule("investments", "unknown_key"),
    *_repeated("investments"),
)

# Investments are compared with the accepted ledger, so they come after it. What the ledger says of a purchase that is
# in no list can only warn: the cost was made, and the list may come later.
PURCHASE_RULES = (Rule("costs", "unknown_purchase", "warn"),)

ESTIMATE_RULES = (
    Rule("standalone_estimates", "missing_value", "reject"),
    Rule("standalone_estimates", "unreadable_amount", "reject"),
    Rule("standalone_estimates", "unknown_zone", "reject"),
    Rule("standalone_estimates", "unknown_investment", "reject"),
    Rule("standalone_estimates", "negative_amount", is_needed=True),
    Rule("standalone_estimates", "implausible_amount", is_needed=True),
    Rule("standalone_estimates", "part_cents", is_needed=True),
    Rule("standalone_estimates", "missing_basis", is_needed=True),
    Rule("standalone_estimates", "unknown_basis"),
    *_repeated("standalone_estimates"),
)

# By data set, in the order in which they are staged: after the data sets that their rules look at.
RULES_OF: Mapping[str, tuple[Rule, ...]] = {
    "interventions": INTERVENTION_RULES,
    "deployments": DEPLOYMENT_RULES,
    "activities": ACTIVITY_RULES,
    "distribution_keys": DISTRIBUTION_KEY_RULES,
    "costs": COST_RULES,
    "investments": INVESTMENT_RULES,
    "standalone_estimates": ESTIMATE_RULES,
}
RULES = (*(rule for rules in RULES_OF.values() for rule in rules), *PURCHASE_RULES)


def check_actions(actions: Mapping[str, str]) -> None:
    """Raise ValueError where the settings name a rule that does not exist, or leave one without its action."""
    decided = {rule.name for rule in RULES if not rule.fixed_action}
    if unknown := sorted(set(actions) - decided):
        raise ValueError(f"rules.{unknown[0]} is no rule that a setting decides")
    if missing := sorted(decided - set(actions)):
        raise ValueError(f"rules.{missing[0]} is missing; it must be reject, empty or warn")
