"""What the relay does with the outbox rows of promotions."""

from ingestion.promotions import events, order_redemption
from ingestion.promotions.offers import PromotionCatalog
from store.campaigns.outbox import OutboxMessage
from store.database.engine import Database


class PromotionNotes:
    """Made by the composition root; `tell` may be repeated."""

    def __init__(self, database: Database, *, time_scale: float = 1.0) -> None:
        self._database = database
        self._catalog = PromotionCatalog()
        self._time_scale = time_scale

    async def tell(self, note: OutboxMessage) -> None:
        """Make events of what happened to an order, or redeem the order of an event."""
        if note.kind == "redeem_order":
            await order_redemption.redeem_event(self._database, self._catalog, note)
        else:
            await events.tell(self._database, note, time_scale=self._time_scale)
