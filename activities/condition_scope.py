"""What a journey's conditions are asked against."""

from activities.journey_run import JourneyRun
from domain.scheduling import customer_zone
from store.conditions.scope import JourneyScope, Scope


def scope_of(walk: JourneyRun) -> Scope:
    """The moment, the journey, and the customer's calendar.

    The time scale stays out of it: a customer's past is calendar time, in a demo too; only waits are shortened.
    """
    journey = walk.journey
    started = journey.started_at or walk.now
    zone, _ = customer_zone(walk.customer.timezone, walk.version.settings.timezone)
    return Scope(
        now=walk.now,
        timezone=zone,
        journey=JourneyScope(
            journey_id=journey.id,
            started_at=started,
            trigger=journey.trigger,
            trigger_at=started if journey.trigger_event_id is not None else None,
            coupons=journey.coupons,
        ),
    )
