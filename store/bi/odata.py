"""Rows of a view as OData asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncSession

from domain.odata import Compared, Filter, Joined, Negated, OneOf, Test, TextTest
from store.bi.contract import SCHEMA, BiView

_SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


@dataclass(frozen=True)
class RowQuestion:
    """Which rows of a view, and what of them.

    `after` is the key of the last row of the page before, as text: pages go by keys, so that none has a row twice.
    """

    view: BiView
    columns: Sequence[str]
    where: Filter | None = None
    after: str | None = None
    order: Sequence[tuple[str, bool]] = ()
    """(column, whether descending); nothing: by the key."""
    skip: int = 0
    limit: int = 1_000


async def rows(session: AsyncSession, asked: RowQuestion) -> list[tuple[str, str]]:
    """(key as text, the row as JSON) in their order."""
    key = sql.Identifier(asked.view.key.name)
    tests = [_condition(asked.where)] if asked.where else []
    if asked.after is not None:
        tests.append(sql.SQL("{} > {}::{}").format(key, sql.Literal(asked.after), sql.SQL(asked.view.key.type)))
    order = [sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL("DESC NULLS LAST" if down else "ASC NULLS FIRST"))
             for c, down in asked.order]  # fmt: skip
    # the order of texts must be the one in which "after" compares them: the database's own
    query = sql.SQL("""
        SELECT {key}::text, row_to_json((SELECT s FROM (SELECT {columns}) AS s))::text
          FROM {view} AS t WHERE {tests} ORDER BY {order} OFFSET {skip} LIMIT {limit}
    """).format(
        key=key,
        columns=sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(each)) for each in asked.columns),
        view=sql.Identifier(SCHEMA, asked.view.name),
        tests=sql.SQL(" AND ").join(tests) if tests else sql.SQL("true"),
        order=sql.SQL(", ").join([*order, key]),
        skip=sql.Literal(asked.skip),
        limit=sql.Literal(asked.limit),
    )
    return [(row[0], row[1]) for row in await _ask(session, query)]


async def count(session: AsyncSession, view: BiView, where: Filter | None) -> int:
    """How many rows there are."""
    test = _condition(where) if where else sql.SQL("true")
    query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(SCHEMA, view.name), test)
    return int((await _ask(session, query))[0][0])


async def _ask(session: AsyncSession, query: sql.Composed) -> list[tuple]:  # type: ignore[type-arg]
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    async with driver.cursor() as cursor:  # type: ignore[union-attr]
        await cursor.execute(query)
        return list(await cursor.fetchall())


def _condition(asked: Filter) -> sql.Composed:
    match asked:
        case Compared(column, how, None):
            return sql.SQL("{} IS {}").format(sql.Identifier(column), sql.SQL("NULL" if how == "eq" else "NOT NULL"))
        case Compared(column, "ne", value):
            return sql.SQL("{} IS DISTINCT FROM {}").format(sql.Identifier(column), sql.Literal(value))
        case Compared(column, how, value):
            return sql.SQL("{} {} {}").format(sql.Identifier(column), sql.SQL(_SIGNS[how]), sql.Literal(value))
        case OneOf(column, values):
            given = sql.SQL(", ").join(sql.Literal(value) for value in values)
            return sql.SQL("{} IN ({})").format(sql.Identifier(column), given)
        case TextTest(column, how, value):
            return _text_test(column, how, value)
        case Negated(part):
            return sql.SQL("coalesce(NOT ({}), true)").format(_condition(part))
        case Joined("and", left, right):
            return sql.SQL("(({}) AND ({}))").format(_condition(left), _condition(right))
        case Joined(_, left, right):
            return sql.SQL("(({}) OR ({}))").format(_condition(left), _condition(right))


def _text_test(column: str, how: Test, value: str) -> sql.Composed:
    name, given = sql.Identifier(column), sql.Literal(value)
    match how:
        case "startswith":
            return sql.SQL("starts_with({}, {})").format(name, given)
        case "endswith":
            return sql.SQL("right({}, length({})) = {}").format(name, given, given)
        case "contains":
            return sql.SQL("position({} in {}) > 0").format(given, name)
