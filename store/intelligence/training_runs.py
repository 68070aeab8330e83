"""What came of each score's last training."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.holdouts import is_score_name
from domain.i18n import Words, as_row
from models import TrainingRun


async def note(
    session: AsyncSession, name: str, words: Words, *, moment: datetime, model_id: UUID | None = None
) -> None:
    """Write down what came of it, unless a later training has."""
    new = insert(TrainingRun).values(name=name, moment=moment, model_id=model_id, **as_row(words))
    values = {column: new.excluded[column] for column in ("moment", "why", "said", "model_id")}
    later = new.excluded.moment >= col(TrainingRun.moment)
    await session.execute(new.on_conflict_do_update(index_elements=["name"], set_=values, where=later))


async def forget_uplifts(session: AsyncSession, *, but: Sequence[str]) -> None:
    """Those of campaigns that hold nobody out any more go, and what stands for all of them."""
    names = [row.name for row in await listed(session) if row.name == "uplift" or is_score_name(row.name)]
    gone = [name for name in names if name not in but]
    await session.execute(delete(TrainingRun).where(col(TrainingRun.name).in_(gone)))


async def listed(session: AsyncSession) -> Sequence[TrainingRun]:
    """All of them, by name."""
    return (await session.execute(select(TrainingRun).order_by(col(TrainingRun.name)))).scalars().all()
