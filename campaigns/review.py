"""What a launch of a draft would come to now: who is reached, who is not and why, and whom a template fails for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.recommendations import recommended
from activities.sending.whatsapp_session import is_open, needs_session
from campaigns.publish import template_ids
from campaigns.review_cost import dearest, of_message
from campaigns.review_limits import ReviewLimits
from campaigns.test_send import TestMessage, write
from config.settings import Settings
from domain.conditions import InSegment
from domain.content import Content
from domain.flow import SEND_CHANNEL, EntryNode, Flow, SendNode
from domain.i18n import sentence
from domain.ids import coupon_code
from domain.reentry import EntryRule
from domain.scheduling import customer_zone
from domain.triggers import SegmentTrigger
from domain.validation import coupon_prefixes
from domain.vocabulary import BlockReason, Channel
from models import Campaign, Customer
from rendering.email_document import compiled
from rendering.errors import RenderError
from store.campaigns import brand_kit, runs, templates
from store.conditions.scope import Scope
from store.intelligence import scores
from store.messages import contactability
from store.messages.contactability import Contactability
from store.segments import segments
from store.shop import settings as shop

MOST_CHECKED = 300
"""Customers of the audience who are looked at one by one."""
_SECONDS = 4.0
"""How long that may take; whoever is left by then is not looked at."""
_EXAMPLES = 5
"""Customers named for one failure."""
_NO_RUN = UUID(int=0)


@dataclass
class ChannelReview:
    """One channel that the draft sends on, among those looked at."""

    channel: Channel
    reachable: int = 0
    """Now or later."""
    blocked: Counter[str] = field(default_factory=Counter)
    """`BlockReason` -> customers who would not get it."""
    delayed: Counter[str] = field(default_factory=Counter)
    """`BlockReason` -> customers who would get it later."""
    delayed_until: datetime | None = None
    """When the last of these would get it."""


@dataclass
class Failure:
    """One way in which a step's content can't be written."""

    node_id: str
    reason: str
    customers: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class Review:
    """What a launch would come to. Figures beside `audience` are of the `checked` customers."""

    audience: int
    checked: int = 0
    kept_out: int = 0
    """By re-entry: they are in the campaign, were before, or too short a time ago."""
    unreachable: int = 0
    """On no channel of the draft."""
    zones: Counter[str] = field(default_factory=Counter)
    """Time zone -> customers whose clock it is."""
    channels: dict[Channel, ChannelReview] = field(default_factory=dict)
    failures: dict[tuple[str, str], Failure] = field(default_factory=dict)
    cost: int | None = None
    """What it costs at most, in millionths of the shop's currency; None where no message has a cost."""
    failing: int = 0
    """Customers who would miss at least one message because it can't be written for them."""


async def review(session: AsyncSession, campaign: Campaign, now: datetime, settings: Settings) -> Review | None:
    """Look at the draft's audience as it is now; None where customers enter one by one, by event or API.

    Raises:
        InvalidError: the entry's condition can't be asked.

    """
    flow = Flow.model_validate(campaign.draft)
    trigger = next((node.data.trigger for node in flow.nodes if isinstance(node, EntryNode)), None)
    if not isinstance(trigger, SegmentTrigger):
        return None
    condition = trigger.condition
    if trigger.segment_id is not None:
        condition = InSegment(segment_id=trigger.segment_id)
    if condition is None:
        return None
    found = Review(audience=await segments.count(session, condition, Scope(now=now)))
    customers = await segments.sample(session, condition, Scope(now=now), MOST_CHECKED)
    sends = [node for node in flow.nodes if isinstance(node, SendNode)]
    costs = (await shop.read(session)).message_costs
    found.channels = {SEND_CHANNEL[node.type]: ChannelReview(SEND_CHANNEL[node.type]) for node in sends}
    if any(costs.get(channel) for channel in found.channels):
        found.cost = 0
    reading = _Reading(session, campaign, flow, found, now=now, settings=settings)
    reading.costs = costs
    await reading.prepare(sends)
    until = monotonic() + _SECONDS
    for customer in customers:
        if monotonic() > until:
            break
        await reading.look_at(customer)
    await reading.keep_out(customers[: found.checked])
    return found


