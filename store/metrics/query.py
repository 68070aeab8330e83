"""Any metric, by filter and breakdown: the one place where figures of metrics are computed.

Counters answer where they can: they are exact at any moment, outlive erased customers and old rows, and are small. What
needs to know whose facts they are, or of which version, is counted from the facts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal_column, select, table, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.conditions import InSegment
from domain.errors import InvalidError
from domain.i18n import sentence
from domain.metrics.definition import Dimension, Measure, Metric, MetricFilter, Ratio, base_measures
from models import Customer
from store.conditions.compiler import compile_condition
from store.conditions.scope import Scope
from store.segments import segments

MOST_GROUPS = 10_000
_OF_COUNTERS = {Dimension.DAY, Dimension.CAMPAIGN, Dimension.RUN, Dimension.STEP, Dimension.CHANNEL}
_IN_TIME = {Dimension.DAY, Dimension.HOUR}
Value = int | float | dict[str, Decimal] | None
"""A count, a share, amounts by currency (ISO 4217, or empty); None: divided by nothing."""


@dataclass(frozen=True)
class MetricQuestion:
    """Metrics, over which facts, by which groups."""

    metrics: Sequence[Metric]
    narrow: MetricFilter = field(default_factory=MetricFilter)
    by: Sequence[Dimension] = ()
    counters: bool = True
    """False: counted from the facts, even where counters would tell."""


@dataclass(frozen=True)
class MetricGroup:
    """The values of one group; without a breakdown there is one, of everything."""

    group: Mapping[Dimension, Any]
    values: Mapping[str, Value]


@dataclass(frozen=True)
class MetricAnswer:
    """Groups in the order of what they are grouped by."""

    groups: Sequence[MetricGroup]
    sources: Mapping[str, str]
    """Measure -> `counters` or `facts`."""


async def ask(session: AsyncSession, question: MetricQuestion) -> MetricAnswer:
    """Compute, to this moment.

    Raises:
        InvalidError: a level by time; arms without an experiment; a moment that is not kept; too many groups.

    """
    measures = base_measures(question.metrics)
    sources = {each.key: "counters" if _by_counters(each, question) else "facts" for each in measures}
    _check(measures, sources, question)
    members = await _members(session, question.narrow)
    parts = [
        _counted(i, each, question) if sources[each.key] == "counters" else _from_facts(i, each, question, members)
        for i, each in enumerate(measures)
    ]
    rows = (await session.execute(union_all(*parts).limit(MOST_GROUPS * len(parts) + 1))).all()
    found: dict[tuple[Any, ...], dict[str, Value]] = defaultdict(dict)
    for row in rows:
        _note(found[tuple(row[1:-3])], measures[row[0]], row)
    if len(found) > MOST_GROUPS or len(rows) > MOST_GROUPS * len(parts):
        raise InvalidError(sentence("metric_groups_too_many", most=MOST_GROUPS))
    if not question.by:
        found.setdefault((), {})
    groups = sorted(found.items(), key=lambda item: tuple((part is not None, part) for part in item[0]))
    return MetricAnswer([_group(key, values, question) for key, values in groups], sources)


def _note(values: dict[str, Value], measure: Measure, row: Any) -> None:
    currency, n, amount = row[-3:]
    if not measure.amount:
        values[measure.key] = int(n)
    elif amount:
        amounts = values.setdefault(measure.key, {})
        assert isinstance(amounts, dict)
        amounts[currency] = amount


def _group(key: Sequence[Any], values: Mapping[str, Value], question: MetricQuestion) -> MetricGroup:
    return MetricGroup(
        dict(zip(question.by, key, strict=True)), {each.key: value_of(each, values) for each in question.metrics}
    )


def value_of(metric: Metric, values: Mapping[str, Value]) -> Value:
    """A metric from the values of its measures; those that are missing are nothing."""
    if isinstance(metric, Measure):
        return values.get(metric.key, {} if metric.amount else 0)
    return _ratio(metric, values)


def _ratio(metric: Ratio, values: Mapping[str, Value]) -> Value:
    under = values.get(metric.under.key, 0)
    over = values.get(metric.over.key, {} if metric.over.amount else 0)
    assert isinstance(under, int)
    if not under:
        return None
    if isinstance(over, dict):
        return {currency: amount / under for currency, amount in over.items()}
    assert isinstance(over, int)
    return over / under


def _by_counters(measure: Measure, question: MetricQuestion) -> bool:
    narrow = question.narrow
    return bool(
        question.counters
        and measure.counter
        and not narrow.asks_customers
        and not narrow.experiment_id
        and set(question.by) <= _OF_COUNTERS
        and all(_is_midnight(moment) for moment in (narrow.since, narrow.until))
    )


def _is_midnight(moment: datetime | None) -> bool:
    # counters older than two weeks know days only
    return moment is None or moment.astimezone(UTC).timetz().replace(tzinfo=None) == datetime.min.time()


def _check(measures: Sequence[Measure], sources: Mapping[str, str], question: MetricQuestion) -> None:
    narrow = question.narrow
    in_time = bool(set(question.by) & _IN_TIME)
    if (narrow.arm or Dimension.ARM in question.by) and not narrow.experiment_id:
        raise InvalidError(sentence("metric_arm_alone"))
    for measure in measures:
        if measure.level and in_time:
            raise InvalidError(sentence("metric_is_level", name=measure.key))
        timed = in_time or narrow.since or narrow.until
        if not measure.facts_tell and timed and sources[measure.key] == "facts" and question.counters:
            raise InvalidError(sentence("metric_moment_unknown", name=measure.key))


async def _members(session: AsyncSession, narrow: MetricFilter) -> Select[Any] | None:
    """Ids of the segment's members now."""
    if narrow.segment_id is None:
        return None
    condition = InSegment(segment_id=narrow.segment_id)
    scope = await segments.ready(session, [condition], Scope(now=datetime.now(UTC)))
    return select(col(Customer.id)).where(col(Customer.erased_at).is_(None), compile_condition(condition, scope))


