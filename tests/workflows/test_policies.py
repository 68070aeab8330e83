"""Time-outs that hold only together."""

from datetime import timedelta

from sqlalchemy import AsyncAdaptedQueuePool

from providers.transport import CALL_SECONDS, QUEUE_SECONDS
from store.database.engine import POOL_SECONDS, Database
from workflows.policies import SEND_TIMEOUT


def test_a_send_is_not_begun_again_while_the_first_attempt_may_still_be_at_the_provider():
    # a connection for the reservation, the queue, the call, a connection for the answer; the rest is for statements
    waits = timedelta(seconds=2 * POOL_SECONDS + QUEUE_SECONDS + CALL_SECONDS)
    assert timedelta(seconds=15) <= SEND_TIMEOUT - waits


async def test_the_pool_waits_no_longer_than_it_says(database: Database):
    pool = database.engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)
    assert pool.timeout() == POOL_SECONDS
