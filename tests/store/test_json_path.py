"""Postgres and Python agree on every property test."""

import json

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.conditions import Operator, PropertyTest
from domain.errors import InvalidError
from domain.matching import passes
from store.conditions.json_path import json_path

TEXTS = st.sampled_from(
    [
        *("", "a", "ab", "b.*", 'q"\\', "é", "\U0001f600", "\uffee", "a\nb", "true", "null"),
        *("0", "12", "012", "12.0", "-1.50", "1e3", "9007199254740993", "0.1", "-0"),
        *("2026-11-22", "2026-11-22T00:00:00Z", "2026-11-22 02:00:00.5+02:00", "2026-02-31", "2026-11-22T10:00"),
    ]
) | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4)
NUMBERS = (
    st.sampled_from([0, 1, 12, -1.5, 0.1, 1e23, 10**23, 1e-7, 9007199254740993, 9007199254740992.0, -0.0])
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
)
SCALARS = st.booleans() | NUMBERS | TEXTS
KEYS = st.sampled_from(["a", "b", 'k"$', "é"])
VALUES = st.recursive(
    SCALARS | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)
PATHS = st.lists(KEYS, min_size=1, max_size=3).map(".".join)
UNARY, LISTS = [Operator.EXISTS, Operator.MISSING], [Operator.IN, Operator.NOT_IN]
OTHERS = [op for op in Operator if op not in {*UNARY, *LISTS, Operator.ANNIVERSARY}]
TESTS = (
    st.builds(PropertyTest, property=PATHS, op=st.sampled_from(UNARY))
    | st.builds(PropertyTest, property=PATHS, op=st.sampled_from(LISTS), value=st.lists(SCALARS, max_size=3))
    | st.builds(PropertyTest, property=PATHS, op=st.sampled_from(OTHERS), value=SCALARS)
    | st.builds(PropertyTest, property=PATHS, op=st.just(Operator.EQ), value=st.just({"ref": "coupon.KNOWN"}))
    | st.builds(PropertyTest, property=PATHS, op=st.just(Operator.NE), value=st.just({"ref": "coupon.UNKNOWN"}))
)
REFS = {"coupon.KNOWN": "ab"}


@pytest.fixture(scope="module")
def connection(postgres_url):
    with psycopg.connect(postgres_url, autocommit=True, options="-c timezone=UTC") as opened:
        yield opened


def _in_sql(connection, tests, document):
    query = "SELECT jsonb_path_exists_tz(%s::jsonb, %s::jsonpath)"
    return connection.execute(query, (json.dumps(document), json_path(tests, REFS))).fetchone()[0]


@settings(deadline=None)
@given(document=DOCUMENTS, tests=st.lists(TESTS, max_size=3))
def test_any_document(connection, document, tests):
    assert _in_sql(connection, tests, document) is passes(tests, document, REFS)


@settings(deadline=None)
@given(found=VALUES, test=TESTS)
def test_a_value_that_the_path_finds(connection, found, test):
    """Random paths seldom lead anywhere: put the value where the test looks for it, lists on the way."""
    document = found
    for key in reversed(test.property.split(".")):
        document = {key: document}
    for shape in (document, {key: [value, None] for key, value in document.items()}):
        assert _in_sql(connection, [test], shape) is passes([test], shape, REFS)


def test_nul_is_refused_before_it_reaches_the_database():
    with pytest.raises(InvalidError, match="NUL"):
        json_path([PropertyTest(property="a", op="eq", value="\0")], {})
