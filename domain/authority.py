"""What an event may change, by who speaks: the rules in one place.

| | browser | user | server | internal |
|---|---|---|---|---|
| who | a key that stands in pages and apps, which anybody can read | such a key with a signed user token | a key that only the shop's servers have; files, Kafka | the application itself |
| track | yes | yes | yes | yes |
| name an anonymous visitor | yes | yes | yes | yes |
| join two named customers | no | no | yes | yes |
| e-mail, phone, push token of a customer who was identified before | no | the token's own | yes | yes |
| names of system events | no | no | no | yes |
"""  # noqa: E501 - a table

import hashlib
import hmac
from enum import StrEnum


class Authority(StrEnum):
    """Who speaks."""

    BROWSER = "browser"
    USER = "user"
    SERVER = "server"
    INTERNAL = "internal"

    @property
    def is_public(self) -> bool:
        """Whether anybody could have sent it."""
        return self in (Authority.BROWSER, Authority.USER)

    @property
    def may_join_named(self) -> bool:
        """Whether two customers with a name each may become one."""
        return not self.is_public

    @property
    def may_name_system_events(self) -> bool:
        """Whether events may have names that the application's own events have."""
        return self is Authority.INTERNAL

    @property
    def may_readdress(self) -> bool:
        """Whether addresses of a known customer may change."""
        return self is not Authority.BROWSER


ADDRESSES = ("email", "phone")
"""Fields of a profile that messages go to."""


def user_token(secret: str, user_id: str) -> str:
    """What the shop's server hands to the page of a customer who is signed in: HMAC-SHA256 of their id, in hex."""
    return hmac.new(secret.encode(), user_id.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def is_user_token(secret: str, user_id: str, token: object) -> bool:
    """Whether the token is of that customer. No secret, no token."""
    return (
        bool(secret)
        and isinstance(token, str)
        and hmac.compare_digest(
            user_token(secret, user_id).encode(), token.strip().lower().encode("utf-8", "surrogatepass")
        )
    )
