"""Learning what goes with what: neighbours of products, judged on what customers took later.

Item-item similarity (BM25-weighted) and alternating least squares come from `implicit`; both are boiled down to a few
neighbours of each product, and judged by the very arithmetic that a message uses (`domain.recommendations`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender
from scipy.sparse import csr_matrix
from sqlalchemy.ext.asyncio import AsyncSession
from threadpoolctl import threadpool_limits

from domain.i18n import sentence
from domain.recommendations import JUST_BOUGHT, NEIGHBOURS, SHOWN, Neighbours, ProductInterest, recommend
from domain.vocabulary import ModelKind
from intelligence.evaluation_metrics import Numbers, bootstrap
from intelligence.features import Span
from intelligence.model_selection import FEWEST_CUSTOMERS, ModelCandidate, NotEnoughError, Result
from intelligence.training_data import CutoffHistory, each_span, sampled_spans
from store.intelligence import products

NAME = "recommendations"
SINCE, LATER = timedelta(days=180), timedelta(days=28)
MOST_PRODUCTS = 50_000
_FEWEST_PRODUCTS = 10
_ASKED = 4_000
_BOUGHT_WEIGHS = 3.0
_DETAILS = ("name", "category", "brand", "price", "url", "image_url")
_FACTORS, _TURNS = 48, 12


@dataclass(frozen=True)
class Purchase:
    """What one customer took, the newest first: product, when, whether bought."""

    products: Sequence[tuple[str, datetime, bool]]

    def taste(self, until: datetime, just_bought: timedelta) -> ProductInterest:
        """What was known of their taste at a moment."""
        known = [each for each in self.products if each[1] < until]
        return ProductInterest(
            [product for product, _, bought in known if not bought],
            [product for product, at, bought in known if bought and at >= until - just_bought],
        )


@dataclass(frozen=True)
class Basket:
    """Everything that was taken, and what the products are."""

    customers: list[Purchase]
    details: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Learned:
    """A contest's result, and the products as they are to be kept."""

    result: Result
    rows: list[dict[str, Any]]


async def read_basket(past: CutoffHistory, moment: datetime, *, seed: int = 0) -> Basket:
    """What some customers (at most `examples.MOST_CUSTOMERS`) took in the last half-year."""
    newest: dict[str, tuple[datetime, Mapping[str, Any]]] = {}

    async def one(session: AsyncSession, span: Span) -> list[Purchase]:
        since = moment - SINCE * past.time_scale
        rows = await products.taken(session, span.first, span.last, since=since, until=moment)
        theirs: dict[UUID, list[tuple[str, datetime, bool]]] = {}
        for row in rows:
            theirs.setdefault(row.customer_id, []).append((row.product, row.at, row.bought))
            if row.product not in newest or newest[row.product][0] < row.at:
                newest[row.product] = (row.at, {name: row.details[name] for name in _DETAILS if _is_plain(row, name)})
        return [Purchase(each) for each in theirs.values()]

    found = await each_span(past, await sampled_spans(past, seed), one)
    return Basket([each for part in found for each in part], {name: details for name, (_, details) in newest.items()})


def learn_recommendations(basket: Basket, moment: datetime, time_scale: float = 1.0) -> Learned:
    """Learn from all but the last weeks, judge on those, then learn from everything.

    Raises:
        NotEnoughError: too few customers took something before the last weeks and something else in them.

    """
    split, just = moment - LATER * time_scale, JUST_BOUGHT * time_scale
    asked = [(each.taste(split, just), wanted) for each in basket.customers if (wanted := _wanted(each, split, just))]
    asked = [(taste, wanted) for taste, wanted in asked if taste.seeds][:_ASKED]
    if len(asked) < FEWEST_CUSTOMERS or len(basket.details) < _FEWEST_PRODUCTS:
        raise NotEnoughError(
            sentence(
                "needs_baskets",
                customers=len(asked),
                products=len(basket.details),
                fewest=FEWEST_CUSTOMERS,
                fewest_products=_FEWEST_PRODUCTS,
            )
        )
    popular, learned = _learn(
        [(product, bought) for product, _, bought in _before(each, split)] for each in basket.customers
    )
    contenders: dict[str, Neighbours] = {"browsing, then popular": {}} | learned
    gains = {name: _judge(asked, neighbours, popular) for name, neighbours in contenders.items()}
    gains["popular"] = _judge([(ProductInterest(bought=taste.bought), wanted) for taste, wanted in asked], {}, popular)
    best = max(learned, key=lambda name: float(gains[name][0].mean()))
    plain = max(("popular", "browsing, then popular"), key=lambda name: float(gains[name][0].mean()))
    gained = gains[best][0] - gains[plain][0]
    better = bootstrap(lambda rows: float(gained[rows].mean()), len(gained))
    wins = better.low > 0
    ranked, again = _learn([(product, bought) for product, _, bought in each.products] for each in basket.customers)
    rows = _rows(ranked, again[best] if wins else {}, basket.details)
    card: dict[str, Any] = {
        "score": NAME,
        "says": "products for each customer",
        "learned_from": {"customers": len(basket.customers), "products": len(basket.details)},
        "judged_on": {"customers": len(asked), "days": LATER.days},
        "metrics": _metrics(gains[best if wins else plain]),
        "beside": {name: _metrics(found) for name, found in gains.items()},
        "gained": {plain: asdict(better)},
        "learner": best if wins else plain,
        "features": [],
    }
    words = sentence(
        "products_take_over" if wins else "products_stay",
        learner=best,
        shown=SHOWN,
        new=round(float(gains[best][0].mean()), 3),
        plain=plain,
        old=round(float(gains[plain][0].mean()), 3),
    )
    loss = -float(gains[best if wins else plain][0].mean())
    return Learned(Result(ModelCandidate(ModelKind.RECOMMENDATIONS, "{}", card, loss), [], words), rows)


