"""The message in this customer's words, ready to leave."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from activities.journey_run import JourneyRun
from activities.nodes.sends import category_of
from activities.predicted_scores import foretold, written
from activities.recommendations import Recommended, recommended
from activities.sending.content import content_of
from activities.sending.eligibility import Eligible
from activities.services import WorkerServices
from domain import ids
from domain.contact import EVERY_TOPIC
from domain.content import EmailContent, SmsContent, WhatsAppContent
from domain.flow import SEND_CHANNEL, SendNode
from domain.surveys.links import surveys_named
from domain.vocabulary import Category, Channel
from ingestion.surveys.inviting import invite
from ingestion.tracking_links import track_html, track_text
from providers.base import Outgoing, Provider, RenderedContent
from rendering.context import build_context
from rendering.render import render

_TOPIC = re.compile(r"[A-Za-z0-9_.-]{1,80}")


async def write(walk: JourneyRun, node: SendNode, eligible: Eligible) -> Outgoing:
    """The message, written.

    Raises:
        RenderError: the template can't be written for this customer.

    """
    channel, category, journey = SEND_CHANNEL[node.type], category_of(walk, node), walk.journey
    message_id = ids.message_id(journey.id, node.id, journey.visit)
    unsubscribe = walk.services.links.unsubscribe(message_id, walk.customer.id, channel)
    template = content_of(walk, node)
    text = written(template)
    scores = await foretold(walk, text)
    products = await recommended(walk.session, walk.customer, walk.now, text)
    asked = surveys_named(text)
    about = {"message_id": message_id, "channel": channel.value, "journey_id": journey.id}
    about |= {"campaign_id": journey.campaign_id, "node_id": node.id}
    invited = await invite(walk.session, asked, customer_id=walk.customer.id, message=about, now=walk.now)
    confirmation = walk.services.links.confirmation(message_id, walk.customer.id, channel, _asked_topic(walk))
    links = {"unsubscribe_url": unsubscribe, "confirmation_url": confirmation}
    surveys = {key: walk.services.links.survey(invitation) for key, invitation in invited.items()}
    known = context_of(walk, links, scores=scores, recommended_products=products, surveys=surveys)
    content = render(template, known)
    return Outgoing(
        message_id=message_id,
        channel=channel,
        category=category,
        address=eligible.address,
        content=_tracked(content, eligible.provider, walk.services, message_id),
        customer_id=walk.customer.id,
        campaign_id=journey.campaign_id,
        unsubscribe_url=unsubscribe if category is Category.MARKETING and channel is Channel.EMAIL else None,
        external_id=walk.customer.external_id,
    )


def context_of(
    walk: JourneyRun,
    links: Mapping[str, str] | None = None,
    *,
    scores: Mapping[str, float] | None = None,
    recommended_products: Recommended | None = None,
    surveys: Mapping[str, str] | None = None,
) -> Mapping[str, Any]:
    """What templates may name; `links` are those of one message."""
    return build_context(
        walk.customer,
        campaign_name=walk.version.campaign_name,
        trigger=walk.journey.trigger,
        coupons=walk.journey.coupons,
        surveys=surveys,
        scores=scores,
        recommended=recommended_products or (),
        unsubscribe_url=(links or {}).get("unsubscribe_url"),
        confirmation_url=(links or {}).get("confirmation_url"),
        preferences_url=walk.services.links.preferences(walk.customer.id),
        campaign_zone=walk.version.settings.timezone,
        now=walk.now,
    )


def _asked_topic(walk: JourneyRun) -> str:
    """The topic that whoever asked for a subscription asked for: `topic` of the event; else the whole channel."""
    asked = walk.journey.trigger.get("topic")
    return asked if isinstance(asked, str) and _TOPIC.fullmatch(asked) else EVERY_TOPIC


def _tracked(
    content: RenderedContent, provider: Provider, services: WorkerServices, message_id: UUID
) -> RenderedContent:
    """The content with its links counted by us, where the provider does not count them."""
    own = services.settings.email_tracking == "own" or not provider.tracks_engagement
    if isinstance(content, EmailContent) and content.html is not None and own:
        return content.model_copy(update={"html": track_html(content.html, services.links, message_id)})
    if isinstance(content, SmsContent) and services.settings.sms_link_tracking:
        return content.model_copy(update={"body": track_text(content.body, services.links, message_id)})
    if isinstance(content, WhatsAppContent) and content.body is not None and services.settings.sms_link_tracking:
        return content.model_copy(update={"body": track_text(content.body, services.links, message_id)})
    return content
