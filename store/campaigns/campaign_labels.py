"""Folders and tags of campaigns: what the list is sorted into. They change nothing that a campaign does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidError, NotFoundError
from domain.i18n import sentence
from models import Campaign

MAX_TAGS = 20
"""Tags of one campaign."""


@dataclass(frozen=True)
class LabelChange:
    """What is to change.

    Attributes:
        add_tags: tags that they all get.
        remove_tags: tags that they all lose; one that is also added stays.
        move: whether they change their folder.
        folder: where to; None: out of any folder.

    """

    add_tags: Collection[str] = ()
    remove_tags: Collection[str] = ()
    move: bool = False
    folder: str | None = None


async def change(session: AsyncSession, slugs: Sequence[str], wanted: LabelChange) -> Sequence[Campaign]:
    """Change the labels of several campaigns: of all of them, or of none. Their revision stays.

    Raises:
        NotFoundError: there is no campaign of one of these slugs.
        InvalidError: a campaign would have more than `MAX_TAGS` tags.

    """
    query = select(Campaign).where(col(Campaign.slug).in_(slugs)).order_by(col(Campaign.id)).with_for_update()
    found = (await session.scalars(query)).all()
    missing = set(slugs) - {campaign.slug for campaign in found}
    if missing:
        raise NotFoundError(sentence("no_campaign", slug=min(missing)))
    for campaign in found:
        campaign.tags = sorted((set(campaign.tags) - set(wanted.remove_tags)) | set(wanted.add_tags), key=str.casefold)
        if len(campaign.tags) > MAX_TAGS:
            message = f"{campaign.slug} would have {len(campaign.tags)} tags, and may have {MAX_TAGS}"
            raise InvalidError(message, errors=[{"path": "/add_tags", "message": message}])
        if wanted.move:
            campaign.folder = wanted.folder
    await session.flush()
    return found
