"""Nodes that change the customer: attributes, tags, a coupon code."""

from activities.journey_run import Advance, JourneyRun
from domain.customer_fields import BUILT_IN_TEXT
from domain.flow import CouponNode, UpdateProfileNode
from domain.i18n import ListParam, sentence
from ingestion.event_effects import profile_changed
from ingestion.promotions import issuing
from store.campaigns import coupons


async def update_profile(walk: JourneyRun, node: UpdateProfileNode) -> Advance:
    """Set attributes (null removes one) and tags. The customer is locked by this transaction."""
    customer, data = walk.customer, node.data
    attributes = dict(customer.attributes)
    for name, value in sorted(data.set.items()):
        if name in BUILT_IN_TEXT:
            setattr(customer, name, None if value is None else str(value))
        elif value is None:
            attributes.pop(name, None)
        else:
            attributes[name] = value
    customer.attributes = attributes
    customer.tags = sorted((set(customer.tags) | set(data.add_tags)) - set(data.remove_tags))
    customer.updated_at = walk.now
    await walk.session.flush()
    await profile_changed(walk.session, customer.id, now=walk.now, time_scale=walk.services.settings.time_scale)
    said = [sentence("profile_set", names=ListParam(sorted(data.set), "comma"))] if data.set else []
    said += [sentence("profile_tagged", names=ListParam(data.add_tags, "comma"))] if data.add_tags else []
    said += [sentence("profile_untagged", names=ListParam(data.remove_tags, "comma"))] if data.remove_tags else []
    return Advance("next", sentence("joined", parts=ListParam(said)) if said else sentence("nothing_to_change"))


async def give_coupon(walk: JourneyRun, node: CouponNode) -> Advance:
    """Give the customer their code of this campaign; a second journey gives the same one again."""
    prefix = node.data.prefix
    code = await _code(walk, node)
    walk.journey.coupons = {**walk.journey.coupons, prefix: code}
    return Advance("next", sentence("gave_coupon", code=code), {"code": code})


async def _code(walk: JourneyRun, node: CouponNode) -> str:
    if node.data.promotion_id is not None:
        return await issuing.issue(
            walk.session,
            node.data.promotion_id,
            customer_id=walk.customer.id,
            journey_id=walk.journey.id,
            prefix=node.data.prefix[:12],
            now=walk.now,
        )
    return await coupons.issue(
        walk.session,
        prefix=node.data.prefix,
        campaign_id=walk.version.campaign_id,
        customer_id=walk.customer.id,
        journey_id=walk.journey.id,
        at=walk.now,
    )