def _wanted(each: Purchase, split: datetime, just_bought: timedelta) -> frozenset[str]:
    """What they took later and had not just bought."""
    had = frozenset(each.taste(split, just_bought).bought)
    return frozenset(product for product, at, _ in each.products if at >= split) - had


def _before(each: Purchase, split: datetime) -> list[tuple[str, datetime, bool]]:
    return [one for one in each.products if one[1] < split]


def _learn(baskets: Any) -> tuple[list[str], dict[str, Neighbours]]:
    """Products by popularity, and each learner's neighbours."""
    weights: list[tuple[int, str, float]] = [
        (who, product, _BOUGHT_WEIGHS if bought else 1.0)
        for who, basket in enumerate(baskets)
        for product, bought in basket
    ]
    customers: dict[str, set[int]] = {}
    for who, product, _ in weights:
        customers.setdefault(product, set()).add(who)
    ranked = sorted(customers, key=lambda product: (-len(customers[product]), product))[:MOST_PRODUCTS]
    place = {product: number for number, product in enumerate(ranked)}
    known = [(who, place[product], weight) for who, product, weight in weights if product in place]
    if not known:
        return [], {"item-item": {}, "least squares": {}}
    rows, columns, values = (np.array(column) for column in zip(*known, strict=True))
    matrix = csr_matrix((values, (rows, columns)), shape=(int(rows.max()) + 1, len(ranked)))
    with threadpool_limits(1):
        return ranked, {"item-item": _item_item(matrix, ranked), "least squares": _least_squares(matrix, ranked)}


def _item_item(matrix: csr_matrix, ranked: Sequence[str]) -> Neighbours:
    model = BM25Recommender(K=NEIGHBOURS + 1, num_threads=1)
    model.fit(matrix, show_progress=False)
    similar = csr_matrix(model.similarity)
    found = {}
    for row, product in enumerate(ranked):
        columns = similar.indices[similar.indptr[row] : similar.indptr[row + 1]]
        values = similar.data[similar.indptr[row] : similar.indptr[row + 1]]
        found[product] = _nearest(row, columns, values, ranked)
    return found


def _least_squares(matrix: csr_matrix, ranked: Sequence[str]) -> Neighbours:
    factors = min(_FACTORS, max(2, min(matrix.shape) - 1))
    model = AlternatingLeastSquares(factors=factors, iterations=_TURNS, num_threads=1, random_state=0)
    model.fit(matrix, show_progress=False)
    columns, values = model.similar_items(np.arange(len(ranked)), N=min(NEIGHBOURS + 1, len(ranked)))
    return {product: _nearest(row, columns[row], values[row], ranked) for row, product in enumerate(ranked)}


def _nearest(row: int, columns: Any, values: Any, ranked: Sequence[str]) -> list[tuple[str, float]]:
    """On one scale for all products: the nearest weighs 1."""
    pairs = [(ranked[column], float(value)) for column, value in zip(columns, values, strict=True) if column != row]
    pairs = sorted(((name, value) for name, value in pairs if value > 0), key=lambda pair: -pair[1])[:NEIGHBOURS]
    return [(name, round(value / pairs[0][1], 4)) for name, value in pairs]


def _judge(
    asked: Sequence[tuple[ProductInterest, frozenset[str]]], neighbours: Neighbours, popular: Sequence[str]
) -> tuple[Numbers, Numbers]:
    """Of each customer: NDCG, and whether anything was hit."""
    gains = np.zeros(len(asked))
    hits = np.zeros(len(asked))
    discount = 1 / np.log2(np.arange(2, SHOWN + 2))
    top = popular[: 3 * SHOWN + 200]
    for row, (taste, wanted) in enumerate(asked):
        right = [pick.product_id in wanted for pick in recommend(taste, neighbours, top)]
        gains[row] = discount[: len(right)][right].sum() / discount[: min(len(wanted), SHOWN)].sum()
        hits[row] = float(any(right))
    return gains, hits


def _metrics(found: tuple[Numbers, Numbers]) -> dict[str, Any]:
    return {
        name: asdict(bootstrap(_mean_of(values), len(values), rounds=100))
        for name, values in zip(("ndcg", "hit_rate"), found, strict=True)
    }


def _mean_of(values: Numbers) -> Callable[[Any], float]:
    return lambda rows: float(values[rows].mean())


def _rows(
    ranked: Sequence[str], neighbours: Neighbours, details: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    return [
        {"id": product, "details": details.get(product, {}), "neighbours": neighbours.get(product, []), "rank": rank}
        for rank, product in enumerate(ranked)
    ]


def _is_plain(row: Any, name: str) -> bool:
    value = row.details.get(name) if isinstance(row.details, dict) else None
    return isinstance(value, str | int | float) and len(str(value)) <= 2_000
