"""Scores put in by hand, as a scoring would have left them."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import CustomerScores, Score, ScoreColumn

NAN = float("nan")


async def put_in(session: AsyncSession, scores: Iterable[Score]) -> None:
    """Let customers have these scores and no others; each customer's come from a scoring of their own."""
    by_customer = defaultdict(list)
    for score in scores:
        by_customer[score.customer_id].append(score)
    for customer, theirs in by_customer.items():
        at = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(microseconds=random.getrandbits(48))
        numbers: list[float] = []
        for score in theirs:
            places = len(numbers)
            parts = (score.value, score.percentile, score.low, score.high)
            numbers += [NAN if part is None else part for part in parts]
            session.add(
                ScoreColumn(
                    scored_at=at, name=score.name, model_id=score.model_id, made_at=score.at, value_index=places + 1,
                    percentile_index=places + 2, low_index=places + 3, high_index=places + 4,
                )
            )  # fmt: skip
        await session.merge(CustomerScores(customer_id=customer, scored_at=at, numbers=numbers))
    await session.flush()
