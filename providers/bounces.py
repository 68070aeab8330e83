"""What a mail server's answer says of an address: RFC 3463's class 4 is temporary, class 5 is for good.

But for a full mailbox (5.2.2) and a message that was too large (5.2.3, 5.3.4), which say nothing of the address.
"""

import re

_ENHANCED = re.compile(r"\b([45])\.\d{1,3}\.\d{1,3}\b")
_OF_THE_MESSAGE = frozenset({"5.2.2", "5.2.3", "5.3.4"})
_BASIC = re.compile(r"(?:^|smtp;\s*)([45])\d\d\b", re.IGNORECASE)


def is_temporary(*said: object) -> bool:
    """Whether the first of these texts with a status code has one of class 4, or one not about the address."""
    for words in said:
        found = _ENHANCED.search(str(words or "")) or _BASIC.search(str(words or "").strip())
        if found is not None:
            return found[1] == "4" or found[0] in _OF_THE_MESSAGE
    return False
