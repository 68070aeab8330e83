"""Which channel does this customer answer best? Their own record, shrunk towards everybody's.

Empirical Bayes: how opens spread over customers gives a Beta prior for each channel (method of moments); the customer's
own opens update it; the mean of what results is the expected rate. One lucky open of one push says little, twenty of
thirty say much, and somebody new is expected to behave like everybody.

What counts as an answer is what the channel can tell: an open made by a person for e-mail, push and in-app; a click
for SMS, which reports no opens. Clicks are rarer than opens, so SMS wins only where a customer uses its links
more than they open the rest: it costs money for each message, and a tie should not spend it. A silent push tells
nothing, and is expected to be answered never.

A model can take this arithmetic's place: `choose_channel` takes the expected rates of whoever makes them, less what
the message is expected to cost in unsubscriptions. A share of the choices explores (see domain.thompson_sampling).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.i18n import ListParam, PercentParam, Sentence, sentence
from domain.i18n import channel as named
from domain.i18n.values import Value
from domain.thompson_sampling import BetaPosterior, explore
from domain.vocabulary import Channel

_PRIOR_MESSAGES = 20.0
"""So many imagined messages, answered as the channels together are, steady the rate of one that was hardly used yet: it
is tried like the others, and shown to be better or worse."""
_PRIOR_RATE = 0.2
"""That rate, while no channel was used yet."""
_WEAKEST, _STRONGEST = 2.0, 200.0
"""Bounds of the prior's strength, in messages: one customer's record always counts, and never counts alone."""
_UNKNOWN_STRENGTH = 10.0
"""The prior's strength while too few customers show how much people differ."""
_FEWEST_CUSTOMERS = 10


@dataclass(frozen=True)
class EngagementCount:
    """One customer's record on one channel. `answered` are opens, for SMS clicks; at most `sent`."""

    sent: int = 0
    answered: int = 0


@dataclass(frozen=True)
class PopulationTally:
    """Everybody's record on one channel: sums over the customers who were sent something."""

    customers: int = 0
    sent: int = 0
    answered: int = 0
    sent_squared: float = 0.0
    """Sum of sent² over customers."""
    answered_squared_per_sent: float = 0.0
    """Sum of answered² / sent over customers."""


@dataclass(frozen=True)
class Expected:
    """What one channel is worth for one customer: its expected rate, and the record that it rests on."""

    rate: float
    sent: int = 0
    answered: int = 0
    weight: float = 10.0
    """How many messages the rate is worth, in what exploring believes."""
    cost: float = 0.0
    """What the message is expected to cost in unsubscriptions, in answers."""
    by: str = "record"
    """Who says so: `record`, or `model`."""

    @property
    def worth(self) -> float:
        """What is compared."""
        return self.rate - self.cost


@dataclass(frozen=True)
class ChannelChoice:
    """The channel taken (None = nobody can reach them), and why."""

    channel: Channel | None
    why: Sentence
    """With figures."""
    scores: dict[str, dict[str, Any]]
    """Channel -> {expected, sent, answered}, and for a model's {by, cost}, as JSON."""
    propensities: dict[str, float] = field(default_factory=dict)
    """Channel -> how likely it was to be taken."""
    explored: bool = False
    """Taken to learn from it, not because it looked best."""


def usual_rate(population: Mapping[Channel, PopulationTally]) -> float:
    """How often messages are answered, whatever their channel."""
    sent = sum(tally.sent for tally in population.values())
    answered = sum(tally.answered for tally in population.values())
    return (answered + _PRIOR_MESSAGES * _PRIOR_RATE) / (sent + _PRIOR_MESSAGES)


def fit_prior(tally: PopulationTally, usual: float = _PRIOR_RATE) -> tuple[float, float]:
    """Mean and strength (in messages) of the Beta prior whose spread over customers is the one observed.

    Customers with unequal numbers of messages are weighted by them; what is left of the spread after binomial chance
    is their difference in habit. Fewer than ten customers show no spread worth measuring.

    Args:
        tally: everybody's record on the channel.
        usual: the rate that a channel has of which nothing is known.

    """
    mean = (tally.answered + _PRIOR_MESSAGES * usual) / (tally.sent + _PRIOR_MESSAGES)
    if tally.customers < _FEWEST_CUSTOMERS or not 0 < tally.answered < tally.sent:
        return mean, _UNKNOWN_STRENGTH
    rate = tally.answered / tally.sent
    spread = (tally.answered_squared_per_sent - rate * tally.answered) / (rate * (1 - rate))
    chance = tally.customers - 1
    repeats = tally.sent - tally.sent_squared / tally.sent - chance
    if repeats <= 0:  # nobody was sent a second message
        return mean, _UNKNOWN_STRENGTH
    likeness = (spread - chance) / repeats
    strength = 1 / likeness - 1 if likeness > 0 else _STRONGEST
    return mean, min(max(strength, _WEAKEST), _STRONGEST)


