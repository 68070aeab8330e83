"""The shop's currency, and the currencies that its events named: one row, or none."""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import RevisionConflictError
from domain.i18n import sentence
from models import ShopSettings
from store.database import driver
from store.database.driver import Statement, order
from store.events.events import text_list

MOST_CURRENCIES = 200
"""Kept: what a public key can add is bounded. There are fewer in the world."""
_ONLY = 1


async def read(session: AsyncSession) -> ShopSettings:
    """The row; before there is one, revision 0 without a currency."""
    found = await session.get(ShopSettings, _ONLY)
    return found or ShopSettings(id=_ONLY, currencies=[], message_costs={}, revision=0)


async def save(
    session: AsyncSession, currency: str, revision: int, *, message_costs: Mapping[str, int] | None = None
) -> ShopSettings:
    """Set the currency of the settings that were read as `revision`, and what messages cost.

    Args:
        session: the transaction.
        currency: by ISO 4217.
        revision: of the settings that were read; 0 for none.
        message_costs: channel -> millionths of the currency; None leaves them.

    Raises:
        RevisionConflictError: somebody set another since, or the first order named one.

    """
    values: dict[str, Any] = {"currency": currency, "currency_from": "set", "revision": revision + 1}
    values["updated_at"] = func.now()
    if message_costs is not None:
        values["message_costs"] = dict(message_costs)
    if revision == 0:
        added = insert(ShopSettings).values(id=_ONLY, currencies=[currency], **values).on_conflict_do_nothing()
        saved = (await session.scalars(added.returning(ShopSettings))).one_or_none()
    else:
        values["currencies"] = text("array_remove(currencies, :kept) || CAST(:kept AS text)").bindparams(kept=currency)
        change = update(ShopSettings).where(col(ShopSettings.revision) == revision).values(**values)
        saved = (await session.scalars(change.returning(ShopSettings))).one_or_none()
    if saved is None:
        raise RevisionConflictError(sentence("shop_revised"), revision=(await read(session)).revision)
    return saved


def finding() -> Statement[tuple[str | None, str | None, list[str]]]:
    """(the shop's currency, who said so, those that events named)."""

    def only(rows: driver.Rows) -> tuple[str | None, str | None, list[str]]:
        return (rows[0][0], rows[0][1], list(rows[0][2])) if rows else (None, None, [])

    return Statement("SELECT currency, currency_from, currencies FROM shop_settings", {}, only)


# What an operator set stays. A server's word replaces a page's, which anybody may have sent.
_NOTE = """
    INSERT INTO shop_settings AS s (id, currency, currency_from, currencies)
    VALUES (1, %(first)s, %(said_by)s, CAST(%(seen)s AS text[]))
    ON CONFLICT (id) DO UPDATE SET
        currency = CASE WHEN s.currency IS NULL OR (s.currency_from = 'page' AND excluded.currency_from = 'server')
                        THEN excluded.currency ELSE s.currency END,
        currency_from = CASE WHEN s.currency IS NULL OR (s.currency_from = 'page' AND excluded.currency_from = 'server')
                             THEN excluded.currency_from ELSE s.currency_from END,
        currencies = (SELECT array_agg(DISTINCT seen) FROM (
                          SELECT unnest(s.currencies || excluded.currencies) LIMIT %(most)s) AS every(seen)),
        revision = s.revision + 1, updated_at = now()
"""


async def note(session: AsyncSession, first: str, said_by: Literal["server", "page"], seen: Collection[str]) -> None:
    """Remember currencies; `first` is the shop's where none is known from as good a source."""
    values = {"first": first, "said_by": said_by, "seen": text_list(sorted(seen)), "most": MOST_CURRENCIES}
    await driver.run(session, order(_NOTE, **values))


async def has_one_currency(session: AsyncSession) -> bool:
    """Whether no event ever named another currency than the shop's."""
    several = text("SELECT EXISTS (SELECT FROM shop_settings WHERE cardinality(currencies) > 1)")
    return not (await session.execute(several)).scalar_one()
