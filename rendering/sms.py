"""What a text message costs: its encoding and number of segments."""

from dataclasses import dataclass
from typing import Literal

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_ESCAPED = frozenset("^{}\\[~]|€\f")
_ALONE = {"GSM-7": 160, "UCS-2": 70}
_JOINED = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True)
class SmsSize:
    """How a text goes out.

    Attributes:
        encoding: GSM-7 while every character is in its alphabet, else UCS-2.
        units: characters as the network counts them: 7-bit codes, or 16-bit ones.
        segments: messages that are paid for; the phone joins them into one.

    """

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def sms_segments(text: str) -> SmsSize:
    """Size of a text message. A character that takes two units is never cut in two."""
    encoding: Literal["GSM-7", "UCS-2"] = "GSM-7" if _GSM7.union(_GSM7_ESCAPED).issuperset(text) else "UCS-2"
    if encoding == "GSM-7":
        widths = [2 if letter in _GSM7_ESCAPED else 1 for letter in text]
    else:
        widths = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    units = sum(widths)
    if units <= _ALONE[encoding]:
        return SmsSize(encoding, units, 1)
    segments, room = 1, _JOINED[encoding]
    for width in widths:
        if width > room:
            segments, room = segments + 1, _JOINED[encoding]
        room -= width
    return SmsSize(encoding, units, segments)