class _Reading:
    """Goes through customers, and counts."""

    def __init__(
        self, session: AsyncSession, campaign: Campaign, flow: Flow, found: Review, *, now: datetime, settings: Settings
    ) -> None:
        self._session = session
        self._campaign = campaign
        self._flow = flow
        self._found = found
        self._now = now
        self._settings = settings
        self._contents: list[tuple[str, Content]] = []
        self.costs: Mapping[str, int] = {}
        """Channel -> what a message costs."""
        self._limits = ReviewLimits(session, campaign, flow, settings)

    async def prepare(self, sends: Sequence[SendNode]) -> None:
        """Read what all customers share."""
        named = await templates.contents(self._session, template_ids(self._flow))
        kit = await brand_kit.kit(self._session)
        for node in sends:
            content = node.data.content or (named.get(node.data.template_id) if node.data.template_id else None)
            if content is not None:
                self._contents.append((node.id, compiled(content, kit)))
        await self._limits.prepare()

    async def look_at(self, customer: Customer) -> None:
        """Count one customer."""
        self._found.checked += 1
        settings = self._flow.settings
        reach = await contactability.contactability(
            self._session, customer, list(self._found.channels), settings.category, topic=settings.topic
        )
        reach = await self._with_sessions(customer, reach)
        zone, _ = customer_zone(customer.timezone, settings.timezone)
        self._found.zones[zone] += 1
        reached = {channel for channel, answer in reach.items() if answer.reachable}
        for channel in set(reach) - reached:
            if (reason := reach[channel].block_reason) is not None:
                self._found.channels[channel].blocked[reason.value] += 1
        if reached:
            reached -= await self._over_limits(customer, zone, reached)
        for channel in reached:
            self._found.channels[channel].reachable += 1
        self._found.unreachable += bool(reach) and not reached
        await self._write_to(customer, reached)

    async def _over_limits(self, customer: Customer, zone: str, reached: set[Channel]) -> set[Channel]:
        """Count what limits delay; the channels on which they leave the message out."""
        history = await self._limits.history(customer, zone, self._now)
        left_out = set()
        for channel in reached:
            answer = self._limits.ask(channel, history, self._now)
            if answer is None:
                continue
            outcome, hit = answer
            counted = self._found.channels[channel]
            if outcome == "defer":
                counted.delayed[hit.by.value] += 1
                counted.delayed_until = max(filter(None, (counted.delayed_until, hit.not_before)), default=None)
            else:
                counted.blocked[hit.by.value] += 1
                left_out.add(channel)
        return left_out

    async def _with_sessions(
        self, customer: Customer, reach: Mapping[Channel, Contactability]
    ) -> Mapping[Channel, Contactability]:
        """Of customers who wrote nothing lately, no WhatsApp where all that the draft sends by it is free text."""
        answer = reach.get(Channel.WHATSAPP)
        texts = [content for _, content in self._contents if Channel(content.channel) is Channel.WHATSAPP]
        if answer is None or not answer.reachable or not texts or not all(map(needs_session, texts)):
            return reach
        if await is_open(self._session, customer.id, self._now, self._settings.time_scale):
            return reach
        closed = Contactability(False, answer.address, sentence("session_closed"), BlockReason.SESSION_CLOSED)
        return {**reach, Channel.WHATSAPP: closed}

    async def keep_out(self, customers: Sequence[Customer]) -> None:
        """Count those whom re-entry keeps out."""
        kept = await runs.kept_out(
            self._session,
            self._campaign.id,
            _NO_RUN,
            [customer.id for customer in customers],
            EntryRule.of(self._flow.settings.reentry, None),
            now=self._now,
            time_scale=self._settings.time_scale,
        )
        self._found.kept_out = len(kept)

    async def _write_to(self, customer: Customer, reached: set[Channel]) -> None:
        contents = [(node_id, content) for node_id, content in self._contents if Channel(content.channel) in reached]
        if not contents:
            return
        text = " ".join(content.model_dump_json() for _, content in contents)
        foretold: Mapping[str, float] = {}
        if "scores" in text:
            foretold = {row.name: row.value for row in await scores.of_customer(self._session, customer.id)}
        products = await recommended(self._session, customer, self._now, text)
        prefixes = coupon_prefixes(self._flow)
        codes = {prefix: coupon_code(prefix, self._campaign.id, customer.id) for prefix in prefixes}
        missed, spent = False, {}
        for node_id, content in contents:
            trial = TestMessage(content, {}, codes, foretold, products)
            try:
                written = write(trial, customer, public_url=self._settings.public_url)
                spent[node_id] = of_message(written, self.costs)
            except RenderError as error:
                missed = True
                self._fails(node_id, str(error), customer)
        self._found.failing += missed
        if self._found.cost is not None:
            self._found.cost += dearest(self._flow, spent)

    def _fails(self, node_id: str, reason: str, customer: Customer) -> None:
        failure = self._found.failures.setdefault((node_id, reason), Failure(node_id, reason))
        failure.customers += 1
        if len(failure.examples) < _EXAMPLES:
            failure.examples.append(customer.external_id or str(customer.id))
