"""An example campaign, published in a test's world."""

from uuid import UUID, uuid4

from domain.flow import Flow
from models import Segment
from stack import examples
from tests.journey_driver import World


async def put(world: World, name: str) -> UUID:
    """The example, published in this world."""
    example = examples.read(name, await world.services.clock.now())
    template_ids = {template["name"]: str(uuid4()) for template in example.templates}
    segment_ids = {segment["name"]: str(uuid4()) for segment in example.segments}
    async with world.database.transaction() as session:
        for segment in example.segments:
            session.add(Segment(id=UUID(segment_ids[segment["name"]]), **segment))
    drawn = Flow.model_validate(example.flow_with(template_ids, segment_ids))
    templates = {template_ids[template["name"]]: template["content"] for template in example.templates}
    return await world.campaign(drawn, slug=example.campaign["slug"], templates=templates)
