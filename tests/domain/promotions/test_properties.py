"""No cent is lost, and nothing saves the customer more."""

from dataclasses import replace
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.promotions.cart import Cart, IndexedCart, Line
from domain.promotions.discounts import DiscountBoard, Offer, effect_of
from domain.promotions.money import MOST, distribute
from domain.promotions.returns import SoldLine, part, returned
from tests.domain.promotions.build import evaluated, offer

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
CATEGORIES = ["a", "b", "c"]
filters = st.fixed_dictionaries(
    {}, optional={"categories": st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2)}
)
prices = st.integers(0, 30_000) | st.integers(0, 9)


@st.composite
def carts(draw: st.DrawFn, most: int = 8) -> Cart:
    lines = draw(st.lists(st.tuples(prices, st.integers(1, 7), st.sampled_from(CATEGORIES)), min_size=1, max_size=most))
    made = tuple(
        Line(id=str(at), product=f"p{at % 3}", quantity=quantity, unit_price=price, categories=(category,))
        for at, (price, quantity, category) in enumerate(lines)
    )
    return Cart(currency=draw(CURRENCIES), lines=made, shipping=draw(st.integers(0, 900)))


percents = st.integers(1, 10_000)
amounts = st.integers(1, 20_000)
rewards = st.one_of(
    st.fixed_dictionaries({"kind": st.just("percent"), "percent": percents, "of": filters}, optional={"most": amounts}),
    st.fixed_dictionaries({"kind": st.just("percent"), "percent": percents, "of": filters, "base": st.just("initial")}),
    st.fixed_dictionaries({"kind": st.just("fixed"), "amount": amounts, "of": filters}),
    st.fixed_dictionaries({"kind": st.just("per_item"), "amount": st.integers(1, 900), "of": filters}),
    st.fixed_dictionaries(
        {"kind": st.just("buy_get"), "buy": st.integers(1, 3), "get": st.integers(1, 2), "of": filters}
    ),
    st.fixed_dictionaries({"kind": st.just("free_item"), "product": st.just("p1"), "quantity": st.integers(1, 3)}),
    st.just({"kind": "free_shipping"}),
)
stackings = st.fixed_dictionaries(
    {"order": st.integers(0, 5)},
    optional={"mode": st.sampled_from(["joint", "exclusive"]), "group": st.sampled_from(["x", "y"])},
)


@st.composite
def offers(draw: st.DrawFn, most: int) -> list[Offer]:
    said = draw(st.lists(st.tuples(rewards, stackings, st.none() | amounts), min_size=1, max_size=most))
    made = []
    for number, (reward, stacking, left) in enumerate(said, start=1):
        more: dict[str, Any] = {"partial": True, "left": left} if left else {}
        made.append(offer(number, reward=reward, stacking=stacking, **more))
    return made


def in_currency(made: list[Offer], currency: str) -> list[Offer]:

    return [replace(each, promotion=each.promotion.model_copy(update={"currency": currency})) for each in made]


@given(total=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_shares_sum_to_the_total_and_exceed_no_weight(total: int, weights: list[int]):
    if sum(weights) == 0:
        total = 0
    shares = distribute(total, weights)
    assert sum(shares) == total
    if total <= sum(weights):
        assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@settings(max_examples=120, deadline=None)
@given(cart=carts(), made=offers(8), cap=st.none() | st.integers(1, 10_000))
def test_lines_sum_to_the_order_and_none_falls_below_zero(cart: Cart, made: list[Offer], cap: int | None):
    done = evaluated(cart, *in_currency(made, cart.currency), cap_percent=cap)
    lines, shipping = done.line_discounts, sum(applied.shipping for applied in done.applied)
    assert sum(lines) + shipping == done.discount
    assert all(0 <= off <= line.amount for off, line in zip(lines, cart.lines, strict=True))
    assert 0 <= shipping <= cart.shipping
    assert done.total >= 0
    assert all(applied.amount <= (applied.offer.left or MOST) for applied in done.applied)
    if cap is not None:
        assert done.discount <= (cart.subtotal * cap + 5_000) // 10_000


@settings(max_examples=120, deadline=None)
@given(cart=carts(), made=offers(6), data=st.data())
def test_returns_in_any_order_give_back_exactly_what_was_paid(cart: Cart, made: list[Offer], data: st.DataObject):
    done = evaluated(cart, *in_currency(made, cart.currency))
    left = {line.id: line.quantity for line in cart.lines}
    paid, discounts = 0, [0] * len(done.applied)
    gone = {line.id: (0,) * len(done.applied) for line in cart.lines}
    while left:
        chosen = data.draw(st.lists(st.sampled_from(sorted(left)), min_size=1, unique=True))
        units = {id_: data.draw(st.integers(1, left[id_])) for id_ in chosen}
        lines = [
            SoldLine(
                line.id,
                line.quantity,
                line.amount,
                tuple(applied.lines[at] for applied in done.applied),
                line.quantity - left.get(line.id, 0),
                gone[line.id],
            )
            for at, line in enumerate(cart.lines)
        ]
        back = returned(lines, units)
        for line in lines:
            if line.id in units:
                gone[line.id] = tuple(map(sum, zip(gone[line.id], part(line, units[line.id]).discounts, strict=True)))
        assert back.paid >= 0
        assert all(amount >= 0 for amount in back.lines.values())
        assert all(discount >= 0 for discount in back.discounts)
        paid += back.paid
        discounts = [a + b for a, b in zip(discounts, back.discounts, strict=True)]
        left = {id_: count - units.get(id_, 0) for id_, count in left.items() if count > units.get(id_, 0)}
    assert paid == cart.subtotal - sum(done.line_discounts)
    assert discounts == [sum(applied.lines) for applied in done.applied]


def best_by_force(cart: Cart, made: list[Offer]) -> int:
    """What the best admissible combination of all saves, tried one by one without any cells."""
    ordered = sorted(made, key=lambda each: (each.promotion.stacking.order, str(each.promotion_id)))
    indexed = IndexedCart(cart)
    effects = [effect_of(indexed, each) for each in ordered]
    board = DiscountBoard(indexed, effects)
    best = 0
    for size in range(1, len(effects) + 1):
        for chosen in combinations(range(len(effects)), size):
            stacking = [effects[at].offer.promotion.stacking for at in chosen]
            groups = [each.group for each in stacking if each.group and each.mode != "exclusive"]
            if len(set(groups)) < len(groups) or (size > 1 and any(each.mode == "exclusive" for each in stacking)):
                continue
            remaining = list(board.start)
            best = max(best, sum(board.take(at, remaining, MOST) for at in chosen))
    return best


@settings(max_examples=100, deadline=None)
@given(cart=carts(5), made=offers(7))
def test_no_admissible_combination_saves_more(cart: Cart, made: list[Offer]):
    made = in_currency(made, cart.currency)
    done = evaluated(cart, *made)
    assert done.exact
    assert done.discount == best_by_force(cart, made)
