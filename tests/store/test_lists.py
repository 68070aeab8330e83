"""Arrays as Postgres spells them: whatever they hold comes back."""

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from store.database.engine import Database
from store.events.events import id_list, text_list

# what Postgres keeps as text: anything but NUL and lone surrogates
TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
ODD = ["", "NULL", "null", '"', "\\", '\\"', "a,b", "{}", "{a}", " a ", "\n\t", "çelik 🎁"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=st.lists(TEXTS | st.sampled_from(ODD) | st.none(), max_size=20))
async def test_texts_come_back_as_they_were(shared_database: Database, values: list[str | None]) -> None:
    async with shared_database.transaction() as session:
        assert await session.scalar(text("SELECT CAST(:given AS text[])"), {"given": text_list(values)}) == values


async def test_ids_come_back_as_they_were(shared_database: Database) -> None:
    ids = [uuid4() for _ in range(3)]
    async with shared_database.transaction() as session:
        assert await session.scalar(text("SELECT CAST(:given AS uuid[])"), {"given": id_list(ids)}) == ids
        assert await session.scalar(text("SELECT CAST(:given AS uuid[])"), {"given": id_list([])}) == []
