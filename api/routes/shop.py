"""The shop's own settings."""

from fastapi import APIRouter

from api.dependencies import Operator, Transaction, Viewer
from api.problems import responses
from api.schemas.shop import ShopBody, ShopView
from api.strict_json import StrictRoute
from models import ShopSettings
from store.shop import settings

router = APIRouter(prefix="/shop", tags=["shop"], route_class=StrictRoute)


@router.get("", dependencies=[Viewer], responses=responses(401, 403))
async def get_shop(session: Transaction) -> ShopView:
    """The shop's currency, and what messages cost."""
    return _view(await settings.read(session))


@router.put("", dependencies=[Operator], responses=responses(401, 403, 409, 413, 422))
async def save_shop(body: ShopBody, session: Transaction) -> ShopView:
    """Set the shop's currency, and what messages cost. Nothing is converted: sums of `revenue` are in it from now on.

    Profiles follow with their next order: what they spent in it becomes their `revenue`, the rest is in
    `other_revenue`.
    """
    costs = (
        None if body.message_costs is None else {channel.value: cost for channel, cost in body.message_costs.items()}
    )
    return _view(await settings.save(session, body.currency, body.revision, message_costs=costs))


def _view(row: ShopSettings) -> ShopView:
    view = ShopView.model_validate(row)
    return view.model_copy(update={"currencies": sorted(filter(None, row.currencies))})
