"""Codes: unguessable, easy to read out, and with a check digit that finds a mistyped letter."""

import re

ALPHABET = "ACDEFGHJKLMNPQRTWXY3479"
"""Without what looks alike: 0 and O, 1 and I, 2 and Z, 5 and S, 8 and B, 6, U and V. Their number is a prime."""
BODY = 14
"""Random characters of a code: 23 ** 14 = 1.2e18 codes."""
GROUP = 5
MOST_CHARACTERS = 64
_PRIME = len(ALPHABET)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_DROPPED = bytes(range(_PRIME * (256 // _PRIME), 256))
"""Bytes that would make some characters likelier than others."""
_TABLE = bytes(ord(ALPHABET[byte % _PRIME]) for byte in range(256))
_BLANKS = re.compile(r"[\s\-_.]+")
PREFIX = r"^[A-Z0-9]{0,12}$"


def check_digit(body: str) -> str:
    """The last character of a code with this body.

    Each place has a weight of its own modulo a prime: one wrong character, or two that changed places, give another
    digit.
    """
    return ALPHABET[-sum(place * _VALUES[character] for place, character in enumerate(body, start=2)) % _PRIME]


def is_sound(code: str) -> bool:
    """Whether a normalised code without its prefix has the right check digit."""
    return (
        len(code) == BODY + 1 and all(character in _VALUES for character in code) and check_digit(code[:-1]) == code[-1]
    )


def codes(random: bytes, prefix: str = "") -> list[str]:
    """As many codes as the random bytes are enough for, written with hyphens; about 15.6 bytes make one.

    Args:
        random: from the operating system's source of randomness.
        prefix: capital letters and digits; what all codes begin with.

    """
    letters = random.translate(_TABLE, _DROPPED).decode()
    start = f"{prefix}-" if prefix else ""
    made = []
    for at in range(0, len(letters) - BODY + 1, BODY):
        body = letters[at : at + BODY]
        made.append(f"{start}{body[:5]}-{body[5:10]}-{body[10:]}{check_digit(body)}")
    return made


def normal(code: str) -> str:
    """A code as it is looked up: capital letters, without blanks and hyphens."""
    return _BLANKS.sub("", code).upper()


def written(code: str) -> str:
    """A normalised code as it is handed out: ours in groups behind the prefix, another's as it is."""
    prefix, body = code[: -(BODY + 1)], code[-(BODY + 1) :]
    if not is_sound(body):
        return code
    return (f"{prefix}-" if prefix else "") + f"{body[:5]}-{body[5:10]}-{body[10:]}"
