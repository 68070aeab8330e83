"""The one SQL builder of funnels: a row an event, marked with the steps that it counts for, then one layer a step.

The layer of step k holds, for each row, the latest start from which the row is reached as step k. A later start leaves
more of the window, so that nothing is lost by keeping the latest only. Instants are whole microseconds of the epoch.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, ColumnElement, Subquery, Uuid, column, literal_column, select, text
from sqlalchemy.sql.selectable import CTE, FromClause, Select
from sqlmodel import col

from domain.reports.funnel import EventStep, Funnel, FunnelOrder, FunnelPeriod, FunnelStep, NodeStep, may_coincide, what
from models import Customer
from store.conditions.json_path import json_path

SECOND = 1_000_000
"""Microseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVENTS = """
    SELECT customer_id, (extract(epoch FROM occurred_at) * 1000000)::bigint AS at, id, {marks}
      FROM events WHERE name = :{name} AND occurred_at >= :since AND occurred_at <= :last {known} {some}
"""
_NODES = """
    SELECT j.customer_id, (extract(epoch FROM s.entered_at) * 1000000)::bigint AS at,
           md5(j.id::text || '/' || s.seq)::uuid AS id, {marks}
      FROM journeys j JOIN journey_steps s ON s.journey_id = j.id
     WHERE j.campaign_id = :{campaign} AND s.node_id = :{node}
       AND s.entered_at >= :since AND s.entered_at <= :last {known}
"""


class _Marked(NamedTuple):
    """A step, or what must not lie between (place -1)."""

    place: int
    step: FunnelStep


def seen(funnel: Funnel, period: FunnelPeriod, *, time_scale: float = 1.0) -> CTE:
    """Every row that the funnel looks at: customer_id, at, id, m0 ... (counts for that step), x (must not lie between).

    Args:
        funnel: the question.
        period: when the first step lies.
        time_scale: real seconds of a second of the business clock.

    """
    marked = [_Marked(place, step) for place, step in enumerate(funnel.steps)]
    marked += [_Marked(-1, step) for step in funnel.without]
    alike: defaultdict[tuple[str, ...], list[_Marked]] = defaultdict(list)
    for each in marked:
        alike[what(each.step)].append(each)
    span = timedelta(microseconds=micros(funnel.window_seconds, time_scale))
    values: dict[str, Any] = {"since": period.since, "last": period.until + span}
    if period.as_of is not None:
        values["as_of"] = period.as_of
    parts = [
        _part(index, group, len(funnel.steps), values, as_of=period.as_of is not None)
        for index, group in enumerate(alike.values())
    ]
    names = [f"m{place}" for place in range(len(funnel.steps))]
    columns: list[ColumnElement[Any]] = [
        column("customer_id", Uuid()),
        column("at", BigInteger()),
        column("id", Uuid()),
    ]
    columns += [column(name, Boolean()) for name in (*names, "x")]
    return text(" UNION ALL ".join(parts)).bindparams(**values).columns(*columns).cte("seen")


def _part(index: int, group: Sequence[_Marked], steps: int, values: dict[str, Any], *, as_of: bool) -> str:
    """The rows of one event's name or one node, read once whatever number of steps it is."""
    tests = dict.fromkeys((*range(steps), -1), "false")
    for number, (place, step) in enumerate(group):
        if isinstance(step, NodeStep) or not step.where:
            tests[place] = "true"
            continue
        name = f"path{index}_{number}"
        values[name] = json_path(step.where, {})
        # the test is asked once a row: what is found is kept as the row's mark
        one = f"jsonb_path_exists_tz(properties, CAST(:{name} AS jsonpath))"
        tests[place] = one if tests[place] == "false" else f"({tests[place]} OR {one})"
    marks = ", ".join(f"{test} AS {'x' if place < 0 else f'm{place}'}" for place, test in tests.items())
    first = group[0].step
    if isinstance(first, EventStep):
        values[f"name{index}"] = first.event
        asked = [test for test in tests.values() if test != "false"]
        some = "" if "true" in asked else f"AND ({' OR '.join(asked)})"
        known = "AND received_at <= :as_of" if as_of else ""
        return _EVENTS.format(marks=marks, name=f"name{index}", known=known, some=some)
    values[f"campaign{index}"], values[f"node{index}"] = first.campaign_id, first.node_id
    known = "AND s.entered_at <= :as_of" if as_of else ""
    return _NODES.format(marks=marks, campaign=f"campaign{index}", node=f"node{index}", known=known)


def micros(seconds: float, time_scale: float) -> int:
    """A length of the business clock in microseconds, at least one."""
    return max(round(seconds * SECOND * time_scale), 1)


