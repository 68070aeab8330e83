"""Waiting for a survey's answer: a step with a way out for each group of answers."""

from __future__ import annotations

from pydantic import Field

from domain.comparisons import EventFilter, Operator, PropertyTest
from domain.duration import Duration
from domain.events import SURVEY_ANSWERED
from domain.flow.base import FlowModel, NodeData, NodeId, PortId
from domain.flow.waits import EventBranch
from domain.surveys.definition import PartId, SurveyKey


class AnswerBranch(FlowModel):
    """A way out for answers of some groups; its journey leaves by the port `id`."""

    id: PortId
    label: str = Field(default="", max_length=120)
    groups: list[PartId] = Field(min_length=1, max_length=20)


class SurveyWaitData(NodeData):
    """Wait until a question of a survey is answered, or for the timeout.

    An answer since the journey began counts, or since the last visit of `since_node`: whoever answers fast is not
    missed. Answers of no branch's groups are waited past.
    """

    survey: SurveyKey
    question: PartId
    answers: list[AnswerBranch] = Field(min_length=1, max_length=20)
    timeout: Duration
    since_node: NodeId | None = None

    @property
    def branches(self) -> list[EventBranch]:
        """The same as events that are waited for."""
        return [
            EventBranch(
                id=answer.id,
                label=answer.label,
                on=EventFilter(
                    event=SURVEY_ANSWERED,
                    where=[
                        PropertyTest(property="survey", op=Operator.EQ, value=self.survey),
                        PropertyTest(property="question", op=Operator.EQ, value=self.question),
                        PropertyTest(property="group", op=Operator.IN, value=list(answer.groups)),
                    ],
                ),
            )
            for answer in self.answers
        ]
