"""Rules about what is sent, and through whom."""

from collections.abc import Iterator

from domain.content import Content
from domain.flow import SEND_CHANNEL, ChannelSplitNode, HttpCallNode, SendNode
from domain.validation.model import Drawing, Facts, Violation, name_of
from domain.vocabulary import Category, Channel

_CHANNEL_NAMES = {
    Channel.EMAIL: "e-mail",
    Channel.SMS: "SMS",
    Channel.PUSH: "push",
    Channel.SILENT_PUSH: "silent push",
    Channel.IN_APP: "in-app",
}


def _sends(drawing: Drawing) -> Iterator[tuple[SendNode, Channel]]:
    for node in drawing.nodes.values():
        if isinstance(node, SendNode):
            yield node, SEND_CHANNEL[node.type]


def sends_have_content(drawing: Drawing, facts: Facts) -> Iterator[Violation]:
    """A send has words: its own, or those of a template of its channel."""
    for node, channel in _sends(drawing):
        template_id, content = node.data.template_id, node.data.content
        if template_id is None and content is None:
            message = f"{name_of(node)} has nothing to say: choose a template, or write its content."
            yield Violation(node.id, None, "content_missing", message)
        if template_id is not None and content is not None:
            message = f"{name_of(node)} has both a template and content of its own: keep one of them."
            yield Violation(node.id, None, "content_twice", message)
        if template_id is None:
            continue
        template = facts.templates.get(template_id)
        if template is None:
            message = f"The template of {name_of(node)} does not exist (any more): choose another."
            yield Violation(node.id, None, "template_unknown", message)
        elif template.channel != channel.value:
            other = _CHANNEL_NAMES[Channel(template.channel)]
            message = f"{name_of(node)} has a template for {other}: choose one for {_CHANNEL_NAMES[channel]}."
            yield Violation(node.id, None, "template_channel", message)


def messages_can_be_written(drawing: Drawing, facts: Facts) -> Iterator[Violation]:
    """What is sent names only what exists."""
    for node, _ in _sends(drawing):
        contents: list[Content | None] = [node.data.content]
        if node.data.template_id is not None:
            contents.append(facts.templates.get(node.data.template_id))
        for content in contents:
            for problem in facts.template_problems(content) if content is not None else ():
                yield Violation(node.id, None, "template_problem", f"{name_of(node)}, {problem}")


def topics_exist(drawing: Drawing, facts: Facts) -> Iterator[Violation]:
    """A message belongs to a topic that customers can choose."""
    own = drawing.flow.settings.topic
    if own is not None and own not in facts.topics:
        yield Violation(None, None, "topic_unknown", f"The campaign's topic {own!r} does not exist: choose another.")
    for node, _ in _sends(drawing):
        topic = node.data.topic
        if topic is not None and topic not in facts.topics:
            message = f"{name_of(node)} has a topic that does not exist, {topic!r}: choose another."
            yield Violation(node.id, None, "topic_unknown", message)


def only_transactional_messages_are_resent(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """Nobody should get the same advertisement twice."""
    for node, _channel in _sends(drawing):
        category = node.data.category or drawing.flow.settings.category
        if node.data.resend_when_unknown and category is not Category.TRANSACTIONAL:
            message = f"{name_of(node)} is marketing and could arrive twice: turn off sending again when unknown."
            yield Violation(node.id, None, "resend_marketing", message)


def requests_can_be_written(drawing: Drawing, facts: Facts) -> Iterator[Violation]:
    """So does what is requested of other systems."""
    for node in drawing.nodes.values():
        if not isinstance(node, HttpCallNode):
            continue
        texts = {"body": node.data.body or ""} | {f"header {name}": text for name, text in node.data.headers.items()}
        for part, text in texts.items():
            for problem in facts.text_problems(text):
                yield Violation(node.id, None, "template_problem", f"{name_of(node)}, {part}: {problem}")


def channels_have_providers(drawing: Drawing, facts: Facts) -> Iterator[Violation]:
    """Nothing is sent, or chosen, on a channel that nobody serves."""
    for send, channel in _sends(drawing):
        if channel not in facts.channels:
            yield _no_provider(send.id, name_of(send), channel)
    for node in drawing.nodes.values():
        if isinstance(node, ChannelSplitNode):
            for channel in dict.fromkeys(node.data.channels):
                if channel not in facts.channels:
                    yield _no_provider(node.id, name_of(node), channel)


def _no_provider(node_id: str, name: str, channel: Channel) -> Violation:
    said = _CHANNEL_NAMES[channel]
    message = f"{name} uses {said}, which no provider serves here: choose another channel, or have a provider set up."
    return Violation(node_id, None, "channel_without_provider", message)


def last_resorts_are_offered(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """`only_if_alone` speaks of channels among which the split chooses."""
    for node in drawing.nodes.values():
        if isinstance(node, ChannelSplitNode):
            for channel in node.data.only_if_alone:
                if channel not in node.data.channels:
                    said = _CHANNEL_NAMES[channel]
                    message = f"{name_of(node)} keeps {said} as a last resort but does not offer it: add {said} to it."
                    yield Violation(node.id, None, "channel_not_offered", message)


RULES = (
    sends_have_content,
    messages_can_be_written,
    topics_exist,
    only_transactional_messages_are_resent,
    requests_can_be_written,
    channels_have_providers,
    last_resorts_are_offered,
)
