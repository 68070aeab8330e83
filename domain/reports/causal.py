"""What a campaign caused, by its holdout: the difference of two shares, with its interval. Pure."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964


@dataclass(frozen=True)
class Caused:
    """Conversions that there would not have been without the campaign, with the 95 % interval."""

    conversions: float
    low: float
    high: float


def caused(contacted: int, contacted_won: int, held_out: int, held_out_won: int) -> Caused | None:
    """The contacted times the difference of the shares (Newcombe's interval of 1998); None where a half is empty."""
    if not contacted or not held_out:
        return None
    one, other = contacted_won / contacted, held_out_won / held_out
    low, high = _wilson(contacted_won, contacted)
    other_low, other_high = _wilson(held_out_won, held_out)
    difference = one - other
    least = difference - sqrt((one - low) ** 2 + (other_high - other) ** 2)
    most = difference + sqrt((high - one) ** 2 + (other - other_low) ** 2)
    return Caused(difference * contacted, least * contacted, most * contacted)


def _wilson(won: int, count: int) -> tuple[float, float]:
    share, square = won / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z * sqrt(share * (1 - share) / count + square / (4 * count * count)) / (1 + square / count)
    return middle - half, middle + half
