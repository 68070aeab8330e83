"""What an answer means: its value, score and group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import InvalidError
from domain.i18n import sentence
from domain.surveys.definition import END, SCALES, Survey, SurveyQuestion

LONGEST_TEXT = 4000
Value = int | str | list[str]


@dataclass(frozen=True)
class Answer:
    """An answer that was understood.

    Attributes:
        value: a score, an option's id, ids, or words.
        score: the number, where the kind has one; yes is 1 and no is 0.
        group: see `domain.surveys.definition.GROUPS`.

    """

    value: Value
    score: int | None
    group: str


def understand(question: SurveyQuestion, given: object) -> Answer:
    """What somebody answered.

    Args:
        question: what was asked.
        given: a number or its digits, `yes` or `no`, an option's id, a list of ids, or words.

    Raises:
        InvalidError: it is no answer to that question; says why.

    """
    if question.kind in SCALES:
        return _scored(question, given)
    if question.kind == "text":
        return _words(given)
    if question.kind == "yes_no":
        if given not in ("yes", "no"):
            raise InvalidError(sentence("survey_answer_yes_no"))
        return Answer(str(given), int(given == "yes"), str(given))
    return _chosen(question, given)


def _scored(question: SurveyQuestion, given: object) -> Answer:
    low, high = SCALES[question.kind]
    # str.isdecimal takes digits of all scripts, and int() reads them; a bool is an int to Python
    digits = isinstance(given, str) and given.strip().isdecimal() and len(given) <= 4
    whole = isinstance(given, int) and not isinstance(given, bool)
    score = int(given) if digits or whole else None  # type: ignore[call-overload]
    if score is None or not low <= score <= high:
        raise InvalidError(sentence("survey_answer_score", low=low, high=high))
    return Answer(score, score, group_of(question.kind, score))


def group_of(kind: str, score: int) -> str:
    """The group of a score: 9 is a promoter."""
    if kind == "nps":
        return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    if kind == "ces":
        return "easy" if score >= 5 else "neutral" if score == 4 else "hard"
    return "satisfied" if score >= 4 else "neutral" if score == 3 else "dissatisfied"


def _words(given: object) -> Answer:
    said = given.strip() if isinstance(given, str) else ""
    if not said:
        raise InvalidError(sentence("survey_answer_words"))
    if len(said) > LONGEST_TEXT:
        raise InvalidError(sentence("survey_answer_long", most=LONGEST_TEXT))
    return Answer(said, None, "answered")


def _chosen(question: SurveyQuestion, given: object) -> Answer:
    known = [option.id for option in question.options]
    named = given if isinstance(given, list) else [given]
    if not named or any(each not in known for each in named):
        raise InvalidError(sentence("survey_answer_option"))
    if question.kind == "single":
        if len(named) != 1:
            raise InvalidError(sentence("survey_answer_one"))
        return Answer(str(named[0]), None, str(named[0]))
    return Answer([each for each in known if each in named], None, "answered")


def next_question(survey: Survey, answered: Mapping[str, str], passed: Sequence[str] = ()) -> SurveyQuestion | None:
    """The first question on somebody's way that they have not answered; None at the end.

    Args:
        survey: what is asked.
        answered: the group of each answer, by question.
        passed: questions that they left out.

    """
    for question in way(survey, answered, passed):
        if question.id not in answered and question.id not in passed:
            return question
    return None


def way(survey: Survey, answered: Mapping[str, str], passed: Sequence[str] = ()) -> list[SurveyQuestion]:
    """The questions that somebody with these answers is asked, up to the first that is open."""
    found: list[SurveyQuestion] = []
    place = 0
    while place < len(survey.questions):
        question = survey.questions[place]
        found.append(question)
        group = answered.get(question.id)
        if group is None and question.id not in passed:
            break
        to = next((jump.to for jump in question.jumps if group in jump.groups), None)
        if to == END:
            break
        place = place + 1 if to is None else [each.id for each in survey.questions].index(to)
    return found
