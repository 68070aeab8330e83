"""What is wrong with a flow: every violation at once, each with its place and how to mend it.

A rule is a function of the drawing and the facts around it; a new one goes into the table of its module.
"""

from domain.flow import Flow, ListeningNode
from domain.validation import campaign, condition_rules, messages, structure
from domain.validation.model import Facts, FlowContext, Params, Violation

__all__ = ["Facts", "Params", "Violation", "coupon_prefixes", "subscribed_events", "validate"]

_RULES = (*structure.RULES, *messages.RULES, *condition_rules.RULES, *campaign.RULES)


def validate(flow: Flow, facts: Facts) -> list[Violation]:
    """Everything that keeps a flow from being published; empty when nothing does."""
    drawn = FlowContext.of(flow)
    return [violation for rule in _RULES for violation in rule(drawn, facts)]


def subscribed_events(flow: Flow) -> list[str]:
    """Names of the events that can concern a journey already under way: goal, exits and waits; sorted."""
    filters = [each.on for each in flow.settings.exit_events]
    if flow.settings.goal is not None:
        filters.append(flow.settings.goal.on)
    for node in flow.nodes:
        if isinstance(node, ListeningNode):
            filters.extend(branch.on for branch in node.data.branches)
    return sorted({each.event for each in filters})


def coupon_prefixes(flow: Flow) -> frozenset[str]:
    """Prefixes of the coupons that a flow gives: what its templates may name as `coupon.<prefix>`."""
    return FlowContext.of(flow).coupons
