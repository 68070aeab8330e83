"""With a key, Temporal stores nothing that can be read: not ids, not labels, not errors."""

import base64

import pytest
from pydantic import SecretStr
from temporalio.client import Client

from config.temporal import connect
from providers.base import TransientError
from tests.journey_driver import World, readable
from tests.workflows.test_history_size import path

KEY = SecretStr(base64.b64encode(bytes(range(32))).decode())


@pytest.mark.parametrize("encrypted", [True, False])
async def test_history_can_be_read_by_nobody_else(
    world: World, temporal_client: Client, temporal_address: str, encrypted: bool
):
    world.settings = world.settings.model_copy(
        update={"temporal_address": temporal_address, "payload_keys": [KEY] if encrypted else [], "time_scale": 1e-6}
    )
    world.services.settings = world.settings
    world.providers.provider.script = [TransientError("the provider said something secret")]
    client = await connect(world.settings)
    async with world.workers(client):
        campaign_id = await world.campaign(path(silent=True))
        journey_id = await world.journey(campaign_id, await world.customer())
        handle = await world.start(client, journey_id)
        assert (await handle.result()).reason == "completed"
        # without codec: as the server has it
        stored = readable((await temporal_client.get_workflow_handle(handle.id).fetch_history()).to_json())
    for plain in (str(journey_id), "two_days", '"next":'):
        assert (plain in stored) is not encrypted, plain
