"""The installation's limits: one row, or none."""

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.contact import ContactPolicy
from domain.errors import RevisionConflictError
from domain.i18n import sentence
from models import ContactPolicyRow

_ONLY = 1


async def read(session: AsyncSession) -> ContactPolicyRow:
    """The row; before anybody saved one, revision 0 of no limits."""
    found = await session.get(ContactPolicyRow, _ONLY)
    return found or ContactPolicyRow(id=_ONLY, policy=ContactPolicy().model_dump(mode="json"), revision=0)


async def save(session: AsyncSession, policy: ContactPolicy, revision: int) -> ContactPolicyRow:
    """Replace the limits that were read as `revision`.

    Raises:
        RevisionConflictError: somebody saved others since.

    """
    values = {"policy": policy.model_dump(mode="json"), "revision": revision + 1, "updated_at": func.now()}
    if revision == 0:
        statement = insert(ContactPolicyRow).values(id=_ONLY, **values).on_conflict_do_nothing()
        saved = (await session.scalars(statement.returning(ContactPolicyRow))).one_or_none()
    else:
        change = update(ContactPolicyRow).where(col(ContactPolicyRow.revision) == revision).values(**values)
        saved = (await session.scalars(change.returning(ContactPolicyRow))).one_or_none()
    if saved is None:
        newest = (await read(session)).revision
        raise RevisionConflictError(sentence("limits_revised"), revision=newest)
    return saved
