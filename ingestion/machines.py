"""Is it a person who fetched a picture or followed a link, or a machine?

Machines fetch before people do: mail scanners follow every link of an incoming e-mail, Apple's privacy proxy loads
its pictures whether or not it is read, chat programs draw previews. The rules, any of which marks a machine:

1. The request says that it is a prefetch or a preview (`Purpose`, `Sec-Purpose`, `X-Purpose`, `X-Moz`).
2. It names no program, or one that no person reads mail with (bots, crawlers, scanners, HTTP libraries).
3. It calls itself `Mozilla/5.0` and nothing more, as Apple's privacy proxy does.
4. It is a click within two seconds of the sending: nobody reads so fast.

Gmail's and Yahoo's picture proxies fetch when a person opens the mail: they count as people.
"""

import re
from collections.abc import Mapping

FASTEST_CLICK_SECONDS = 2.0
"""Business time."""

_PURPOSES = ("purpose", "sec-purpose", "x-purpose", "x-moz")
_PREFETCH = re.compile(r"prefetch|preview|prerender", re.IGNORECASE)
_PROGRAMS = re.compile(
    r"bot\b|bot/|crawler|spider|slurp|scanner|preview|facebookexternalhit|whatsapp|telegram|slack|skypeuri|"
    r"barracuda|mimecast|proofpoint|urldefense|safelinks|microsoft office|symantec|forcepoint|ironport|trendmicro|"
    r"curl|wget|python|httpx|aiohttp|go-http-client|okhttp|java/|libwww|node-fetch|axios|headless|phantomjs",
    re.IGNORECASE,
)
_PEOPLES_PROXIES = re.compile(r"googleimageproxy|yahoomailproxy", re.IGNORECASE)


def is_machine(headers: Mapping[str, str], *, click: bool, seconds_since_sent: float | None) -> bool:
    """Whether a request was made by a machine.

    Args:
        headers: of the request, names in lower case.
        click: of a link, not of a picture.
        seconds_since_sent: age of the message in business time; None when it isn't known.

    """
    if any(_PREFETCH.search(headers.get(name, "")) for name in _PURPOSES):
        return True
    agent = headers.get("user-agent", "").strip()
    if _PEOPLES_PROXIES.search(agent):
        return False
    if not agent or agent == "Mozilla/5.0" or _PROGRAMS.search(agent):
        return True
    return click and seconds_since_sent is not None and seconds_since_sent < FASTEST_CLICK_SECONDS
