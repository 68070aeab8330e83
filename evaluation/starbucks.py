"""Starbucks' simulated offers: the best channels and the best hour for each, against one rule for all."""

from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
import pandas as pd

from evaluation.figures import Figure, Section
from evaluation.sources import Sources
from intelligence.evaluation_metrics import Interval, Numbers
from intelligence.hour_mixture import HourMixtureModel
from intelligence.ope_estimators import Choices, Log, doubly_robust, inverse_propensity, mean_by_customer

CHANNELS = ("email", "mobile", "social", "web")
COSTS = (0.0, 0.05, 0.10)
"""What contacting someone on one channel costs, in views: of annoyance and money."""
LEADING = 0.05
LEAST_GAIN = 1e-6
"""Beating is more than equalling."""
LEARN_UNTIL = 400
"""Hours: the waves of offers before it teach, those after it ask."""
WEEK, SLOT = 168, 6
SHUFFLES = 999
OWN = 10
OWN_HOURS = 0.2
_PLANTED = "hours planted"
_TREES = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 200,
    "lambda_l2": 10.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
TREES = 200


@dataclass(frozen=True)
class Sends:
    """Offers received: the person, what was known of them, which set of channels, and whether they viewed it."""

    table: pd.DataFrame
    sets: tuple[frozenset[str], ...]
    propensity: Numbers

    def features(self, rows: pd.DataFrame, action: Choices) -> Numbers:
        """Of these sends, had they gone over these sets."""
        flags = np.array([[float(channel in each) for channel in CHANNELS] for each in self.sets])
        known = rows[["age", "income", "member_days", "female", "male", "received", "viewed_before"]]
        return np.column_stack([known.to_numpy(dtype=float), flags[action]])

    def sizes(self) -> Numbers:
        """How many channels each set has."""
        return np.array([float(len(each)) for each in self.sets])


def evaluate(sources: Sources) -> Section:
    """Measure both policies on waves and weeks that nothing was learned from."""
    tables, origin = sources.starbucks()
    transcript, people = tables["transcript"], _people(tables["profile"])
    figures = _channels(_sends(tables)) | _hours(transcript, people)
    planted = _hours(_with_own_hours(transcript), people)
    figures |= {
        f"planted_{key}": replace(planted[key], name=f"{_PLANTED}: {planted[key].name}")
        for key in ("hour.gain_over_same", "hour.gain_over_own_rate", "hour.own", "hour.kept", "hour.by_chance")
    }
    notes = [
        "Simulated by its makers. Offers were given out at random, ten alike; the set of channels belongs to the "
        "offer, so its probability is known, and its content comes with it.",
        f"Reward: the offer was viewed within its validity, less a cost for each channel used ({LEADING} views; 0 and "
        "0.10 beside).",
        "Best hour: the six hours of the week in which a person is active in the fortnight after. Every slot's outcome "
        "is known, so nothing needs weighting. Nobody here has hours of their own: when somebody bought in one "
        "fortnight foretells when they buy in the next no better than when everyone bought (`hours of purchase kept`: "
        "an interval above 0 would show that some do; `by chance` is how often people shuffled among each other keep "
        "theirs as well), and views follow the hours at which the simulator sent its offers. The fitted prior says the "
        "same, so the model gives everyone the same hour. No rule can beat that here, and it does not. "
        "Households of The Complete Journey, above, have hours of their own, and there it does.",
        f"`{_PLANTED}`: the same data, in which {OWN_HOURS:.0%} of the people do half of what they do in six hours of "
        "the week that are theirs. As many observations as Starbucks' are enough to find them: what is missing above "
        "is not data, but hours of one's own.",
    ]
    return Section("starbucks", "Starbucks (simulated)", origin, figures, notes)


