"""What contact limits would do to a launch's messages now: the same rules that a send asks when it leaves."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.channel_selection import BELIEVED
from config.settings import Settings
from domain.contact import ContactPolicy, OverLimit
from domain.flow import SEND_CHANNEL, Flow, SendNode
from domain.limits import (
    ContactHistory,
    ContactLimits,
    LimitViolation,
    PendingMessage,
    SentMessage,
    consequence,
    judge,
)
from domain.scheduling import business_time
from domain.vocabulary import Category, Channel
from models import Campaign, Customer
from store.intelligence import scores
from store.messages import contact_history, contact_policy


class ReviewLimits:
    """The limits of one draft, asked about many customers.

    More urgent campaigns, which a send also yields to, are not looked at: what they will send is not known yet.
    """

    def __init__(self, session: AsyncSession, campaign: Campaign, flow: Flow, settings: Settings) -> None:
        self._session = session
        self._campaign = campaign
        self._flow = flow
        self._scale = settings.time_scale
        self._learning_scale = settings.learning_time_scale
        self._limits = ContactLimits(campaign=flow.settings.limits)
        self._sends: dict[Channel, SendNode] = {}
        for node in flow.nodes:
            if isinstance(node, SendNode):
                self._sends.setdefault(SEND_CHANNEL[node.type], node)

    async def prepare(self) -> None:
        """Read what holds for everybody."""
        policy = ContactPolicy.model_validate((await contact_policy.read(self._session)).policy)
        self._limits = ContactLimits(policy, self._flow.settings.limits)

    async def history(self, customer: Customer, zone: str, now: datetime) -> ContactHistory:
        """What the customer got lately, as far as the limits look back."""
        if not self._limits.needs_ledger():
            return ContactHistory(zone)
        since = now - self._limits.reach_back() * self._scale
        past = await contact_history.recent(self._session, customer.id, since)
        sent = [
            SentMessage(
                business_time(each.at, now, self._scale),
                Channel(each.channel),
                each.campaign_id,
                each.topic,
                each.opened,
            )
            for each in past
        ]
        return ContactHistory(zone, sent, leaving=await self._leaving(customer))

    def ask(self, channel: Channel, history: ContactHistory, now: datetime) -> tuple[OverLimit, LimitViolation] | None:
        """What becomes of the channel's first message, and which limit is why; None where none holds it up."""
        node, settings = self._sends[channel], self._flow.settings
        if (node.data.category or settings.category) is not Category.MARKETING or channel is Channel.SILENT_PUSH:
            return None
        message = PendingMessage(channel, self._campaign.id, node.data.topic or settings.topic)
        hit = judge(self._limits, message, history, now)
        if hit is None:
            return None
        chosen = node.data.over_limit or settings.limits.over_limit
        return consequence(hit, chosen, settings.limits.defer_up_to, now), hit

    async def _leaving(self, customer: Customer) -> float | None:
        fatigue = self._limits.policy.fatigue
        if fatigue is None or fatigue.unsubscribe_percentile is None:
            return None
        within = BELIEVED * self._learning_scale
        return await scores.percentile(self._session, customer.id, "unsubscribe", within=within)
