"""The condition language compiled to SQL over `customers`: one compiler for a segment of millions and for one customer.

Every expression is true or false, never null, so that `not` means not. Negations are pushed down to the leaves: only
there can Postgres turn NOT EXISTS into an anti-join.
"""

from dataclasses import replace
from typing import assert_never
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import BIT
from sqlmodel import col

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
    Not,
    PercentileIs,
    RandomShare,
    ScoreIs,
    Sequence,
    TriggerIs,
)
from domain.errors import InvalidError
from domain.i18n import sentence
from domain.matching import passes
from models import Customer, Score
from store.conditions.binds import FLOAT, TEXTS, Asking, Binds
from store.conditions.calendar_sql import date_is
from store.conditions.engagement_sql import engaged
from store.conditions.event_sql import compare, did_event, sequence
from store.conditions.percentiles import percentile_is
from store.conditions.profile_sql import attribute_is
from store.conditions.scope import Scope


def compile_condition(condition: Condition, scope: Scope) -> ColumnElement[bool]:
    """A predicate over `customers`, for a statement that selects from it.

    Args:
        condition: any condition; segments it names are taken from `scope.segments`.
        scope: the moment of asking, and the journey that asks.

    Raises:
        InvalidError: a segment that isn't in the scope or contains itself; a journey's words outside a journey.

    """
    return expression(condition, of_everybody(scope))


def of_everybody(scope: Scope) -> Asking:
    """How a condition is asked of all customers, for a statement that selects from `customers`."""
    return Asking(
        col(Customer.id), Binds(scope), scope.journey is not None, scope.segments, one_currency=scope.one_currency
    )


def expression(condition: Condition, asking: Asking, *, holds: bool = True) -> ColumnElement[bool]:
    """The predicate that `condition` holds (or, with `holds=False`, that it does not)."""
    match condition:
        case AllOf() | AnyOf():
            parts = [expression(part, asking, holds=holds) for part in condition.of]
            return and_(true(), *parts) if isinstance(condition, AllOf) == holds else or_(false(), *parts)
        case Not():
            return expression(condition.condition, asking, holds=not holds)
        case InSegment():
            members = inside(condition.segment_id, asking)
            return expression(asking.segments[condition.segment_id], members, holds=holds)
        case DidEvent():
            return did_event(condition, asking, holds=holds)
        case Sequence():
            return sequence(condition, asking, holds=holds)
        case leaf:
            found = _leaf(leaf, asking)
            return found if holds else not_(found)


_OtherLeaf = HasTag | Engaged | ScoreIs | PercentileIs | RandomShare | TriggerIs | AttributeIs | DateIs


def _leaf(condition: _OtherLeaf, asking: Asking) -> ColumnElement[bool]:
    match condition:
        case HasTag():
            return col(Customer.tags).contains(asking.binds.constant([condition.tag], TEXTS))
        case Engaged():
            return engaged(condition, asking)
        case ScoreIs():
            return exists(
                select(1).where(
                    col(Score.customer_id) == asking.who,
                    col(Score.name) == asking.binds.constant(condition.score),
                    compare(
                        col(getattr(Score, condition.of)),
                        condition.is_.op,
                        asking.binds.constant(condition.is_.value, FLOAT),
                    ),
                )
            )
        case PercentileIs():
            return percentile_is(condition, asking)
        case RandomShare():
            return _random_share(condition, asking)
        case TriggerIs():
            asking.need_journey("The event that started the journey")
            tests = condition.where
            return asking.binds.of(
                lambda scope: scope.journey is not None and passes(tests, scope.journey.trigger, scope.refs), Boolean()
            )
        case AttributeIs():
            return attribute_is(condition, asking)
        case DateIs():
            return date_is(condition, asking)
        case _:
            assert_never(condition)


def inside(segment_id: UUID, asking: Asking) -> Asking:
    """How the conditions of a segment are asked, when one is asked about being in it.

    Raises:
        InvalidError: there is no such segment, it contains itself, or there are too many.

    """
    if segment_id in asking.inside:
        raise InvalidError(sentence("segment_in_itself", segment=str(segment_id)))
    if segment_id not in asking.segments:
        raise InvalidError(sentence("no_segment_named", segment=str(segment_id)))
    asking.binds.open_segment()
    # a saved segment means the same wherever it is used: nothing in it may depend on the journey that asks
    return replace(asking, inside=(*asking.inside, segment_id), in_journey=False)


def _random_share(condition: RandomShare, asking: Asking) -> ColumnElement[bool]:
    """`domain.ids.hashed_share(salt, customer id)` below the share, computed by Postgres."""
    digest = func.md5(asking.binds.constant(f"{condition.salt}:") + cast(asking.who, Text))
    number = cast(cast(func.concat("x", func.substr(digest, 1, 13)), BIT(52)), BigInteger)
    return number < asking.binds.constant(condition.percent / 100 * (1 << 52), FLOAT)
