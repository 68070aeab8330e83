"""What the builder asks while a campaign is drawn: examples, known names, previews of times."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from activities.send_time import HourlyProfileCache, best_moment
from api.dependencies import ApiServices, Marketer, ServicesDep, Transaction, Viewer
from api.problems import responses
from api.routes.campaigns import campaign_view
from api.schemas.base import SlugPath
from api.schemas.builder import (
    ConditionPreview,
    ConditionPreviewBody,
    DataDictionary,
    ExampleBegin,
    ExampleView,
    PropertyValues,
    RehearsalBody,
    RehearsalView,
    ReviewView,
    SchedulePreview,
    SchedulePreviewBody,
    WaitPreview,
    WaitPreviewBody,
)
from api.schemas.campaigns import CampaignView
from api.strict_json import StrictRoute
from campaigns import campaign_templates, review, simulation
from campaigns.review_cost import MICROS
from config.settings import Settings
from domain import scheduling
from domain.condition_text import say
from domain.contact import ContactPolicy
from domain.customer_fields import field_value
from domain.flow import Flow, UntilAttributeDate, UntilBestHour
from domain.occurrences import occurrences
from domain.vocabulary import Channel
from models import Campaign
from store.campaigns import campaigns
from store.customers import customer_queries
from store.events import property_values
from store.events.data_dictionary import known_names, names_in
from store.messages import contact_policy
from store.shop import settings as shop

router = APIRouter(tags=["builder"], route_class=StrictRoute)
_READ = responses(401, 403, 422)
_PATH: dict[str, Any] = {"min_length": 1, "max_length": 120}


@router.get("/campaign-templates", dependencies=[Viewer], responses=_READ)
async def list_examples() -> list[ExampleView]:
    """Campaigns to begin from."""
    found = [(name, campaign_templates.read(name)) for name in campaign_templates.names()]
    return [
        ExampleView(
            name=name,
            title=example.campaign["name"],
            slug=example.campaign["slug"],
            description=example.campaign.get("description", ""),
            kinds=[node["type"] for node in example.flow["nodes"]],
        )
        for name, example in found
    ]


@router.post(
    "/campaigns/from-template",
    status_code=201,
    dependencies=[Marketer],
    responses=responses(401, 403, 404, 409, 413, 422),
)
async def begin_example(body: ExampleBegin, session: Transaction) -> CampaignView:
    """Create a campaign from an example, with its templates and segments (those that exist by name are used)."""
    return await campaign_view(session, await campaign_templates.begin(session, body.example, body.slug, body.name))


@router.get("/data-dictionary", dependencies=[Viewer], responses=_READ)
async def get_known_names(session: Transaction) -> DataDictionary:
    """Names of events, properties, attributes, traits and tags that occur in the data."""
    return DataDictionary.model_validate(await known_names(session))


@router.get("/data-dictionary/values", dependencies=[Viewer], responses=_READ)
async def get_property_values(
    session: Transaction,
    property_: Annotated[str, Query(alias="property", **_PATH)],
    event: Annotated[str | None, Query(description="An event's name; without it, of profiles.", **_PATH)] = None,
) -> PropertyValues:
    """The most frequent values of a property: of profiles (`city`, `attributes.tier`), or of an event (dotted path)."""
    if event is None:
        return PropertyValues.model_validate(await property_values.of_profiles(session, property_))
    return PropertyValues.model_validate(await property_values.of_events(session, event, property_))


@router.post("/previews/condition", dependencies=[Viewer], responses=responses(401, 403, 413, 422))
async def preview_condition(body: ConditionPreviewBody, session: Transaction) -> ConditionPreview:
    """What a condition asks, in words; also one that can only be asked inside a journey."""
    words = say(body.condition, await names_in(session, [body.condition]))
    return ConditionPreview.model_validate({"words": words, "said": words})


@router.post("/previews/wait", dependencies=[Viewer], responses=responses(401, 403, 404, 413, 422))
async def preview_wait(body: WaitPreviewBody, session: Transaction) -> WaitPreview:
    """When a wait that begins now would end, for a customer or on the campaign's clock."""
    customer = await customer_queries.require(session, body.customer) if body.customer else None
    now = datetime.now(UTC)
    zone, _ = scheduling.customer_zone(customer.timezone if customer else None, body.timezone)
    if isinstance(body.until, UntilBestHour):
        quiet = ContactPolicy.model_validate((await contact_policy.read(session)).policy).quiet_hours
        habits = await HourlyProfileCache().get(session, now)
        moment, _ = await best_moment(
            session, body.until, habits, customer, now=now, zone=zone, quiet=[quiet] if quiet else []
        )
        return _previewed(moment, zone)
    named = isinstance(body.until, UntilAttributeDate) and customer is not None
    attribute = field_value(customer, body.until.attribute) if named else None  # type: ignore[union-attr]
    moment = scheduling.resolve(body.until, now=now, zone=zone, attribute=attribute)
    return _previewed(moment, zone)