_COUNTER_GROUPS = {
    Dimension.DAY: "(f.at AT TIME ZONE 'UTC')::date",
    Dimension.CAMPAIGN: "f.campaign_id",
    Dimension.RUN: "nullif(f.run_id, '00000000-0000-0000-0000-000000000000')",
    Dimension.STEP: "nullif(f.node_id, '')",
    Dimension.CHANNEL: "nullif(f.channel, '')",
}


def _counted(number: int, measure: Measure, question: MetricQuestion) -> Select[Any]:
    groups: list[ColumnElement[Any]] = [literal_column(_COUNTER_GROUPS[each]) for each in question.by]
    currency: ColumnElement[Any] = literal_column("f.dimension" if measure.amount else "''")
    query = (
        select(
            literal_column(str(number)),
            *groups,
            currency,
            literal_column("sum(f.n)::bigint"),
            literal_column("sum(f.amount)"),
        )
        .select_from(table("counters", schema="facts").alias("f"))
        .where(_column("metric") == measure.counter)
    )
    if measure.counter_channels:
        query = query.where(_column("channel").in_([str(each) for each in sorted(measure.counter_channels)]))
    query = _narrowed(query, question.narrow, "f.at", "f.node_id", timed=not measure.level)
    return query.group_by(*groups, *_currencies(measure, currency)).having(
        literal_column("sum(f.n) <> 0 OR sum(f.amount) <> 0")
    )


def _from_facts(number: int, measure: Measure, question: MetricQuestion, members: Select[Any] | None) -> Select[Any]:
    at, node = f"f.{measure.at}", measure.node if measure.node.startswith("'") else f"f.{measure.node}"
    groups: list[ColumnElement[Any]] = [literal_column(_fact_group(each, at, node)) for each in question.by]
    currency: ColumnElement[Any] = literal_column("f.currency" if measure.amount else "''")
    amount: ColumnElement[Any] = literal_column(f"sum(f.{measure.amount})" if measure.amount else "0")
    tables: FromClause = table(str(measure.fact), schema="facts").alias("f")
    if question.narrow.experiment_id:
        tables = _joined(tables, "experiment_assignments", "a", "a.customer_id = f.customer_id")
        tables = _joined(tables, "experiments", "x", "x.id = a.experiment_id AND x.campaign_id = f.campaign_id")
    if Dimension.SEGMENT in question.by:
        tables = _joined(tables, "segment_members", "s", "s.customer_id = f.customer_id")
    query = (
        select(literal_column(str(number)), *groups, currency, func.count(), amount)
        .select_from(tables)
        .where(literal_column(at).is_not(None))
    )
    if measure.where:
        query = query.where(text(measure.where))
    query = _narrowed(query, question.narrow, at, node, timed=not measure.level)
    query = _of_customers(query, question.narrow, members)
    if measure.counter:
        query = query.where(_column("campaign_id").is_not(None))
    return query.group_by(*groups, *_currencies(measure, currency))


def _joined(tables: FromClause, name: str, alias: str, on: str) -> FromClause:
    return tables.join(table(name).alias(alias), literal_column(on))


def _currencies(measure: Measure, currency: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [currency] if measure.amount else []


def _fact_group(dimension: Dimension, at: str, node: str) -> str:
    match dimension:
        case Dimension.DAY:
            return f"({at} AT TIME ZONE 'UTC')::date"
        case Dimension.HOUR:
            return f"date_trunc('hour', {at}, 'UTC')"
        case Dimension.STEP:
            return f"nullif({node}, '')"
        case Dimension.VERSION:
            return "f.version_id"
        case Dimension.ARM:
            return "a.arm"
        case Dimension.SEGMENT:
            return "s.segment_id"
        case Dimension.CAMPAIGN | Dimension.RUN | Dimension.CHANNEL:
            return _COUNTER_GROUPS[dimension]


def _column(name: str) -> ColumnElement[Any]:
    return literal_column(f"f.{name}")


def _narrowed(query: Select[Any], narrow: MetricFilter, at: str, node: str, *, timed: bool) -> Select[Any]:
    """What both counters and facts can be narrowed by."""
    tests: list[ColumnElement[bool]] = []
    if timed and narrow.since:
        tests.append(literal_column(at) >= narrow.since)
    if timed and narrow.until:
        tests.append(literal_column(at) < narrow.until)
    if narrow.campaign_id:
        tests.append(_column("campaign_id") == narrow.campaign_id)
    if narrow.run_id:
        tests.append(_column("run_id") == narrow.run_id)
    if narrow.node_id:
        tests.append(literal_column(node) == narrow.node_id)
    if narrow.channel:
        tests.append(_column("channel") == str(narrow.channel))
    return query.where(and_(*tests)) if tests else query


def _of_customers(query: Select[Any], narrow: MetricFilter, members: Select[Any] | None) -> Select[Any]:
    if narrow.version_id:
        query = query.where(_column("version_id") == narrow.version_id)
    if narrow.experiment_id:
        query = query.where(literal_column("a.experiment_id") == narrow.experiment_id)
    if narrow.arm:
        query = query.where(literal_column("a.arm") == narrow.arm)
    if members is not None:
        query = query.where(_column("customer_id").in_(members))
    return query
