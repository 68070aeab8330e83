"""Every sentence that validation can say, by its key, with the names of what it is given.

Whoever speaks another language has the key and the values (`Violation.sentence`, `.params`); these words are what the
API says in `message`. web/src/i18n/en/violations.json says the same for the app; a test holds them together.
"""

from collections.abc import Mapping
from string import Formatter
from typing import Literal

from domain.flow import Node
from domain.template_lint import TEXTS
from domain.vocabulary import Channel

Place = Literal["step", "branch", "exit_event", "goal"]
"""Where a question is asked."""
Named = str | Channel | Node | list[Node]
"""What a sentence can be given: a word as it is, or something with a name of its own."""

PLACES: Mapping[Place, str] = {
    "step": '"{at}"',
    "branch": "\"{at}\", branch '{branch}'",
    "exit_event": "Exit event",
    "goal": "Goal",
}
_KEY = "give the entry event a key (such as cart_id), or leave that out."
_TRIGGER = "but no event starts this campaign: start it by an event, or leave that out."

SENTENCES: Mapping[str, str] = {
    # the drawing
    "entry_missing": "Nobody can enter: add an entry that says who it is for.",
    "entry_twice": 'There can be only one entry: remove "{step}", or make it a campaign of its own.',
    "node_id_twice": "Several steps have the id '{id}': give each its own.",
    "edge_id_twice": "Several connections have the id '{id}': draw them again.",
    "edge_without_node": "A connection leads from or to a step that does not exist ('{id}'): remove it.",
    "edge_without_port": "\"{step}\" has no way out called '{port}': remove that connection.",
    "edge_to_entry": 'Nothing can lead back to the entry: connect "{step}" to the step after it.',
    "port_twice": "\"{step}\" goes on to two steps by '{port}': keep one of them.",
    "port_open": '"{step}" leads nowhere: connect it, to an end if the journey is over there.',
    "port_open_by": "\"{step}\" leads nowhere by '{port}': connect it, to an end if the journey is over there.",
    "node_unreachable": 'Nobody ever comes to "{step}": connect a step to it, or remove it.',
    "branch_twice": "\"{step}\" has several branches called '{branch}': give each a name of its own.",
    "branch_reserved": "\"{step}\" has a branch called '{branch}', which every such step has already: rename it.",
    "cycle_without_wait": (
        'A customer could go round through "{steps}" without a pause: put a wait of some time into the loop.'
    ),
    # messages
    "content_missing": '"{step}" has nothing to say: choose a template, or write its content.',
    "content_twice": '"{step}" has both a template and content of its own: keep one of them.',
    "template_unknown": 'The template of "{step}" does not exist (any more): choose another.',
    "template_channel": '"{step}" has a template for {other}: choose one for {channel}.',
    **{f"template_problem_{kind}": f'"{{step}}", {text}' for kind, text in TEXTS.items()},
    "topic_unknown": "\"{step}\" has a topic that does not exist, '{topic}': choose another.",
    "topic_unknown_campaign": "The campaign's topic '{topic}' does not exist: choose another.",
    "survey_unknown": "\"{step}\" names a survey that does not exist or has ended, '{name}': choose another.",
    "survey_unknown_question": "\"{step}\" waits for a question that its survey does not ask, '{name}'.",
    "survey_unknown_group": "\"{step}\" waits for answers that nobody can give, '{name}'.",
    "resend_marketing": '"{step}" is marketing and could arrive twice: turn off sending again when unknown.',
    "channel_without_provider": (
        '"{step}" uses {channel}, which no provider serves here: choose another channel, or have a provider set up.'
    ),
    "channel_not_offered": ('"{step}" keeps {channel} as a last resort but does not offer it: add {channel} to it.'),
    # questions
    "journey_not_begun": "it asks about the journey, which has not begun yet: ask that in a check further on.",
    "segment_unknown": 'The segment of "{step}" does not exist (any more): choose another.',
    "segment_unknown_condition": "it names a segment that does not exist (any more): choose another.",
    "node_unknown_since": "it asks since a step '{id}', which does not exist: choose another.",
    "node_unknown_wait": "\"{step}\" counts from a step '{id}', which does not exist: choose another.",
    "node_unknown_message": "it asks about a message of '{id}', a step that does not exist: choose another.",
    "node_sends_nothing": '"{step}" sends no message: choose a step that does.',
    "engagement_impossible_channel": (
        '"{step}" sends on another channel than the one asked about: leave the channel out.'
    ),
    "engagement_impossible_opened": (
        "nobody can tell whether an SMS or a silent push was opened: ask for delivered or clicked."
    ),
    "coupon_unknown": (
        "it compares with the coupon '{coupon}', which no step gives: add a coupon step with that prefix."
    ),
    "trigger_missing": f"it asks about the event that starts the journey, {_TRIGGER}",
    "trigger_missing_value": f"it compares with '{{value}}', {_TRIGGER}",
    "condition_empty": 'an "any of" without conditions holds for nobody: add one to it.',
    "window_empty": "its time span ends before it starts: exchange the two dates.",
    # the campaign
    "key_missing_reentry": f"Re-entry counts per key, but journeys have none: {_KEY}",
    "key_missing_goal": f"The goal asks for the same key, but journeys have none: {_KEY}",
    "key_missing_exit": f"The exit event '{{event}}' asks for the same key, but journeys have none: {_KEY}",
    "key_missing_wait": f'"{{step}}" asks for the same key, but journeys have none: {_KEY}',
    "coupon_unknown_goal": ("The goal asks for a coupon of this journey, but no step gives one: add a coupon step."),
    "cooldown_without_topic": (
        "The cool-down is between messages of one topic, but none has a topic: give the campaign one."
    ),
    "schedule_without_segment": (
        "Only a campaign for a segment is launched by a schedule; this one starts by itself: remove the schedule."
    ),
    "schedule_empty": (
        "The schedule says neither when to start nor how often: give it a start or a recurrence, or remove it."
    ),
    "schedule_empty_ended": "The schedule ends before its first run: move its end.",
    "schedule_ends_early": "The schedule ends before it starts: exchange the two dates.",
    "date_implausible": '"{step}" waits until a date outside 2000 to 2099: correct it.',
    "split_all_holdout": 'Every arm of "{step}" is a holdout: make at least one of them a real one.',
    "update_empty": '"{step}" changes nothing: give it an attribute or a tag, or remove it.',
    "update_contradicts": "\"{step}\" both adds and removes the tag '{tag}': keep one of the two.",
}
_CHANNELS = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS",
    Channel.WHATSAPP: "WhatsApp",
    Channel.PUSH: "push",
    Channel.SILENT_PUSH: "silent push",
    Channel.IN_APP: "in-app",
}


def say(sentence: str, named: Mapping[str, Named]) -> str:
    """A sentence in English, behind its place if `named` has one."""
    said = {name: _word(value) for name, value in named.items()}
    words = SENTENCES[sentence].format_map(said)
    place = named.get("place")
    return f"{PLACES[place].format_map(said)}: {words}" if place is not None else words  # type: ignore[index]


def names_in(sentence: str, place: Place | None = None) -> list[str]:
    """The names of what a sentence, and its place, are to be given."""
    texts = [SENTENCES[sentence], *([PLACES[place]] if place is not None else [])]
    found = [name for text in texts for _, name, _, _ in Formatter().parse(text) if name]
    return list(dict.fromkeys(found))


def _word(value: Named) -> str:
    if isinstance(value, Channel):
        return _CHANNELS[value]
    if isinstance(value, str):
        return value
    nodes = value if isinstance(value, list) else [value]
    return '", "'.join(node.data.label or node.id for node in nodes)
