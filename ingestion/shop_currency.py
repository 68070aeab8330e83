"""The shop's currency, learned from the first order that names one, and the currencies that events name."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from store.database import driver
from store.shop import settings

_CODE = re.compile(r"[A-Z]{3}")
_IN_JSON = re.compile(r'"currency":\s*"\s*([A-Za-z]{3})\s*"')


class CurrencyUse:
    """What a batch of events says of currencies."""

    def __init__(self) -> None:
        self.server: dict[str, None] = {}
        """Named by those whose key nobody else has, the first one first."""
        self.page: dict[str, None] = {}

    def add(self, properties: Mapping[str, Any], *, public: bool) -> None:
        """Look at an event's properties."""
        code = properties.get("currency")
        if isinstance(code, str) and _CODE.fullmatch(code.strip().upper()):
            (self.page if public else self.server)[code.strip().upper()] = None


async def learn(session: AsyncSession, used: CurrencyUse) -> str | None:
    """Remember the currencies; the shop's own. Costs one look-up, and a write only for one that is new."""
    if not used.server and not used.page:
        return None
    currency, said_by, known = await driver.run(session, settings.finding())
    seen = {*used.server, *used.page}
    settled = currency is not None and (said_by != "page" or not used.server)
    if settled and (seen <= set(known) or len(known) >= settings.MOST_CURRENCIES):
        return currency
    first = next(iter(used.server or used.page))
    await settings.note(session, first, "server" if used.server else "page", seen)
    return (await driver.run(session, settings.finding()))[0]


def used_by(events: Iterable[tuple[Mapping[str, Any], bool]]) -> CurrencyUse:
    """What (properties, whether a public key told it) say."""
    used = CurrencyUse()
    for properties, public in events:
        used.add(properties, public=public)
    return used


def used_in_text(properties: Iterable[str]) -> CurrencyUse:
    """What properties say that are JSON text already, of a file. One named further inside is taken for the event's."""
    used = CurrencyUse()
    for text in properties:
        for code in _IN_JSON.findall(text) if "currency" in text else ():
            used.add({"currency": code}, public=False)
    return used
