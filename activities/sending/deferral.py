"""A message over a limit: it waits for its moment, is left out, or ends the journey, as its campaign says.

A message that waits is `deferred` in the ledger, and its journey is in a durable wait of the same step. When the timer
ends, the send is tried again from the beginning: consent, suppression and limits are asked anew.
"""

from typing import Any

from activities.journey_run import JourneyRun
from activities.sending import ledger
from activities.sending.ledger import message_id_of, send_of
from activities.sending.limits import Verdict
from domain.contact import OverLimit
from domain.i18n import Length, MomentParam, Sentence, sentence
from domain.limits import LimitViolation, consequence
from domain.scheduling import business_time
from domain.vocabulary import BlockReason, ExitReason, MessageState
from models import Message
from store.messages.messages import because
from workflows.contracts import Decision, Wait


async def over_limit(walk: JourneyRun, found: Message | None, verdict: Verdict) -> Decision:
    """Put the message off, leave it out, or end the journey."""
    choice, why = _choice(walk, found, verdict)
    if choice == "defer":
        return await _put_off(walk, found, verdict)
    if choice == "skip":
        return await ledger.not_sent(walk, found, MessageState.SKIPPED, why, verdict.hit.by)
    values = {"state": MessageState.SKIPPED.value, "skip_reason": verdict.hit.by}
    await ledger.put(walk, found, values | because(why))
    return await walk.end(ExitReason.OVER_LIMIT, sentence("not_sent", why=why), _details(walk, verdict))


def _choice(walk: JourneyRun, found: Message | None, verdict: Verdict) -> tuple[OverLimit, Sentence]:
    """What is to be done, and why, in words. A message that can't wait is left out."""
    hit, limits = verdict.hit, walk.version.settings.limits
    since = verdict.at
    if found is not None:
        scale = walk.services.settings.time_scale
        since = business_time(found.reserved_at, walk.now, scale, as_of=verdict.at)
    wanted = send_of(walk).data.over_limit or limits.over_limit
    chosen = consequence(hit, wanted, limits.defer_up_to, since)
    waits = hit.by is BlockReason.QUIET_HOURS or wanted == "defer"
    if waits and chosen == "skip" and hit.not_before is not None:
        return chosen, sentence("would_wait_too_long", why=hit.why, length=Length.of(limits.defer_up_to))
    return chosen, hit.why


async def _put_off(walk: JourneyRun, found: Message | None, verdict: Verdict) -> Decision:
    hit = verdict.hit
    assert hit.not_before is not None
    until = walk.now + (hit.not_before - verdict.at) * walk.services.settings.time_scale
    moment = MomentParam(hit.not_before, verdict.zone, verdict.at)
    words = sentence("put_off_until", why=hit.why, moment=moment)
    values = {
        "state": MessageState.DEFERRED.value,
        "deferral_reason": hit.by,
        "not_before": hit.not_before,
        "first_offered_at": None,  # the time till then is no refusal of the provider's
    }
    await ledger.put(walk, found, values | because(hit.why))
    node = send_of(walk)
    wait = Wait(node=node.id, seq=walk.journey.seq, until=until, label=node.data.label or node.id)
    return await walk.put_off(wait, words, {"put_off": _said(hit)})


def _details(walk: JourneyRun, verdict: Verdict) -> dict[str, Any]:
    return {"message_id": str(message_id_of(walk)), "over_limit": _said(verdict.hit)}


def _said(hit: LimitViolation) -> dict[str, Any]:
    return {"by": hit.by.value, "until": hit.not_before.isoformat() if hit.not_before else None, "why": str(hit.why)}
