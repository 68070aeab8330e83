"""What is given back when a part of an order comes back: exactly what was paid for it, in whatever order it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.errors import InvalidError
from domain.i18n import sentence
from domain.promotions.money import distribute, part_of


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a redeemed order."""

    id: str
    quantity: int
    amount: int
    """Before discounts, in minor units."""
    discounts: tuple[int, ...] = ()
    """Of each promotion that applied, in their order."""
    returned: int = 0
    """Units that came back before."""
    returned_discounts: tuple[int, ...] = ()
    """Of each promotion what those units held of its discount; empty where none came back."""


@dataclass(frozen=True, slots=True)
class ReturnedPart:
    """What units of lines come to."""

    amount: int = 0
    """Before discounts."""
    discounts: tuple[int, ...] = ()
    """Of each promotion."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line -> what was paid for its units."""

    @property
    def paid(self) -> int:
        """What was paid for them."""
        return self.amount - sum(self.discounts)


def part(line: SoldLine, units: int) -> ReturnedPart:
    """What the line's next `units` units come to.

    What the first units hold of a line is worked out from the line's whole, so that the parts sum to it however it is
    divided. All discounts together are rounded, then shared by the promotions in proportion to what each has left.

    Raises:
        InvalidError: it has not so many units left.

    """
    if not 0 < units <= line.quantity - line.returned:
        left_units = line.quantity - line.returned
        raise InvalidError(sentence("return_too_many", units=units, line=line.id, left=left_units))
    first, last = line.returned, line.returned + units
    before = line.returned_discounts or (0,) * len(line.discounts)
    left = [discount - gone for discount, gone in zip(line.discounts, before, strict=True)]
    discount = _between(sum(line.discounts), first, last, line.quantity)
    amount = _between(line.amount, first, last, line.quantity)
    return ReturnedPart(amount, tuple(distribute(discount, left)), {line.id: amount - discount})


def _between(total: int, first: int, last: int, quantity: int) -> int:
    return part_of(total, last, quantity) - part_of(total, first, quantity)


def returned(lines: Sequence[SoldLine], units: Mapping[str, int]) -> ReturnedPart:
    """What units of several lines come to.

    Args:
        lines: of the order.
        units: line -> how many of its units come back.

    Raises:
        InvalidError: a line is not of the order, or has not so many units left.

    """
    known = {line.id: line for line in lines}
    if unknown := sorted(set(units) - set(known)):
        raise InvalidError(sentence("return_no_line", line=unknown[0]))
    parts = [part(known[id_], count) for id_, count in sorted(units.items())]
    return ReturnedPart(
        sum(each.amount for each in parts),
        tuple(sum(each) for each in zip(*(each.discounts for each in parts), strict=True)),
        {id_: paid for each in parts for id_, paid in each.lines.items()},
    )
