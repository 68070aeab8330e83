"""Results of a survey, put together from counts."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from api.schemas.surveys import FigureView, QuestionResult, ScorePoint
from domain.surveys.definition import Survey, SurveyQuestion
from intelligence.evaluation_metrics import Interval
from intelligence.surveys.scores import scored
from store.surveys.results import AnswerCount


def question_results(
    survey: Survey,
    counts: Sequence[AnswerCount],
    options: Sequence[tuple[str, str, int]],
    asked: Sequence[tuple[str | None, int, int]],
) -> list[QuestionResult]:
    """Each question's results, in the order in which they are asked.

    Args:
        survey: what is asked.
        counts: its answers.
        options: of several choices, how often each was chosen.
        asked: by channel, customers who were asked and who answered.

    """
    return [_result(each, [c for c in counts if c.question_id == each.id], options, asked) for each in survey.questions]


def _result(
    question: SurveyQuestion,
    counts: Sequence[AnswerCount],
    options: Sequence[tuple[str, str, int]],
    asked: Sequence[tuple[str | None, int, int]],
) -> QuestionResult:
    groups: Counter[str] = Counter(dict.fromkeys(question.groups, 0))
    for each in counts:
        groups[each.group] += each.answers
    if question.kind == "multiple":
        groups = Counter({option: count for of, option, count in options if of == question.id})
    whole = scored(question.kind, _by_score(counts))
    return QuestionResult(
        question_id=question.id,
        kind=question.kind,
        answers=sum(each.answers for each in counts),
        groups=dict(groups),
        mean=whole.mean,
        figure=_figure(whole.figure),
        weighted=_weighted(question.kind, counts, asked),
        weeks=_points(question.kind, counts, lambda each: each.week.date().isoformat()),
        channels=_points(question.kind, counts, lambda each: each.channel or "link"),
    )


def _by_score(counts: Iterable[AnswerCount]) -> Counter[int]:
    found: Counter[int] = Counter()
    for each in counts:
        if each.score is not None:
            found[each.score] += each.answers
    return found


def _points(kind: str, counts: Sequence[AnswerCount], label: Callable[[AnswerCount], str]) -> list[ScorePoint]:
    labels = sorted({label(each) for each in counts})
    rows = {name: [each for each in counts if label(each) == name] for name in labels}
    return [
        ScorePoint(
            label=name,
            answers=sum(each.answers for each in some),
            figure=_figure(scored(kind, _by_score(some)).figure),
        )
        for name, some in rows.items()
    ]


def _weighted(
    kind: str, counts: Sequence[AnswerCount], asked: Sequence[tuple[str | None, int, int]]
) -> FigureView | None:
    """The figure with each channel weighted by whom it asked: those who answer by SMS are not those of e-mail."""
    parts = []
    for channel, number, _ in asked:
        some = [each for each in counts if each.channel == channel]
        figure = scored(kind, _by_score(some)).figure
        if figure is not None:
            parts.append((number, figure))
    total = sum(number for number, _ in parts)
    if len(parts) < 2 or total == 0:
        return None
    value = sum(number * figure.value for number, figure in parts) / total
    half = sum((number / total * (figure.high - figure.low) / 2) ** 2 for number, figure in parts) ** 0.5
    return FigureView(value=value, low=value - half, high=value + half)


def _figure(found: Interval | None) -> FigureView | None:
    return None if found is None else FigureView(value=found.value, low=found.low, high=found.high)