def _previewed(moment: scheduling.ScheduledMoment, zone: str) -> WaitPreview:
    return WaitPreview.model_validate(
        {"at": moment.at, "timezone": zone, "words": moment.why, "said": moment.why, "late": moment.late}
    )


@router.post("/previews/schedule", dependencies=[Viewer], responses=responses(401, 403, 413, 422))
async def preview_schedule(body: SchedulePreviewBody) -> SchedulePreview:
    """The next five runs of a schedule."""
    return SchedulePreview(upcoming=occurrences(body.schedule, datetime.now(UTC), 5))


@router.get(
    "/campaigns/{slug}/review",
    dependencies=[Viewer],
    responses=responses(401, 403, 404, 422),
    tags=["campaigns"],
)
async def review_campaign(slug: SlugPath, session: Transaction, services: ServicesDep) -> ReviewView:
    """What a launch of the saved draft would come to: audience, reach, exclusions, failures. Nothing is sent."""
    return await review_view(session, services, await campaigns.require(session, slug))


async def review_view(session: AsyncSession, services: ApiServices, campaign: Campaign) -> ReviewView:
    """The review of a campaign's draft."""
    found = await review.review(session, campaign, datetime.now(UTC), services.settings)
    if found is None:
        nothing: dict[str, Any] = {
            "audience": None,
            "channels": [],
            "failures": [],
            "zones": [],
            "seconds": None,
            "cost": None,
        }
        return ReviewView.model_validate(nothing | dict.fromkeys(("checked", "kept_out", "unreachable", "failing"), 0))
    rates = [_per_second(services.settings, channel) for channel in found.channels]
    return ReviewView.model_validate(
        {
            **{name: getattr(found, name) for name in ("audience", "checked", "kept_out", "unreachable", "failing")},
            "channels": list(found.channels.values()),
            "zones": [{"timezone": zone, "customers": count} for zone, count in found.zones.most_common(5)],
            "failures": sorted(found.failures.values(), key=lambda failure: -failure.customers),
            "cost": await _cost(session, found),
            "seconds": found.audience / min(rates) if rates else None,
        }
    )


async def _cost(session: AsyncSession, found: review.Review) -> dict[str, Any] | None:
    """Of the whole audience, as far as those looked at speak for it."""
    if found.cost is None:
        return None
    whole = found.cost * found.audience / found.checked if found.checked else 0
    return {"currency": (await shop.read(session)).currency, "amount": round(whole / MICROS, 2)}


def _per_second(settings: Settings, channel: Channel) -> float:
    """What the channel's provider takes."""
    rates = {Channel.EMAIL: settings.email_per_second, Channel.SMS: settings.sms_per_second}
    rates[Channel.WHATSAPP] = settings.whatsapp_per_second
    push = settings.push_per_second
    in_app = settings.in_app_per_second
    return (rates | {Channel.PUSH: push, Channel.SILENT_PUSH: push, Channel.IN_APP: in_app})[channel]


@router.post(
    "/campaigns/{slug}/simulations",
    dependencies=[Viewer],
    responses=responses(401, 403, 404, 413, 422),
    tags=["campaigns"],
)
async def rehearse_campaign(slug: SlugPath, body: RehearsalBody, services: ServicesDep) -> RehearsalView:
    """Walk a customer through the draft (or the flow sent) without sending: each decision, and why."""
    async with services.database.transaction() as session:
        campaign = await campaigns.require(session, slug)
    flow = body.flow or Flow.model_validate(campaign.draft)
    walked = await simulation.simulate(
        services.database,
        campaign,
        flow,
        body.customer,
        settings=services.settings,
        providers=services.providers,
        choices=body.choices,
    )
    return RehearsalView.model_validate(
        {
            "entry": walked.entry.words if walked.entry else None,
            "entry_said": walked.entry.words if walked.entry else None,
            "enters": walked.entry.holds if walked.entry else None,
            "steps": walked.steps,
            "complete": walked.complete,
        }
    )
