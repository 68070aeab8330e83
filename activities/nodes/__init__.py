"""What entering each kind of node does."""

from collections.abc import Mapping

from activities.journey_run import Handler
from activities.nodes import calls, decisions, ends, profile, sends, waits

HANDLERS: Mapping[str, Handler] = {
    "send_email": sends.enter,
    "send_sms": sends.enter,
    "send_whatsapp": sends.enter,
    "send_push": sends.enter,
    "send_silent_push": sends.enter,
    "send_in_app": sends.enter,
    "http_call": calls.enter,
    "wait": waits.enter_wait,
    "wait_event": waits.enter_wait_event,
    "survey": waits.enter_wait_event,
    "check": decisions.check,
    "channel_split": decisions.channel_split,
    "random_split": decisions.random_split,
    "update_profile": profile.update_profile,
    "coupon": profile.give_coupon,
    "end": ends.end,
}
