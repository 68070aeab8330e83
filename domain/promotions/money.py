"""Amounts in integer minor units of a currency, shared out without losing any of them. No floats."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, Field

MOST = 10**15
"""The largest amount, in minor units."""
HUNDRED_PERCENT = 10_000
"""Percentages are hundredths of a percent: 12.5 % is 1250."""
# ISO 4217's minor units. CLDR's differ (RSD has none there), because they are about how prices are shown.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {code: count for count, codes in ((0, _NONE), (3, _THREE), (4, "CLF UYW")) for code in codes.split(" ")}


def _is_currency(code: str) -> str:
    if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise ValueError("a currency is three capital letters of ISO 4217, EUR for example")
    return code


Currency = Annotated[str, AfterValidator(_is_currency)]
"""ISO 4217."""
Amount = Annotated[int, Field(ge=0, le=MOST, strict=True)]
"""Minor units."""
PositiveAmount = Annotated[int, Field(gt=0, le=MOST, strict=True)]
"""Minor units."""
Percent = Annotated[int, Field(gt=0, le=HUNDRED_PERCENT, strict=True)]
"""Hundredths of a percent: 12.5 % is 1250."""


def digits(currency: str) -> int:
    """How many decimal digits the currency's amounts are written with."""
    return _DIGITS.get(currency, 2)


def minor_units(amount: str | int | Decimal, currency: str) -> int:
    """An amount as it is written ("12.50") in minor units (1250).

    Raises:
        ValueError: it is no number, or has more digits than the currency.

    """
    try:
        exact = Decimal(str(amount)).scaleb(digits(currency))
    except InvalidOperation:
        raise ValueError(f"{amount!r} is no amount") from None
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise ValueError(f"{amount} has more digits than {currency}, which has {digits(currency)}")
    return int(exact)


def written(amount: int, currency: str) -> str:
    """Minor units as people write them: 1250 is "12.50"."""
    return f"{Decimal(amount).scaleb(-digits(currency)):f}"


def share_of(amount: int, percent: int) -> int:
    """So many hundredths of a percent of the amount, half a unit rounded up."""
    return (amount * percent + HUNDRED_PERCENT // 2) // HUNDRED_PERCENT


def distribute(total: int, weights: Sequence[int]) -> list[int]:
    """Share a total out in proportion; the shares sum to it exactly.

    The units that rounding down leaves go to the largest remainders, the earlier one first where they are equal. No
    share exceeds its weight as long as the total does not exceed their sum.

    Args:
        total: what is shared, at least 0.
        weights: at least 0 each; all 0 only where the total is 0.

    """
    whole = sum(weights)
    if total == 0 or whole == 0:
        return [0] * len(weights)
    if total == whole:
        return list(weights)
    parts = [divmod(total * weight, whole) for weight in weights]
    shares, remainders = [share for share, _ in parts], [rest for _, rest in parts]
    left = total - sum(shares)
    if left:
        for index in sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)[:left]:
            shares[index] += 1
    return shares


def part_of(total: int, count: int, of: int) -> int:
    """What the first `count` of `of` equal units hold of a total: never less for more units, all of it for all."""
    return (total * count + of // 2) // of if count < of else total
