"""Freeze a campaign's draft as an immutable version, if nothing is wrong with it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from activities.compiled_flow import has_document
from campaigns import schedule_sync
from campaigns.segment_subscriptions import heard_segments, watch_for
from domain.conditions import Condition, InSegment, walk
from domain.errors import ConflictError, ViolationsError
from domain.flow import CheckNode, EntryNode, Flow
from domain.i18n import sentence, state
from domain.surveys.definition import Survey
from domain.triggers import SegmentChangeTrigger, SegmentTrigger, as_event_trigger
from domain.validation import Facts, Violation, coupon_prefixes, subscribed_events, validate
from domain.vocabulary import CampaignState, Channel
from models import Campaign, CampaignVersion
from rendering.context import KNOWN_VARIABLES, Variables
from rendering.problems import problems, text_problems
from store.campaigns import brand_kit, campaigns, scheduled, templates
from store.campaigns.templates import CONTENT
from store.messages import topics
from store.segments import saved_segments
from store.surveys import surveys

_CLOSED = (CampaignState.RETIRED, CampaignState.STOPPED)


@dataclass(frozen=True)
class Published:
    """A campaign and its version in force. `replaced` when it took the place of another one just now."""

    campaign: Campaign
    version: CampaignVersion
    replaced: bool


async def violations(session: AsyncSession, flow: Flow, channels: frozenset[Channel]) -> Sequence[Violation]:
    """Everything that keeps a flow from being published; `channels` are those that have a provider."""
    named = segment_ids(flow)
    facts = Facts(
        templates=await templates.contents(session, template_ids(flow)),
        segments=frozenset(await saved_segments.names(session, named)),
        channels=channels,
        template_problems=partial(problems, known=_variables(flow)),
        text_problems=partial(text_problems, known=_variables(flow)),
        surveys=await survey_questions(session),
        topics=frozenset(await topics.known(session, topic_keys(flow))),
    )
    return validate(flow, facts)


async def survey_questions(session: AsyncSession) -> dict[str, dict[str, frozenset[str]]]:
    """Surveys that have not ended, by key: of each question the groups of its answers."""
    found = {row.key: Survey.model_validate(row.definition) for row in await surveys.open_ones(session)}
    return {key: {each.id: frozenset(each.groups) for each in survey.questions} for key, survey in found.items()}


async def publish(session: AsyncSession, slug: str, channels: frozenset[Channel]) -> Published:
    """Make the draft the version that new journeys take. Publishing the same again makes no second version.

    Args:
        session: the transaction; the caller commits.
        slug: the campaign.
        channels: those that have a provider.

    Raises:
        NotFoundError: there is no such campaign.
        ConflictError: it is retired or stopped.
        ViolationsError: something is wrong with the flow; all of it is in `extra["violations"]`.

    """
    campaign = await campaigns.require(session, slug, lock=True)
    if campaign.state in _CLOSED:
        raise ConflictError(sentence("takes_nobody_new", state=state(campaign.state)), state=campaign.state)
    flow = Flow.model_validate(campaign.draft)
    found = await violations(session, flow, channels)
    if found:
        raise ViolationsError(
            f"{len(found)} thing{'s' if len(found) > 1 else ''} to mend first: {found[0].message}",
            violations=[asdict(violation) for violation in found],
        )
    frozen = await _frozen(session, flow)
    current = await campaigns.current_version(session, campaign)
    if current is not None and all(getattr(current, name) == value for name, value in frozen.items()):
        return Published(campaign, current, replaced=False)
    made = CampaignVersion(
        id=uuid4(),
        campaign_id=campaign.id,
        number=0,
        subscribed_events=subscribed_events(flow),
        trigger_event=_trigger(flow),
        **frozen,
    )
    version = await campaigns.add_version(session, campaign, made)
    await watch_for(session, campaign, flow)
    if campaign.state == CampaignState.DRAFT:
        campaign.state = CampaignState.ACTIVE
    await session.flush()
    if current is not None:
        if current.flow["settings"].get("schedule") != version.flow["settings"].get("schedule"):
            await scheduled.has_new_times(session, campaign.id)
        await schedule_sync.request(session, campaign.id)
    return Published(campaign, version, replaced=current is not None)


async def _frozen(session: AsyncSession, flow: Flow) -> dict[str, Any]:
    """What a version keeps as it is now."""
    contents = await templates.contents(session, template_ids(flow))
    names = await saved_segments.names(session, segment_ids(flow))
    designed = has_document([*contents.values(), *(getattr(node.data, "content", None) for node in flow.nodes)])
    kit = await brand_kit.kit(session) if designed else None
    return {
        "flow": flow.model_dump(mode="json", by_alias=True),
        "templates": {str(id_): CONTENT.dump_python(content, mode="json") for id_, content in contents.items()},
        "segments": {str(id_): name for id_, name in names.items()},
        "brand_kit": kit.model_dump(mode="json") if kit else {},
    }


def segment_ids(flow: Flow) -> set[UUID]:
    """The segments that the flow names, itself or in its conditions."""
    found = {part.segment_id for whole in _conditions(flow) for part in walk(whole) if isinstance(part, InSegment)}
    for trigger in _triggers(flow):
        if isinstance(trigger, SegmentTrigger | SegmentChangeTrigger) and trigger.segment_id is not None:
            found.add(trigger.segment_id)
    return found | heard_segments(flow)


def template_ids(flow: Flow) -> set[UUID]:
    """The templates that the flow's sends name."""
    named = {getattr(node.data, "template_id", None) for node in flow.nodes}
    return {template_id for template_id in named if template_id is not None}


def topic_keys(flow: Flow) -> set[str]:
    """The topics that the flow names, as a whole or for one message."""
    named = {flow.settings.topic} | {getattr(node.data, "topic", None) for node in flow.nodes}
    return {key for key in named if key is not None}


def _triggers(flow: Flow) -> list[Any]:
    return [node.data.trigger for node in flow.nodes if isinstance(node, EntryNode)]


def _trigger(flow: Flow) -> str | None:
    # the name is the same whatever the campaign
    found = (as_event_trigger(trigger, UUID(int=0)) for trigger in _triggers(flow))
    return next((trigger.on.event for trigger in found if trigger is not None), None)


def _conditions(flow: Flow) -> list[Condition]:
    """Every condition on a customer that the flow holds, outermost."""
    found = [branch.condition for node in flow.nodes if isinstance(node, CheckNode) for branch in node.data.branches]
    for trigger in _triggers(flow):
        asked = trigger.condition if isinstance(trigger, SegmentTrigger) else getattr(trigger, "customer", None)
        found += [asked] if asked is not None else []
    return found


def _variables(flow: Flow) -> Variables:
    """What this flow's templates may name."""
    known = KNOWN_VARIABLES.with_coupons(coupon_prefixes(flow))
    nothing_triggers = any(isinstance(trigger, SegmentTrigger) for trigger in _triggers(flow))
    return known.without("trigger") if nothing_triggers else known