def expected_rates(
    channels: Sequence[Channel], own: Mapping[Channel, EngagementCount], population: Mapping[Channel, PopulationTally]
) -> dict[Channel, Expected]:
    """The expected rate of each channel for one customer."""
    found, usual = {}, usual_rate(population)
    for channel in channels:
        mean, strength = fit_prior(population.get(channel, PopulationTally()), usual)
        tally = own.get(channel, EngagementCount())
        rate = (tally.answered + mean * strength) / (tally.sent + strength) if channel != Channel.SILENT_PUSH else 0.0
        found[channel] = Expected(rate, tally.sent, tally.answered, weight=strength + tally.sent)
    return found


def choose_channel(
    *,
    reachable: Sequence[Channel],
    own: Mapping[Channel, EngagementCount],
    population: Mapping[Channel, PopulationTally],
    order: Sequence[Channel],
    last_resort_channels: Sequence[Channel] = (),
    expected: Mapping[Channel, Expected] | None = None,
    share: float = 0.0,
    seed: str = "",
) -> ChannelChoice:
    """The channel of `order` that is worth most among the `reachable` ones; at times another, to learn.

    Args:
        reachable: channels on which this customer can be contacted now.
        own: the customer's record.
        population: everybody's.
        order: channels to choose from; earlier ones win ties.
        last_resort_channels: channels taken only when no other one reaches the customer.
        expected: rates from a model, in place of those that `own` and `population` give.
        share: of choices that explore, 0 to 1.
        seed: of exploring; a repeat with the same seed takes the same channel.

    """
    open_ = [channel for channel in order if channel in set(reachable)]
    if not open_:
        return ChannelChoice(
            None, sentence("cannot_be_reached", channels=ListParam([named(each) for each in order], "choice")), {}
        )
    rates = expected_rates(open_, own, population) | dict(expected or {})
    scores = {channel.value: _score(rates[channel]) for channel in open_}
    candidates = [channel for channel in open_ if channel not in set(last_resort_channels)]
    if not candidates:
        best = max(open_, key=lambda channel: rates[channel].worth)
        why = sentence("only_way", channel=named(best), record=_said(best, rates[best]))
        return ChannelChoice(best, why, scores)
    best = max(candidates, key=lambda channel: rates[channel].worth)  # the first of equals
    beliefs = {each: BetaPosterior(rates[each].rate, rates[each].weight, rates[each].cost) for each in candidates}
    found = explore(beliefs, best, share=share, seed=seed)
    others = [channel for channel in open_ if channel is not found.taken]
    taken = "channel_tried" if found.tried else "channel_taken"
    words = [
        sentence(taken, channel=named(found.taken), record=_said(found.taken, rates[found.taken])),
        *(
            sentence("channel_taken", channel=named(each), record=_said(each, rates[each]))
            for each in others
            if each in candidates
        ),
        *(sentence("channel_last_resort", channel=named(each)) for each in others if each not in candidates),
    ]
    why = sentence("joined", parts=ListParam(words))
    propensities = {channel.value: round(chance, 4) for channel, chance in found.propensities.items()}
    return ChannelChoice(found.taken, why, scores, propensities, found.tried)


def _said(channel: Channel, expected: Expected) -> Sentence:
    if channel is Channel.SILENT_PUSH:
        return sentence("never_answered")
    rate, cost = PercentParam(expected.rate), PercentParam(expected.cost)
    costs = expected.cost >= 0.005
    if not expected.sent:
        if costs:
            return sentence("nothing_sent_yet_cost", expected=rate, cost=cost)
        return sentence("nothing_sent_yet", expected=rate)
    record: dict[str, Value] = {"answered": expected.answered, "sent": expected.sent, "expected": rate}
    if costs:
        return sentence("clicked_of_cost" if channel is Channel.SMS else "opened_of_cost", cost=cost, **record)
    return sentence("clicked_of" if channel is Channel.SMS else "opened_of", **record)


def _score(expected: Expected) -> dict[str, Any]:
    score: dict[str, Any] = {
        "expected": round(expected.rate, 4),
        "sent": expected.sent,
        "answered": expected.answered,
    }
    if expected.by != "record":
        score |= {"by": expected.by, "cost": round(expected.cost, 4)}
    return score
