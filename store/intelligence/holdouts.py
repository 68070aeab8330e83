"""Who was contacted and who was held out, and who responded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.flow import Flow
from domain.holdouts import Holdout, holdout_of, score_name

_PUBLISHED = text("""
    SELECT DISTINCT ON (c.id) c.id, c.slug, c.name, v.flow
      FROM campaigns c JOIN campaign_versions v ON v.campaign_id = c.id
     WHERE CAST(:campaign AS uuid) IS NULL OR c.id = :campaign
     ORDER BY c.id, v.number DESC
""")
# a customer's first time only: later on, what they are like is already the campaign's doing
_ENTERED = text("""
    SELECT customer_id, held_out, entered_at,
           EXISTS (SELECT 1 FROM events e
                    WHERE e.customer_id = first.customer_id AND e.name = :event
                      AND e.occurred_at >= first.entered_at
                      AND e.occurred_at < first.entered_at + CAST(:within AS interval)) AS responded
      FROM (SELECT DISTINCT ON (j.customer_id) j.customer_id, s.entered_at,
                   coalesce((s.details ->> 'holdout')::boolean, false) AS held_out
              FROM journeys j JOIN journey_steps s ON s.journey_id = j.id
             WHERE j.campaign_id = :campaign AND s.node_id = :node AND s.kind = 'random_split'
               AND j.customer_id >= :first AND j.customer_id <= :last
             ORDER BY j.customer_id, s.entered_at) AS first
     WHERE entered_at < :until
     ORDER BY entered_at
""")


@dataclass(frozen=True)
class HeldOut:
    """A campaign whose newest version holds somebody out."""

    campaign_id: UUID
    slug: str
    title: str
    holdout: Holdout

    @property
    def score(self) -> str:
        """The name of its score."""
        return score_name(self.campaign_id)


async def campaigns(session: AsyncSession, campaign_id: UUID | None = None) -> list[HeldOut]:
    """Published campaigns with a holdout: all, or that one."""
    found = []
    for row in await session.execute(_PUBLISHED, {"campaign": campaign_id}):
        holdout = holdout_of(Flow.model_validate(row.flow))
        if holdout is not None:
            found.append(HeldOut(row.id, row.slug, row.name, holdout))
    return found


async def by_score(session: AsyncSession, name: str) -> HeldOut | None:
    """The campaign whose uplift that score is; None when it is gone or holds nobody out any more."""
    return next((each for each in await campaigns(session) if each.score == name), None)


async def entered(
    session: AsyncSession, held: HeldOut, first: UUID, last: UUID, *, until: datetime, within: timedelta
) -> Sequence[Row[Any]]:
    """Customers of a span who came to the split before `until`: id, held_out, entered_at, responded (`within`)."""
    values = {
        "campaign": held.campaign_id, "node": held.holdout.node_id, "event": held.holdout.event,
        "first": first, "last": last, "until": until, "within": within,
    }  # fmt: skip
    return (await session.execute(_ENTERED, values)).all()
