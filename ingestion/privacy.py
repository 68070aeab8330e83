"""The right to know, and the right to be forgotten."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import ExitReason
from models import Erasure
from store.campaigns import failures, outbox
from store.campaigns.outbox import OutboxMessage
from store.customers import merges, privacy
from store.customers.identities import erased_hash


async def erase(session: AsyncSession, customer_id: UUID, external_id: str | None, *, by: str) -> Erasure:
    """Erase a customer: their journeys end, what says who they were is removed everywhere, a proof stays.

    The caller commits. From then on nothing is sent to them: every send locks the customer first and asks.

    Raises:
        NotFoundError: the customer is not there any more.

    """
    await merges.begin_going(session)
    if not await privacy.lock_for_erasure(session, customer_id):
        raise NotFoundError(sentence("customer_gone"))
    await failures.end(session, ExitReason.ERASED, sentence("customer_erased"), customer_id=customer_id)
    journeys = await privacy.open_journeys(session, customer_id)
    words = await privacy.known_words(session, customer_id)
    names = await privacy.names_known(session, customer_id)
    removed = await privacy.erase(session, customer_id, words)
    erasure_id = uuid4()
    # Their workflows ask where they stand, and are told that the customer was erased.
    notes = [
        OutboxMessage("signal_journey", id_, workflow, {"id": f"erasure:{erasure_id}"}) for id_, workflow in journeys
    ]
    await outbox.add(session, notes)
    proof = Erasure(
        id=erasure_id,
        former_id=customer_id,
        subject_hash=erased_hash(external_id or str(customer_id)),
        removed=removed | {"journeys_ended": len(journeys)},
        requested_by=by,
    )
    return await privacy.prove(session, proof, [erased_hash(name) for name in names])
