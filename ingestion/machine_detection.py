"""Is it a person who fetched a picture or followed a link, or a machine?

Machines fetch before people do: mail scanners follow every link of an incoming e-mail, Apple's privacy proxy loads
its pictures whether or not it is read, chat programs draw previews. The rules, any of which marks a machine:

1. The request says that it is a prefetch or a preview (`Purpose`, `Sec-Purpose`, `X-Purpose`, `X-Moz`).
2. It names no program, or one that no person reads mail with (bots, crawlers, scanners, HTTP libraries: the
   kept list of `crawlerdetect`, and the mail scanners here).
3. It calls itself `Mozilla/5.0` and nothing more, as Apple's privacy proxy does.
4. It is a click within two seconds of the delivery, or of the sending where no delivery is known: nobody reads so fast.

Gmail's and Yahoo's picture proxies fetch when a person opens the mail: they count as people.

What a provider counted itself is held to 2, 3 and 4 as far as it tells of the program, beside the provider's own mark.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from crawlerdetect import CrawlerDetect

from domain.events import IncomingMessageEvent
from domain.vocabulary import Channel, MessageEventKind
from store.messages.message_events import MessageRecord

FASTEST_CLICK_SECONDS = 2.0
"""Business time."""

_PURPOSES = ("purpose", "sec-purpose", "x-purpose", "x-moz")
_PREFETCH = re.compile(r"prefetch|preview|prerender", re.IGNORECASE)
_SCANNERS = re.compile(
    r"barracuda|mimecast|proofpoint|urldefense|safelinks|symantec|forcepoint|ironport|trendmicro|scanner|preview|"
    r"^whatsapp/|imgproxy|headless|phantomjs|puppeteer|playwright|selenium|httpx|aiohttp|node-fetch|axios|okhttp|"
    r"^node$|^undici|^insomnia|winhttp|powershell|fortiguard|fortimail|fortisandbox|vadesecure|cloudmark|messagelabs|"
    r"zscaler|fireeye|trellix|sophos|kaspersky|bitdefender|checkpoint|perception-?point|avanan|ironscales|virustotal|"
    r"urlscan|datadog|pingdom|uptime|existence discovery|protocol discovery|^mozilla/4\.0(?: \(compatible;?\))?$",
    re.IGNORECASE,
)
"""Scanners of mail, previews of chats and HTTP libraries, which the library of crawlers does not know all."""
_PEOPLES_PROGRAMS = re.compile(
    r"googleimageproxy|yahoomailproxy|"  # they fetch when a person opens the mail
    r"\boutlook\b|macoutlook|^airmail |\bms-office; msoffice|outlook-(ios|android)|applemail|thunderbird|"
    r"slack_ssb|telegram-android|android [0-9.]+;[^)]*\bwhatsapp\)|"  # browsers in apps
    r"\[fban|\[fb_iab|instagram |snapchat/",
    re.IGNORECASE,
)
_PEOPLES_PROXIES = re.compile(r"googleimageproxy|yahoomailproxy", re.IGNORECASE)
_PHONES = re.compile(r"android [0-9.]+;(?:(?!compatible|https?:|\+http)[^)])*(?=\) applewebkit)|cubot", re.IGNORECASE)
"""The telephone's name, which may be like a machine's: "M bot 60", "CUBOT NOTE 20", "SPIDER X"."""
_crawlers = CrawlerDetect()


def is_machine(headers: Mapping[str, str], *, click: bool, seconds_there: float | None) -> bool:
    """Whether a request was made by a machine.

    Args:
        headers: of the request, names in lower case.
        click: of a link, not of a picture.
        seconds_there: how long the message had been there, in business time; None when it isn't known.

    """
    if any(_PREFETCH.search(headers.get(name, "")) for name in _PURPOSES):
        return True
    agent = headers.get("user-agent", "").strip()
    if _PEOPLES_PROXIES.search(agent):
        return False
    if not agent or names_machine(agent):
        return True
    return click and seconds_there is not None and seconds_there < FASTEST_CLICK_SECONDS


def names_machine(agent: str) -> bool:
    """Whether a program that calls itself so is none that a person reads with."""
    said = _PHONES.sub("android", agent.strip())
    if not said or _PEOPLES_PROGRAMS.search(said):
        return False
    return said == "Mozilla/5.0" or bool(_SCANNERS.search(said)) or _is_crawler(said)


@lru_cache(maxsize=4096)
def _is_crawler(agent: str) -> bool:
    return bool(_crawlers.isCrawler(agent))


def flag_machines(
    reports: Iterable[tuple[IncomingMessageEvent, UUID]], entries: Mapping[UUID, MessageRecord], *, time_scale: float
) -> None:
    """Mark the opens and clicks of e-mail that a provider reports and that the rules know for a machine's.

    Args:
        reports: each with the message that it is about. Those that are marked already stay so.
        entries: the messages, as they were before these reports.
        time_scale: real seconds per business second.

    """
    reports = list(reports)
    came = {id_: _came_at(entry) for id_, entry in entries.items()}
    for report, id_ in reports:
        if report.engagement is MessageEventKind.DELIVERED and entries[id_].delivered_at is None:
            came[id_] = report.occurred_at
    for report, id_ in reports:
        if (
            report.engagement not in (MessageEventKind.OPENED, MessageEventKind.CLICKED)
            or entries[id_].channel != Channel.EMAIL
        ):
            continue
        click = report.engagement is MessageEventKind.CLICKED and report.agent is not None
        too_fast = click and _is_too_fast(report.occurred_at, came[id_], time_scale)
        report.machine = report.machine or names_machine(report.agent or "") or too_fast


def _came_at(entry: MessageRecord) -> datetime | None:
    """Of the delivery, or of the sending; see `store.messages.message_events.came_at`."""
    return entry.delivered_at if entry.delivered_at not in (None, entry.opened_at) else entry.sent_at


def _is_too_fast(clicked: datetime, came: datetime | None, time_scale: float) -> bool:
    """Providers tell of whole seconds: where days pass in seconds, theirs say nothing of how fast somebody was."""
    shortest = FASTEST_CLICK_SECONDS * time_scale
    return came is not None and shortest >= 1 and (clicked - came).total_seconds() < shortest