def _sends(tables: dict[str, pd.DataFrame]) -> Sends:
    transcript, offers = tables["transcript"], tables["portfolio"]
    kinds = offers["channels"].map(frozenset)
    sets = tuple(sorted(set(kinds), key=sorted))
    number = {each: place for place, each in enumerate(sets)}
    offers = offers.assign(action=kinds.map(number), hours=offers["duration"] * 24)
    table = transcript[transcript["event"] == "offer received"][["person", "offer_id", "hours_since_start"]]
    table = table.rename(columns={"hours_since_start": "at"}).reset_index(drop=True)
    table = table.merge(offers[["id", "action", "hours"]], left_on="offer_id", right_on="id").drop(columns="id")
    table["viewed"] = _viewed(table, transcript)
    table = table.merge(_people(tables["profile"]), on="person").sort_values(["person", "at"], ignore_index=True)
    by = table.groupby("person")
    table["received"] = by.cumcount()
    table["viewed_before"] = (by["viewed"].cumsum() - table["viewed"]) / table["received"].replace(0, np.nan)
    table["who"] = pd.factorize(table["person"])[0]
    return Sends(table, sets, np.bincount(offers["action"]) / len(offers))


def _viewed(sends: pd.DataFrame, transcript: pd.DataFrame) -> Numbers:
    """Whether each send was viewed before the offer ended."""
    views = transcript[transcript["event"] == "offer viewed"][["person", "offer_id", "hours_since_start"]]
    pairs = sends.reset_index().merge(views, on=["person", "offer_id"])
    late = pairs["hours_since_start"] - pairs["at"]
    return np.isin(sends.index, pairs["index"][(late >= 0) & (late <= pairs["hours"])]).astype(float)


def _people(profile: pd.DataFrame) -> pd.DataFrame:
    since = pd.to_datetime(profile["became_member_on"].astype(str))
    return pd.DataFrame(
        {
            "person": profile["id"],
            "age": profile["age"].where(profile["age"] < 118),
            "income": profile["income"],
            "member_days": (since.max() - since).dt.days,
            "female": (profile["gender"] == "F").astype(float),
            "male": (profile["gender"] == "M").astype(float),
        }
    )


def _channels(sends: Sends) -> dict[str, Figure]:
    table = sends.table
    learn, ask = table[table["at"] < LEARN_UNTIL], table[table["at"] >= LEARN_UNTIL]
    trees = lgb.train(_TREES, lgb.Dataset(sends.features(learn, learn["action"].to_numpy()), learn["viewed"]), TREES)
    every = range(len(sends.sets))
    views = np.column_stack([trees.predict(sends.features(ask, np.full(len(ask), place))) for place in every])
    same = learn.groupby("action")["viewed"].mean().reindex(every).to_numpy()
    own = learn.pivot_table(index="person", columns="action", values="viewed").reindex(
        index=ask["person"], columns=every
    )
    own_views = np.where(np.isnan(own.to_numpy()), same, own.to_numpy())
    figures: dict[str, Figure] = {}
    for cost in COSTS:
        price = cost * sends.sizes()
        choices = {
            "model": (views - price).argmax(axis=1),
            "same": np.full(len(ask), (same - price).argmax()),
            "own_rate": (own_views - price).argmax(axis=1),
        }
        figures |= _policies(sends, ask, choices, views - price, cost)
    return figures


_CALLED = {"model": "the model", "same": "the same for everybody", "own_rate": "each their own raw rate"}


def _policies(
    sends: Sends, ask: pd.DataFrame, choices: dict[str, Choices], expected: Numbers, cost: float
) -> dict[str, Figure]:
    action = ask["action"].to_numpy()
    reward = ask["viewed"].to_numpy() - cost * sends.sizes()[action]
    log = Log(action, sends.propensity[action], reward, pd.factorize(ask["who"])[0])
    values = {name: doubly_robust(log, chosen, expected) for name, chosen in choices.items()}
    key = f"channel.cost_{cost:.2f}"
    least = LEAST_GAIN if cost == LEADING else None
    figures = {
        f"{key}.{name}": Figure.of(
            f"channels at {cost:.2f} a contact: {_CALLED[name]}", mean_by_customer(value, log.who)
        )
        for name, value in values.items()
    }
    plain = inverse_propensity(log, choices["model"])
    figures[f"{key}.model_ips"] = Figure.of(
        f"channels at {cost:.2f} a contact: the model, by inverse propensity alone", mean_by_customer(plain, log.who)
    )
    for other, words in (("same", "the best set for everybody"), ("own_rate", "each their own raw rate")):
        gain = mean_by_customer(values["model"] - values[other], log.who)
        figures[f"{key}.gain_over_{other}"] = Figure.of(
            f"channels at {cost:.2f} a contact: gained over {words}", gain, least=least
        )
    return figures


