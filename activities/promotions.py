"""What the workflow of an order's promotions asks of its row."""

from datetime import UTC, datetime

from temporalio import activity

from activities.services import WorkerServices
from ingestion.promotions import orders
from workflows.contracts import END_RESERVATION, PromotionOrderInput, ReservationState


class PromotionActivities:
    """May be repeated at any time: what was given back is not given back again."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services

    @activity.defn(name=END_RESERVATION)
    async def end_reservation(self, input: PromotionOrderInput) -> ReservationState:
        """Give back what is reserved, if its time is over; else until when it is."""
        async with self._services.database.transaction() as session:
            until = await orders.end_reservation(session, input.order_key, datetime.now(UTC))
        return ReservationState(until=until)
