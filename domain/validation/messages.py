"""Rules about what is sent, and through whom."""

from collections.abc import Iterator

from domain.content import Content, EmailContent
from domain.flow import SEND_CHANNEL, ChannelSplitNode, HttpCallNode, SendNode, SurveyNode
from domain.surveys.links import surveys_named
from domain.validation.model import Facts, FlowContext, Violation, wrong
from domain.vocabulary import Category, Channel


def _sends(drawing: FlowContext) -> Iterator[tuple[SendNode, Channel]]:
    for node in drawing.nodes.values():
        if isinstance(node, SendNode):
            yield node, SEND_CHANNEL[node.type]


def sends_have_content(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """A send has words: its own, or those of a template of its channel."""
    for node, channel in _sends(drawing):
        template_id, content = node.data.template_id, node.data.content
        if template_id is None and content is None:
            yield wrong("content_missing", node)
        if template_id is not None and content is not None:
            yield wrong("content_twice", node)
        if template_id is None:
            continue
        template = facts.templates.get(template_id)
        if template is None:
            yield wrong("template_unknown", node)
        elif template.channel != channel.value:
            yield wrong("template_channel", node, other=Channel(template.channel), channel=channel)


def messages_can_be_written(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """What is sent names only what exists."""
    for node, _ in _sends(drawing):
        contents: list[Content | None] = [node.data.content]
        if node.data.template_id is not None:
            contents.append(facts.templates.get(node.data.template_id))
        for content in contents:
            for problem in facts.template_problems(content) if content is not None else ():
                yield wrong("template_problem", node, variant=problem.kind, **problem.named)


def topics_exist(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """A message belongs to a topic that customers can choose."""
    own = drawing.flow.settings.topic
    if own is not None and own not in facts.topics:
        yield wrong("topic_unknown", variant="campaign", topic=own)
    for node, _ in _sends(drawing):
        topic = node.data.topic
        if topic is not None and topic not in facts.topics:
            yield wrong("topic_unknown", node, topic=topic)


def surveys_exist(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """Surveys that messages link to, and that steps wait for, are there."""
    for node, _ in _sends(drawing):
        contents = [node.data.content, facts.templates.get(node.data.template_id) if node.data.template_id else None]
        for content in contents:
            for key in sorted(_surveys_of(content) - facts.surveys.keys()):
                yield wrong("survey_unknown", node, name=key)
    for waiting in drawing.nodes.values():
        if isinstance(waiting, SurveyNode):
            yield from _survey_wait(waiting, facts)


def _surveys_of(content: Content | None) -> frozenset[str]:
    if content is None:
        return frozenset()
    document = content.document if isinstance(content, EmailContent) else None
    blocks = [block.survey for block in document.blocks() if block.type == "survey"] if document else []
    return surveys_named(content.model_dump_json()) | frozenset(blocks)


def _survey_wait(node: SurveyNode, facts: Facts) -> Iterator[Violation]:
    questions = facts.surveys.get(node.data.survey)
    if questions is None:
        yield wrong("survey_unknown", node, name=node.data.survey)
        return
    groups = questions.get(node.data.question)
    if groups is None:
        yield wrong("survey_unknown", node, variant="question", name=node.data.question)
        return
    for group in sorted({each for answer in node.data.answers for each in answer.groups} - groups):
        yield wrong("survey_unknown", node, variant="group", name=group)


def only_transactional_messages_are_resent(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Nobody should get the same advertisement twice."""
    for node, _channel in _sends(drawing):
        category = node.data.category or drawing.flow.settings.category
        if node.data.retry_on_unknown and category is not Category.TRANSACTIONAL:
            yield wrong("resend_marketing", node)


def requests_can_be_written(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """So does what is requested of other systems."""
    for node in drawing.nodes.values():
        if not isinstance(node, HttpCallNode):
            continue
        texts = {"body": node.data.body or ""} | {f"header {name}": text for name, text in node.data.headers.items()}
        for name, text in texts.items():
            for problem in facts.text_problems(name, text):
                yield wrong("template_problem", node, variant=problem.kind, **problem.named)


def channels_have_providers(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """Nothing is sent, or chosen, on a channel that nobody serves."""
    for send, channel in _sends(drawing):
        if channel not in facts.channels:
            yield wrong("channel_without_provider", send, channel=channel)
    for node in drawing.nodes.values():
        if isinstance(node, ChannelSplitNode):
            for channel in dict.fromkeys(node.data.channels):
                if channel not in facts.channels:
                    yield wrong("channel_without_provider", node, channel=channel)


def last_resorts_are_offered(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """`last_resort_channels` speaks of channels among which the split chooses."""
    for node in drawing.nodes.values():
        if isinstance(node, ChannelSplitNode):
            for channel in node.data.last_resort_channels:
                if channel not in node.data.channels:
                    yield wrong("channel_not_offered", node, channel=channel)


RULES = (
    sends_have_content,
    messages_can_be_written,
    topics_exist,
    surveys_exist,
    only_transactional_messages_are_resent,
    requests_can_be_written,
    channels_have_providers,
    last_resorts_are_offered,
)
