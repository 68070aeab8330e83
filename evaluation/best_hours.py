"""Best hours on The Complete Journey: learned as the product learns them, judged on the four weeks after."""

import json

import numpy as np
import pandas as pd

from domain.send_time import DAY, HOURS, HourlyProfile, shrink
from evaluation.figures import Figure
from intelligence.evaluation_metrics import Interval, Numbers
from intelligence.ope_estimators import mean_by_customer
from intelligence.send_time_model import Visits, learn_weeks
from store.intelligence.activity_hours import KEPT, LATER

LEAST_GAIN = 1e-9
"""More than nothing."""
_DAYS = HOURS // DAY
_WEEKS = LATER / pd.Timedelta(weeks=1)


def best_hours(baskets: pd.DataFrame, moments: pd.DatetimeIndex) -> dict[str, Figure]:
    """What is gained by asking each household at its own best hour of each day.

    Args:
        baskets: `household_id` and `local_timestamp`, one row a purchase.
        moments: when it is asked: learned from the months before, judged on the four weeks after.

    """
    hour = baskets["local_timestamp"].dt.floor("h")
    visits = baskets.assign(hour=hour).drop_duplicates(["household_id", "hour"])
    asked = [_asked(visits, moment) for moment in moments]
    who = np.concatenate([households for households, _ in asked])
    hits = {name: np.concatenate([found[name] for _, found in asked]) for name in ("own", "everyone", "raw")}
    number = pd.factorize(who)[0]

    def of(values: Numbers) -> Interval:
        return mean_by_customer(values, number)

    return {
        "hour.model": Figure.of("best hour of each day: visits a week that meet it, the model", of(hits["own"])),
        "hour.same": Figure.of("best hour of each day: the same for everybody", of(hits["everyone"])),
        "hour.own_rate": Figure.of("best hour of each day: each their own raw rate", of(hits["raw"])),
        "hour.gain_over_same": Figure.of(
            "best hour of each day: gained over the best for everybody",
            of(hits["own"] - hits["everyone"]),
            least=LEAST_GAIN,
        ),
        "hour.gain_over_own_rate": Figure.of(
            "best hour of each day: gained over each their own raw rate",
            of(hits["own"] - hits["raw"]),
            least=LEAST_GAIN,
        ),
    }


def _asked(visits: pd.DataFrame, moment: pd.Timestamp) -> tuple[Numbers, dict[str, Numbers]]:
    """Households seen before and after, and their visits a week at the hours chosen for them, by who chose."""
    households = np.sort(visits["household_id"].unique())

    def seen(since: pd.Timestamp, until: pd.Timestamp) -> Numbers:
        return _counts(visits[(visits["hour"] >= since) & (visits["hour"] < until)], households)

    start, last = moment - KEPT, moment - LATER
    nobody_alike = np.full(len(households), -1, dtype=np.intp)
    learned = learn_weeks(Visits(seen(start, last), seen(last, moment), nobody_alike)).winner
    if learned is None:
        raise ValueError(f"no hours were learned before {moment:%Y-%m-%d}")
    habits = HourlyProfile(**json.loads(learned.artifact))
    before, after = seen(start, moment), seen(moment, moment + LATER)
    both = (before.sum(axis=1) > 0) & (after.sum(axis=1) > 0)
    before, after = before[both], after[both]
    everyone = np.tile(habits.everyone, (len(before), 1))
    own = (
        np.array([shrink(row, habits.everyone, habits.day_strengths, habits.week_strength) for row in before])
        if habits.personal
        else everyone
    )
    chosen = {"own": own, "everyone": everyone, "raw": before}
    return households[both], {name: _met(shares, after) for name, shares in chosen.items()}


def _counts(visits: pd.DataFrame, households: Numbers) -> Numbers:
    counts = np.zeros((len(households), HOURS))
    slot = visits["hour"].dt.dayofweek * DAY + visits["hour"].dt.hour
    np.add.at(counts, (np.searchsorted(households, visits["household_id"]), slot), 1)
    return counts


def _met(shares: Numbers, after: Numbers) -> Numbers:
    """Visits a week in the hour of each day that has the largest share; the earlier of equals."""
    by_day = shares.reshape(len(shares), _DAYS, DAY).argmax(axis=2)
    met = np.take_along_axis(after.reshape(len(after), _DAYS, DAY), by_day[:, :, None], axis=2)
    return np.asarray(met.sum(axis=(1, 2)) / _WEEKS, dtype=np.float64)