def _with_own_hours(transcript: pd.DataFrame) -> pd.DataFrame:
    """The transcript, had some people hours of their own."""
    draws = np.random.default_rng(0)
    number, names = pd.factorize(transcript["person"])
    own = draws.integers(0, WEEK // SLOT, len(names)) * SLOT
    moved = (draws.uniform(size=len(names)) < OWN_HOURS)[number] & (draws.uniform(size=len(number)) < 0.5)
    at = transcript["hours_since_start"] // WEEK * WEEK + own[number] + draws.integers(0, SLOT, len(number))
    return transcript.assign(hours_since_start=np.where(moved, at, transcript["hours_since_start"]))


def _hours(transcript: pd.DataFrame, people: pd.DataFrame) -> dict[str, Figure]:
    learn, ask = _fortnights(transcript, people, ["offer viewed", "transaction"])
    groups = pd.qcut(people["income"], 4, labels=False).fillna(4).to_numpy(dtype=np.intp)
    hours = HourMixtureModel.fit(learn, groups)
    choices = {
        "model": hours.expected(learn, groups).argmax(axis=1),
        "same": np.full(len(learn), learn.sum(axis=0).argmax()),
        "own_rate": learn.argmax(axis=1),
    }
    rows = np.arange(len(ask))
    values = {name: ask[rows, chosen] / 2 for name, chosen in choices.items()}
    figures = {
        f"hour.{name}": Figure.of(f"best hour: active then, {_CALLED[name]}", mean_by_customer(value, rows))
        for name, value in values.items()
    }
    for other, words in (("same", "the best hour for everybody"), ("own_rate", "each their own raw rate")):
        gain = mean_by_customer(values["model"] - values[other], rows)
        figures[f"hour.gain_over_{other}"] = Figure.of(f"best hour: gained over {words}", gain, least=LEAST_GAIN)
    kept, by_chance = _kept(*_fortnights(transcript, people, ["transaction"]))
    figures["hour.kept"] = Figure.of(
        "best hour: hours of purchase kept from one fortnight to the next, beyond everyone's", kept
    )
    figures["hour.by_chance"] = Figure("best hour: share of shuffles that keep as many by chance", by_chance)
    figures["hour.own"] = Figure(
        f"best hour: share of people who are believed to have hours of their own (a prior of at most {OWN} moments)",
        sum(share for strength, share in hours.strengths if strength <= OWN),
    )
    return figures


def _fortnights(transcript: pd.DataFrame, people: pd.DataFrame, events: list[str]) -> tuple[Numbers, Numbers]:
    """In how many hours of the first fortnight each did anything, by slot; in how many weeks of the second, by slot."""
    active = transcript[transcript["event"].isin(events)].drop_duplicates(["person", "hours_since_start"])
    active = active.assign(slot=active["hours_since_start"] % WEEK // SLOT, week=active["hours_since_start"] // WEEK)
    later = active[active["week"].isin([2, 3])].drop_duplicates(["person", "week", "slot"])
    first, second = (
        part.pivot_table(index="person", columns="slot", values="week", aggfunc="count", fill_value=0)
        .reindex(index=people["person"], columns=range(WEEK // SLOT), fill_value=0)
        .to_numpy(dtype=float)
        for part in (active[active["week"] < 2], later)
    )
    return first, second


def _kept(before: Numbers, after: Numbers) -> tuple[Interval, float]:
    """How much likelier two moments of one person's, a fortnight apart, share a slot than two of different people's.

    Returns:
        That, and the share of shuffles of the later fortnight among people that show as much (permutation test).

    """
    both = (before.sum(axis=1) > 0) & (after.sum(axis=1) > 0)
    then, later = (part[both] / part[both].sum(axis=1, keepdims=True) for part in (before, after))
    shared = (then * later).sum(axis=1) - then @ later.mean(axis=0)
    draws, observed = np.random.default_rng(0), (then * later).sum()
    as_many = sum((then * later[draws.permutation(len(later))]).sum() >= observed for _ in range(SHUFFLES))
    return mean_by_customer(shared, np.arange(len(shared))), float((1 + as_many) / (1 + SHUFFLES))
