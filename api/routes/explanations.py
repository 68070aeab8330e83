"""Why is, or is not, this customer where they are?"""

from datetime import UTC, datetime

from fastapi import APIRouter

from api.dependencies import ServicesDep, Transaction, Viewer
from api.problems import responses
from api.routes.journeys import journey_fields, refusal_view
from api.schemas.base import CustomerRef, SlugPath
from api.schemas.explanations import ExplanationView
from api.schemas.journeys import JourneySummary
from campaigns.explanation import why
from store.campaigns import campaigns
from store.customers import customer_queries

router = APIRouter(prefix="/campaigns", tags=["campaigns"], dependencies=[Viewer])


@router.get("/{slug}/customers/{customer:path}/explanation", responses=responses(401, 403, 404, 422))
async def explain_customer(
    slug: SlugPath, customer: CustomerRef, session: Transaction, services: ServicesDep
) -> ExplanationView:
    """Where a customer is in a campaign and why, or why they are not in it: holds, caps, suppressions, branches."""
    campaign = await campaigns.require(session, slug)
    found = await customer_queries.require(session, customer)
    answer = await why(session, campaign, found, now=datetime.now(UTC), time_scale=services.settings.time_scale)
    journey = answer.journey
    return ExplanationView.model_validate(
        {
            **vars(answer),
            "said": answer.words,
            "reentry": answer.reentry.reason if answer.reentry else None,
            "reentry_said": answer.reentry.words if answer.reentry else None,
            "reentry_code": answer.reentry.code if answer.reentry else None,
            "journey": JourneySummary.model_validate(journey_fields(journey, services.settings)) if journey else None,
            "refusals": [refusal_view(row) for row in answer.refusals],
        }
    )