def narrowed(rows: CTE, condition: ColumnElement[bool] | None, group: ColumnElement[Any] | None) -> CTE:
    """The rows of customers who are still there and meet the condition, with the group that each belongs to."""
    label = (group if group is not None else literal_column("''")).label("label")
    query = select(*rows.c, label).join(Customer, col(Customer.id) == rows.c.customer_id)
    query = query.where(col(Customer.erased_at).is_(None))
    return (query if condition is None else query.where(condition)).cte("narrowed")


def by_customer(
    funnel: Funnel, period: FunnelPeriod, rows: CTE, *, time_scale: float = 1.0
) -> Select[*tuple[Any, ...]]:
    """A row a customer who took the first step: customer_id, label; of each step r (reached), t, d.

    `t0` ... are the shortest times from the first step, `d0` ... the last moment at which the next step counted yet; in
    microseconds. Of steps in any order there are no times.
    """
    spans = [micros(step.within_seconds or funnel.window_seconds, time_scale) for step in funnel.steps]
    whole = micros(funnel.window_seconds, time_scale)
    spans = [min(span, whole) for span in spans]
    marks = [f"m{place}" for place in range(len(funnel.steps))]
    grouped = _parted(rows, marks, excluding=bool(funnel.without))
    in_period = f"at >= {_instant(period.since)} AND at < {_instant(period.until)}"
    if funnel.order is FunnelOrder.ANY:
        return _any_order(grouped, marks, whole, in_period)
    first = " ".join(f"WHEN {mark} THEN {place}" for place, mark in enumerate(marks))
    layers: FromClause = _with(grouped, f"CASE WHEN m0 AND {in_period} THEN at END AS s0", f"CASE {first} END AS first")
    for place in range(1, len(marks)):
        before = _strictly(place, spans) if funnel.order is FunnelOrder.STRICT else _earlier(funnel, place, spans)
        layers = _with(layers, f"{before} AS p{place}")
        layers = _with(layers, f"CASE WHEN m{place} AND at - p{place} <= {whole} THEN p{place} END AS s{place}")
    facts = []
    for place in range(len(marks)):
        following = spans[place + 1] if place + 1 < len(marks) else 0
        facts += [
            f"bool_or(s{place} IS NOT NULL) AS r{place}",
            f"min(at - s{place}) AS t{place}",
            f"max(least(at + {following}, s{place} + {whole})) FILTER (WHERE s{place} IS NOT NULL) AS d{place}",
        ]
    return _per_customer(layers, facts, "bool_or(s0 IS NOT NULL)")


def _instant(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _parted(rows: CTE, marks: Sequence[str], *, excluding: bool) -> FromClause:
    """Rows that count for a step, in parts: no chain goes from one part, which ends at an exclusion, into the next."""
    if not excluding:
        return _with(rows, "0 AS part")
    parts = _with(rows, "count(*) FILTER (WHERE x) OVER (PARTITION BY customer_id ORDER BY at) AS part")
    return select(literal_column("*")).select_from(parts).where(text(" OR ".join(marks))).subquery()


def _with(table: FromClause, *further: str) -> Subquery:
    return select(literal_column(", ".join(("*", *further)))).select_from(table).subquery()


def _earlier(funnel: Funnel, place: int, spans: Sequence[int]) -> str:
    end = "CURRENT ROW" if may_coincide(funnel.steps, place) else "1 PRECEDING"
    return (
        f"max(s{place - 1}) OVER (PARTITION BY customer_id, part ORDER BY at"
        f" RANGE BETWEEN {spans[place]} PRECEDING AND {end})"
    )


def _strictly(place: int, spans: Sequence[int]) -> str:
    over = "OVER (PARTITION BY customer_id, part ORDER BY at, first, id)"
    return f"CASE WHEN at - lag(at) {over} <= {spans[place]} THEN lag(s{place - 1}) {over} END"


def _any_order(rows: FromClause, marks: Sequence[str], whole: int, in_period: str) -> Select[*tuple[Any, ...]]:
    over = f"OVER (PARTITION BY customer_id, part ORDER BY at RANGE BETWEEN CURRENT ROW AND {whole} FOLLOWING)"
    count = " + ".join(f"(bool_or({mark}) {over})::int" for mark in marks)
    counted = _with(rows, f"{count} AS steps", f"({in_period}) AS starts")
    facts = []
    for place in range(len(marks)):
        reached = f"coalesce(max(steps) FILTER (WHERE starts), 0) > {place}"
        facts += [f"{reached} AS r{place}", f"NULL::bigint AS t{place}"]
        facts += [f"max(at + {whole}) FILTER (WHERE starts) AS d{place}"]
    return _per_customer(counted, facts, "bool_or(starts)")


def _per_customer(rows: FromClause, facts: Sequence[str], having: str) -> Select[*tuple[Any, ...]]:
    grouped: Select[*tuple[Any, ...]] = select(
        literal_column("customer_id", Uuid()), literal_column("label"), *map(literal_column, facts)
    )
    return grouped.select_from(rows).group_by(text("customer_id"), text("label")).having(text(having))
