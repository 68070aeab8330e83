"""Who is calling, and what this installation can do: what an app asks first."""

from fastapi import APIRouter
from pydantic import Field

from api.dependencies import CallerDep, ServicesDep
from api.problems import responses
from api.schemas.base import View
from domain.vocabulary import Channel, Role

router = APIRouter(tags=["keys"])


class MeView(View):
    """The caller's key, and the installation."""

    name: str = Field(description="The key's name.")
    role: Role
    channels: list[Channel] = Field(description="Channels that have a provider.")
    temporal_ui_url: str
    sandbox: bool = Field(description="Whether a provider sandbox takes the messages here.")
    time_scale: float = Field(description="Real seconds per business second: 1 except in a demo.")


@router.get("/me", responses=responses(401))
async def get_me(caller: CallerDep, services: ServicesDep) -> MeView:
    """The key that is used, its role, and the channels that messages can be sent on."""
    return MeView(
        name=caller.name,
        role=caller.role,
        channels=[channel for channel in Channel if channel in services.providers.channels],
        temporal_ui_url=services.settings.temporal_ui_url,
        sandbox=bool(services.settings.sandbox_url),
        time_scale=services.settings.time_scale,
    )
