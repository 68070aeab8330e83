"""Who may be one customer: an oracle that knows nothing of how identity is resolved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from domain.external_ids import read_id


@dataclass(frozen=True)
class Claim:
    """What one call says of who is who."""

    user: str | None = None
    visitor: str | None = None
    previous: str | None = None


def claim(user: object = None, visitor: object = None, previous: object = None) -> Claim:
    """The ids of a call, by the one rule of what is an id."""
    return Claim(read_id(user).value, read_id(visitor).value, read_id(previous).value)


class People:
    """Ids that calls have said to be one person. What no call joined are strangers."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.claims = [each for each in claims if each.user or each.visitor]
        self._before: dict[str, str] = {}
        earlier = {each.previous for each in self.claims}
        for each in self.claims:
            if each.user is None:
                continue
            if each.previous is not None:
                self._join(each.user, each.previous)
            if each.visitor in earlier and each.visitor is not None:
                self._join(each.user, each.visitor)  # who an alias then joins with whoever has that device

    def _root(self, name: str) -> str:
        while (before := self._before.get(name, name)) != name:
            name = before
        return name

    def _join(self, one: str, other: str) -> None:
        self._before[self._root(one)] = self._root(other)

    def are_one(self, one: str, other: str) -> bool:
        return self._root(one) == self._root(other)

    @property
    def names(self) -> set[str]:
        """All ids that could be a customer's own."""
        return {name for each in self.claims for name in (each.user, each.previous) if name is not None}


_NAMES = """
    SELECT external_id, id::text FROM customers WHERE external_id IS NOT NULL
    UNION ALL
    SELECT value, customer_id::text FROM customer_identities WHERE kind = 'previous'
"""


async def strangers_joined(query: Any, people: People) -> list[tuple[str, str]]:
    """Pairs of ids that one customer has though no call said that they are one person."""
    owned: dict[str, list[str]] = {}
    for name, customer in await query(_NAMES):
        owned.setdefault(customer, []).append(name)
    assert {name for names in owned.values() for name in names} <= people.names, "an id that nobody sent"
    return [(names[0], other) for names in owned.values() for other in names[1:] if not people.are_one(names[0], other)]


async def owners(query: Any) -> dict[str, str]:
    """Id -> customer."""
    return {row[0]: row[1] for row in await query(_NAMES)}
