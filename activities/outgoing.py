"""A message made ready: may this customer be contacted, by whom, where, and with which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from activities.channels import no_provider_on
from activities.foretold import foretold, written
from activities.limits import Verdict, verdict
from activities.nodes.sends import category_of, topic_of
from activities.recommended import Recommended, recommended
from activities.services import Services
from activities.walk import Walk
from domain import ids
from domain.content import Content, EmailContent, SmsContent
from domain.flow import SEND_CHANNEL, SendNode
from domain.sentences import Sentence
from domain.traversal import TraversalError
from domain.vocabulary import Category, Channel, Hindrance, MessageState
from ingestion.links import track_html, track_text
from models import Message
from providers.base import Outgoing, Provider, RenderedContent
from rendering.context import build_context
from rendering.render import render
from store import permissions


@dataclass(frozen=True)
class Prepared:
    """Either a message and who takes it, or why it is withheld, or what limit it is over."""

    outgoing: Outgoing | None = None
    provider: Provider | None = None
    withheld: Sentence | None = None
    hindrance: Hindrance | None = None
    over_limit: Verdict | None = None

    @property
    def stored(self) -> dict[str, Any]:
        """The content as the ledger keeps it."""
        assert self.outgoing is not None
        return self.outgoing.content.model_dump(mode="json", exclude_none=True)


async def prepare(walk: Walk, node: SendNode, found: Message | None = None) -> Prepared:
    """Ask everything that could forbid the message, then write it for this customer.

    Args:
        walk: the journey, which stands at the node; the customer is locked.
        node: what is sent.
        found: the message's row, where an attempt before this one left one.

    Raises:
        RenderError: the template can't be written for this customer.

    """
    channel, category = SEND_CHANNEL[node.type], category_of(walk, node)
    first = walk.services.providers.for_channel(channel)
    if first is None:
        return Prepared(withheld=no_provider_on(channel), hindrance=Hindrance.NO_PROVIDER)
    allowed = await permissions.reach(walk.session, walk.customer, [channel], category, topic=topic_of(walk, node))
    reach = allowed[channel]
    if not reach.reachable or reach.address is None:
        return Prepared(withheld=reach.why, hindrance=reach.hindrance)
    over = await verdict(walk, node, found)
    if over is not None:
        return Prepared(over_limit=over)
    provider = await _provider(walk, channel, first, found)
    journey = walk.journey
    message_id = ids.message_id(journey.id, node.id, journey.visit)
    unsubscribe = walk.services.links.unsubscribe(message_id, walk.customer.id, channel)
    template = content_of(walk, node)
    text = written(template)
    scores = await foretold(walk, text)
    products = await recommended(walk.session, walk.customer, walk.now, text)
    content = render(
        template, context_of(walk, unsubscribe_url=unsubscribe, scores=scores, recommended_products=products)
    )
    outgoing = Outgoing(
        message_id=message_id,
        channel=channel,
        category=category,
        address=reach.address,
        content=_tracked(content, provider.name, walk.services, message_id),
        customer_id=walk.customer.id,
        campaign_id=journey.campaign_id,
        unsubscribe_url=unsubscribe if category is Category.MARKETING and channel is Channel.EMAIL else None,
        external_id=walk.customer.external_id,
    )
    return Prepared(outgoing=outgoing, provider=provider)


async def _provider(walk: Walk, channel: Channel, first: Provider, found: Message | None) -> Provider:
    """Who takes it. A message that one provider may have taken is never offered to the other."""
    second = walk.services.providers.fallback_for(channel)
    if found is not None and found.state != MessageState.DEFERRED and second is not None:
        return second if found.provider == second.name else first
    return await walk.services.breakers.choose(walk.session, first, second, walk.now)


def content_of(walk: Walk, node: SendNode) -> Content:
    """The node's own content, or its template's as it was when the version was published.

    Raises:
        TraversalError: it has neither, which publishing refuses.

    """
    if node.data.content is not None:
        return node.data.content
    if node.data.template_id is not None and node.data.template_id in walk.version.templates:
        return walk.version.templates[node.data.template_id]
    raise TraversalError(f"node {node.id!r} has no content")


def context_of(
    walk: Walk,
    *,
    unsubscribe_url: str | None = None,
    scores: Mapping[str, float] | None = None,
    recommended_products: Recommended | None = None,
) -> Mapping[str, Any]:
    """What templates may name."""
    return build_context(
        walk.customer,
        campaign_name=walk.version.campaign_name,
        trigger=walk.journey.trigger,
        coupons=walk.journey.coupons,
        scores=scores,
        recommended=recommended_products or (),
        unsubscribe_url=unsubscribe_url,
        preferences_url=walk.services.links.preferences(walk.customer.id),
        campaign_zone=walk.version.settings.timezone,
        now=walk.now,
    )


def _tracked(content: RenderedContent, provider: str, services: Services, message_id: UUID) -> RenderedContent:
    """The content with its links counted by us, where the provider does not count them."""
    own = services.settings.email_tracking == "own" or provider not in _COUNT_THEMSELVES
    if isinstance(content, EmailContent) and content.html is not None and own:
        return content.model_copy(update={"html": track_html(content.html, services.links, message_id)})
    if isinstance(content, SmsContent) and services.settings.sms_link_tracking:
        return content.model_copy(update={"body": track_text(content.body, services.links, message_id)})
    return content


_COUNT_THEMSELVES = frozenset({"sendgrid", "mailchimp"})
