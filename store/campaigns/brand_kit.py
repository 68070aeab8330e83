"""The brand kit of the installation: one row, or none."""

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.email_document import BrandKit
from domain.errors import RevisionConflictError
from domain.i18n import sentence
from models import BrandKitRow

_ONLY = 1


async def read(session: AsyncSession) -> BrandKitRow:
    """The row; before anybody saved one, revision 0 of an empty kit."""
    found = await session.get(BrandKitRow, _ONLY)
    return found or BrandKitRow(id=_ONLY, kit=BrandKit().model_dump(mode="json"), revision=0)


async def kit(session: AsyncSession) -> BrandKit:
    """The kit itself."""
    return BrandKit.model_validate((await read(session)).kit)


async def save(session: AsyncSession, changed: BrandKit, revision: int) -> BrandKitRow:
    """Replace the kit that was read as `revision`.

    Raises:
        RevisionConflictError: somebody saved another since.

    """
    values = {"kit": changed.model_dump(mode="json"), "revision": revision + 1, "updated_at": func.now()}
    if revision == 0:
        statement = insert(BrandKitRow).values(id=_ONLY, **values).on_conflict_do_nothing()
        saved = (await session.scalars(statement.returning(BrandKitRow))).one_or_none()
    else:
        change = update(BrandKitRow).where(col(BrandKitRow.revision) == revision).values(**values)
        saved = (await session.scalars(change.returning(BrandKitRow))).one_or_none()
    if saved is None:
        raise RevisionConflictError(sentence("brand_kit_revised"), revision=(await read(session)).revision)
    return saved
