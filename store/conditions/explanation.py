"""Why is this customer in, or not? A condition taken apart, each part with its answer and what it was judged on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, func, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.condition_text import say
from domain.conditions import (
    AllOf,
    AnyOf,
    AttributeIs,
    Condition,
    DateIs,
    DidEvent,
    Engaged,
    HasTag,
    InSegment,
    Leaf,
    Not,
    PercentileIs,
    RandomShare,
    ScoreIs,
    Sequence,
    TriggerIs,
)
from domain.errors import NotFoundError
from domain.i18n import ListParam, MomentParam, Sentence, sentence
from domain.i18n.values import Value
from models import Customer, Score
from store.conditions.binds import Asking, Binds, JsonPath
from store.conditions.compiler import expression, inside
from store.conditions.event_sql import events_found
from store.conditions.json_path import found_path
from store.conditions.percentiles import bring_up_to_date, names, number_and_limit
from store.conditions.scope import Scope
from store.events.data_dictionary import names_in
from store.segments.segments import load_conditions


@dataclass(frozen=True)
class Explained:
    """One part of a condition, answered for one customer."""

    words: Sentence
    holds: bool
    found: Sentence | None = None
    """What it was judged on, in words: a value of the profile, how many events and when. Leaves only."""
    parts: list["Explained"] = field(default_factory=list)
    """What it is made of, each answered by itself."""

    @property
    def said(self) -> Sentence:
        """The same, to be said in any language."""
        return self.words

    @property
    def found_said(self) -> Sentence | None:
        """The same, to be said in any language."""
        return self.found


async def explain(session: AsyncSession, condition: Condition, customer_id: UUID, scope: Scope) -> Explained:
    """Answer every part of a condition for one customer, in one statement.

    Raises:
        NotFoundError: there is no such customer, or they were erased.
        InvalidError: as `store.segments.first_match`.

    """
    nested = await load_conditions(session, condition) | dict(scope.segments)
    await bring_up_to_date(session, names([condition], nested), scope.now, older_than=None)
    who = bindparam("who", customer_id, type_=Uuid())
    leaves = list(_leaves(condition, Asking(who, Binds(scope), scope.journey is not None, nested)))
    asked = [column for leaf, asking in leaves for column in (expression(leaf, asking), _evidence(leaf, asking))]
    columns = [column.label(f"a{index}") for index, column in enumerate(asked)]
    # a condition without questions, such as "everybody", asks for no column: the customer must be there all the same
    living = select(col(Customer.id), *columns).where(col(Customer.id) == who, col(Customer.erased_at).is_(None))
    row = (await session.execute(living)).one_or_none()
    if row is None:
        raise NotFoundError(sentence("no_customer_id", customer=str(customer_id)))
    answers = iter(zip(row[1::2], row[2::2], strict=True))
    return _tree(condition, answers, nested, await names_in(session, [condition, *nested.values()]))


def _leaves(condition: Condition, asking: Asking) -> Iterator[tuple[Leaf, Asking]]:
    match condition:
        case AllOf() | AnyOf():
            for part in condition.of:
                yield from _leaves(part, asking)
        case Not():
            yield from _leaves(condition.condition, asking)
        case InSegment():
            members = inside(condition.segment_id, asking)
            yield from _leaves(asking.segments[condition.segment_id], members)
        case _:
            yield condition, asking


def _tree(
    condition: Condition,
    answers: Iterator[tuple[bool, Any]],
    nested: Mapping[UUID, Condition],
    named: Mapping[UUID, str],
) -> Explained:
    def tree(part: Condition) -> Explained:
        return _tree(part, answers, nested, named)

    words = say(condition, named)
    match condition:
        case AllOf():
            parts = [tree(part) for part in condition.of]
            return Explained(words, all(part.holds for part in parts), parts=parts)
        case AnyOf():
            parts = [tree(part) for part in condition.of]
            return Explained(words, any(part.holds for part in parts), parts=parts)
        case Not():
            part = tree(condition.condition)
            return Explained(words, not part.holds, parts=[part])
        case InSegment():
            part = tree(nested[condition.segment_id])
            return Explained(words, part.holds, parts=[part])
        case _:
            holds, evidence = next(answers)
            return Explained(words, holds, _said(condition, evidence))


def _evidence(leaf: Leaf, asking: Asking) -> ColumnElement[Any]:
    """What the leaf is judged on, as JSON; null where there is nothing more to say than its answer."""
    match leaf:
        case AttributeIs():
            home, dot, path = leaf.name.partition(".")
            if not dot:
                return func.to_jsonb(col(getattr(Customer, leaf.name)))
            document = col(Customer.attributes) if home == "attributes" else col(Customer.traits)
            return func.jsonb_path_query_array(document, asking.binds.constant(found_path(path), JsonPath()))
        case HasTag():
            return func.to_jsonb(col(Customer.tags))
        case DidEvent():
            return events_found(leaf, asking)
        case ScoreIs():
            mine = (col(Score.customer_id) == asking.who, col(Score.name) == asking.binds.constant(leaf.score))
            return select(func.to_jsonb(col(getattr(Score, leaf.of)))).where(*mine).scalar_subquery()
        case PercentileIs():
            return number_and_limit(leaf, asking)
        case DateIs() | Sequence() | Engaged() | RandomShare() | TriggerIs():
            return null()
        case _:
            assert_never(leaf)


def _said(leaf: Leaf, evidence: Any) -> Sentence | None:
    match leaf:
        case AttributeIs() | HasTag():
            values = evidence if isinstance(evidence, list) else [evidence]
            known = [_value(value) for value in values if value is not None]
            return sentence("joined", parts=ListParam(known, "comma")) if known else sentence("found_nothing")
        case DidEvent():
            times, latest, total = evidence
            if not times:
                return sentence("found_never")
            return _events_said(times, MomentParam(datetime.fromisoformat(latest)), total)
        case ScoreIs():
            return (
                sentence("found_no_score") if evidence is None else sentence("joined", parts=float(f"{evidence:.4g}"))
            )
        case PercentileIs():
            return _rank_said(leaf, *evidence)
        case DateIs() | Sequence() | Engaged() | RandomShare() | TriggerIs():
            return None
        case _:
            assert_never(leaf)


def _rank_said(leaf: PercentileIs, number: float | None, limit: float | None) -> Sentence:
    if number is None or limit is None:
        return sentence("found_no_number")
    return sentence("found_above" if leaf.of == "highest" else "found_below", value=number, limit=limit)


def _value(value: Any) -> Value:
    """One value of the profile, as it stands there; numbers are written as the reader writes them."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _events_said(times: int, latest: MomentParam, total: float | None) -> Sentence:
    if times == 1:
        if total is None:
            return sentence("found_once", moment=latest)
        return sentence("found_once_total", moment=latest, total=total)
    if total is None:
        return sentence("found_times", times=times, moment=latest)
    return sentence("found_times_total", times=times, moment=latest, total=total)
