"""A sentence: a code of the catalogue, and what it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from string import Formatter
from typing import Any

from domain.i18n.catalog import SENTENCES
from domain.i18n.values import Value, as_json, english
from domain.vocabulary import Channel

_CHANNELS = {
    Channel.EMAIL: "channel_email",
    Channel.SMS: "channel_sms",
    Channel.WHATSAPP: "channel_whatsapp",
    Channel.PUSH: "channel_push",
    Channel.SILENT_PUSH: "channel_silent_push",
    Channel.IN_APP: "channel_in_app",
}


_STATES = {
    "draft": "state_draft",
    "active": "state_active",
    "paused": "state_paused",
    "stopped": "state_stopped",
    "retired": "state_retired",
    "uploading": "state_uploading",
    "ready": "state_ready",
    "queued": "state_queued",
    "running": "state_running",
    "finished": "state_finished",
    "failed": "state_failed",
}


@dataclass(frozen=True)
class Sentence:
    """Made by `sentence`. Part of another sentence as readily as one of its own."""

    code: str
    params: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return SENTENCES[self.code].format_map({name: english(value) for name, value in self.params.items()})

    def said(self) -> dict[str, Any]:
        """`{"code": ..., "params": {...}}`, as JSON."""
        return {"code": self.code, "params": {name: as_json(value) for name, value in self.params.items()}}


@dataclass(frozen=True)
class StoredText:
    """A sentence that was written down before: its English, and its JSON where it has one."""

    text: str
    json: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return self.text

    def said(self) -> dict[str, Any]:
        """As JSON; words from before sentences had codes are said as they were written."""
        return as_written(self.text).said() if self.json is None else dict(self.json)


Words = Sentence | StoredText


def sentence(code: str, /, **params: Value) -> Sentence:
    """A sentence of the catalogue.

    Raises:
        KeyError: the catalogue has none of that code.
        TypeError: it names something else than `params`.

    """
    if names_in(code) != params.keys():
        raise TypeError(f"the sentence {code!r} names {sorted(names_in(code))}, not {sorted(params)}")
    return Sentence(code, params)


@cache
def names_in(code: str) -> frozenset[str]:
    """What a sentence names."""
    return frozenset(name for _, name, _, _ in Formatter().parse(SENTENCES[code]) if name)


def as_written(words: str) -> Sentence:
    """Words that somebody wrote, or that a provider answered: the same in every language."""
    return sentence("as_written", words=words)


def quoted(words: str) -> Sentence:
    """A name or a value in quotes."""
    return sentence("quoted", words=words)


def channel(of: Channel) -> Sentence:
    """What a channel is called."""
    return sentence(_CHANNELS[of])


def state(of: str) -> Sentence:
    """What the state of a campaign or of an import is called."""
    return sentence(_STATES[of])


def as_row(why: Words) -> dict[str, Any]:
    """The two columns that say why: `why` for people in English, `said` as JSON."""
    return {"why": str(why), "said": why.said()}


def read(text: str | None, json: Mapping[str, Any] | None) -> Words:
    """A sentence out of a row's two columns."""
    return StoredText(text or "", json)
