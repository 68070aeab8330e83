"""What a mail server's answer says of an address: RFC 3463's class 4 is temporary, class 5 is for good."""

import re

_ENHANCED = re.compile(r"\b([45])\.\d{1,3}\.\d{1,3}\b")
_BASIC = re.compile(r"(?:^|smtp;\s*)([45])\d\d\b", re.IGNORECASE)


def is_temporary(*said: object) -> bool:
    """Whether the first of these texts that has a status code has one of class 4."""
    for words in said:
        found = _ENHANCED.search(str(words or "")) or _BASIC.search(str(words or "").strip())
        if found is not None:
            return found[1] == "4"
    return False
