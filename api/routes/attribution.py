"""Attribution: what messages, campaigns, channels and arms are credited with, and what was caused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from fastapi import APIRouter

from api.dependencies import Patient, Viewer
from api.problems import responses
from api.schemas.attribution import AttributionQuestion, AttributionView, CausedView, CreditView, PlayerView
from api.strict_json import StrictRoute
from campaigns import attribution
from campaigns.attribution import Player
from domain.reports.attribution import AttributionModel, Credit
from store.reports.touches import TouchQuestion

router = APIRouter(prefix="/reports", tags=["analytics"], route_class=StrictRoute)


@router.post("/attribution", dependencies=[Viewer], responses=responses(401, 403, 413, 422, 503))
async def ask_attribution(body: AttributionQuestion, session: Patient) -> AttributionView:
    """Conversions and net revenue by every model, beside what a holdout says was caused."""
    question = TouchQuestion(
        body.event,
        body.since,
        body.until,
        {channel.value: timedelta(hours=hours) for channel, hours in body.windows_hours.items()},
        body.credited,
        body.by,
        body.as_of,
    )
    found = await attribution.answer(
        session,
        question,
        currency=body.currency,
        half_life=timedelta(hours=body.half_life_hours),
        now=datetime.now(UTC),
    )
    return AttributionView(
        currency=found.currency,
        conversions=found.conversions,
        revenue=float(found.revenue),
        touched=found.touched,
        other_currencies=found.others,
        players=[_player(each, body) for each in found.players],
    )


def _player(player: Player, body: AttributionQuestion) -> PlayerView:
    costs = {channel.value: cost for channel, cost in body.costs.items()}
    cost = sum((costs.get(channel, Decimal(0)) * count for channel, count in player.sent.items()), Decimal(0))
    return PlayerView(
        key=player.key,
        label=player.label,
        sent=sum(player.sent.values()),
        cost=float(cost),
        credits={model: _credit(credit, cost, body.margin_percent) for model, credit in player.credits.items()},
        caused=_caused(player),
    )


def _credit(credit: Credit, cost: Decimal, margin: float) -> CreditView:
    profit = credit.revenue * Decimal(repr(margin)) / 100 - cost
    return CreditView(
        conversions=float(credit.conversions),
        revenue=float(credit.revenue),
        profit=float(profit),
        roi=float(profit / cost) if cost else None,
    )


def _caused(player: Player) -> CausedView | None:
    if player.caused is None or player.halves is None:
        return None
    claimed = float(player.credits[AttributionModel.LAST].conversions)
    caused = player.caused
    return CausedView(
        conversions=caused.conversions,
        low=caused.low,
        high=caused.high,
        contacted=player.halves.contacted,
        held_out=player.halves.held_out,
        claimed_by_last=claimed,
        overclaim=claimed / caused.conversions if caused.low > 0 else None,
    )
