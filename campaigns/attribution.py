"""Attribution: every model beside the others, what it cost, and what a holdout says was caused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.reports.attribution import AttributionModel, Credit, attribute
from domain.reports.causal import Caused, caused
from store.campaigns import campaigns
from store.experiments import experiments
from store.intelligence import holdouts
from store.reports import touches
from store.reports.touches import Halves, TouchedPaths, TouchQuestion
from store.shop import settings as shop

NOTHING = Credit(Decimal(0), Decimal(0))


@dataclass
class Player:
    """What is credited: by every model, what was sent for it, and what was caused."""

    key: str
    label: str
    sent: Mapping[str, int]
    credits: Mapping[AttributionModel, Credit]
    caused: Caused | None = None
    halves: Halves | None = None


@dataclass(frozen=True)
class Attribution:
    """The answer."""

    currency: str
    conversions: int
    revenue: Decimal
    touched: int
    others: int
    players: list[Player] = field(default_factory=list)


async def answer(
    session: AsyncSession, question: TouchQuestion, *, currency: str | None, half_life: timedelta, now: datetime
) -> Attribution:
    """Credit conversions by every model.

    Args:
        session: the transaction.
        question: which conversions, and what is credited.
        currency: ISO 4217; None: the shop's.
        half_life: for time decay.
        now: the present.

    """
    told = await touches.read(session, question)
    wanted = currency if currency is not None else (await shop.read(session)).currency or _only(told)
    paths = told.paths.get(wanted, [])
    by_model = {model: attribute([*paths, *told.unmoved], model, half_life=half_life) for model in AttributionModel}
    keys = sorted({*told.sent, *(key for credits in by_model.values() for key in credits)})
    labels = await _labels(session, question, keys)
    players = [
        Player(
            key,
            labels.get(key, key),
            told.sent.get(key, {}),
            {model: credits.get(key, NOTHING) for model, credits in by_model.items()},
        )
        for key in keys
    ]
    if question.by == "campaign":
        await _add_caused(session, question, players, now)
    players.sort(key=lambda player: (-player.credits[AttributionModel.LAST].conversions, player.label))
    mine = [each for each in told.won if each.currency == wanted]
    return Attribution(
        wanted,
        sum(each.count for each in mine),
        sum((each.value for each in mine), Decimal(0)),
        len(paths),
        sum(each.count for each in told.won if each.currency != wanted),
        players,
    )


def _only(told: TouchedPaths) -> str:
    """The currency of most conversions."""
    return max(told.won, key=lambda each: each.count).currency if told.won else ""


async def _labels(session: AsyncSession, question: TouchQuestion, keys: list[str]) -> dict[str, str]:
    if question.by == "channel":
        return {}
    ids = {UUID(key.partition("/")[0]) for key in keys if key}
    if question.by == "arm":
        names = await experiments.names(session, ids)
    else:
        names = {row.id: row.name for row in await campaigns.by_ids(session, list(ids))}
    found = {"": "—"}
    for key in filter(None, keys):
        home, _, part = key.partition("/")
        name = names.get(UUID(home), home)
        found[key] = f"{name} · {part}" if part else name
    return found


async def _add_caused(session: AsyncSession, question: TouchQuestion, players: list[Player], now: datetime) -> None:
    within = max(question.windows.values())
    held = {str(each.campaign_id): each for each in await holdouts.campaigns(session)}
    for player in players:
        if player.key in held:
            each = held[player.key]
            node = each.holdout.node_id
            found = await touches.halves(session, question, each.campaign_id, node, within=within, now=now)
            player.halves = found
            player.caused = caused(found.contacted, found.contacted_won, found.held_out, found.held_out_won)
