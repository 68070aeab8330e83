"""Codes that journeys hand out."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import ConflictError
from domain.i18n import sentence
from domain.promotions.codes import written
from domain.promotions.promotion import Promotion
from domain.promotions.rewards import GiftCardReward
from domain.promotions.schedule import valid_until
from store.promotions import codes, promotions
from store.promotions.codes import CodeBatch

_LOOKED_AT = 100
"""Codes of a generic promotion; it has one, most often."""


async def issue(
    session: AsyncSession, promotion_id: UUID, *, customer_id: UUID, journey_id: UUID, prefix: str, now: datetime
) -> str:
    """The customer's code of a promotion, as it is written: the one given before, else a new one.

    The customer is locked by this transaction, so that two journeys give the same code.

    Raises:
        NotFoundError: there is no such promotion.
        ConflictError: it applies without a code, has ended, or has none to hand out.

    """
    row = await promotions.require(session, promotion_id)
    promotion = Promotion.model_validate(row.definition)
    if row.state == "ended":
        raise ConflictError(sentence("promotion_ended"))
    if promotion.codes.kind == "none":
        raise ConflictError(sentence("promotion_takes_no_code"))
    if promotion.codes.kind == "generic":
        known = await codes.page(session, promotion_id, "", _LOOKED_AT)
        usable = next((each.code for each in known if not each.disabled), None)
        if usable is None:
            raise ConflictError(sentence("promotion_has_no_code"))
        return written(usable)
    given = await session.scalar(
        text("""SELECT code FROM promotion_codes WHERE customer_id = :customer AND promotion_id = :promotion
                 ORDER BY issued_at LIMIT 1"""),
        {"customer": customer_id, "promotion": promotion_id},
    )
    if given is not None:
        return written(given)
    rules = promotion.codes
    batch = CodeBatch(
        id=uuid4(),
        promotion_id=promotion_id,
        max_uses=rules.uses or 1,
        balance=promotion.reward.balance if isinstance(promotion.reward, GiftCardReward) else None,
        customer_id=customer_id,
        journey_id=journey_id,
        issued_at=now,
        valid_until=None if rules.valid_days is None else valid_until(now, rules.valid_days, promotion.schedule.zone),
    )
    [made] = await codes.generate(session, batch, 1, prefix)
    return made
