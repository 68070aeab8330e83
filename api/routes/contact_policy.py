"""How often, and when, customers may be contacted: the limits of the whole installation."""

from fastapi import APIRouter

from api.dependencies import Operator, Transaction, Viewer
from api.problems import responses
from api.schemas.contact import PolicyBody, PolicyView
from api.strict_json import StrictRoute
from store.messages import contact_policy

router = APIRouter(prefix="/contact-policy", tags=["contact"], route_class=StrictRoute)


@router.get("", dependencies=[Viewer], responses=responses(401, 403))
async def get_contact_policy(session: Transaction) -> PolicyView:
    """The limits in force."""
    return PolicyView.model_validate(await contact_policy.read(session))


@router.put("", dependencies=[Operator], responses=responses(401, 403, 409, 413, 422))
async def save_contact_policy(body: PolicyBody, session: Transaction) -> PolicyView:
    """Replace the limits. Workers follow within seconds; messages already put off are judged anew at their moment."""
    return PolicyView.model_validate(await contact_policy.save(session, body.policy, body.revision))
