import pytest

from domain.promotions.cart import Cart, Line
from domain.promotions.money import digits, distribute, minor_units, part_of, written
from domain.promotions.reasons import Reason
from tests.domain.promotions.build import cart, evaluated, fixed, offer, percent, reasons


@pytest.mark.parametrize(
    ("currency", "said", "units"), [("EUR", "12.50", 1_250), ("JPY", "12", 12), ("KWD", "1.005", 1_005)]
)
def test_amounts_have_the_currencys_digits(currency: str, said: str, units: int):
    assert minor_units(said, currency) == units
    assert written(units, currency) == said
    assert digits("RSD") == 2


@pytest.mark.parametrize(
    ("currency", "said"), [("EUR", "1.005"), ("JPY", "0.5"), ("EUR", "x"), ("EUR", "NaN"), ("EUR", "Infinity")]
)
def test_what_is_no_amount_of_the_currency_is_refused(currency: str, said: str):
    with pytest.raises(ValueError, match=r"."):
        minor_units(said, currency)


def test_remainders_go_to_the_largest_first():
    assert distribute(10, [1, 1, 1]) == [4, 3, 3]
    assert distribute(100, [1, 2, 3]) == [17, 33, 50]
    assert distribute(0, [0, 0]) == [0, 0]
    assert [part_of(10, count, 3) for count in range(4)] == [0, 3, 7, 10]


def test_a_percentage_has_a_cap():
    assert evaluated(cart(10_000), offer(reward=percent(50, most=2_000))).discount == 2_000


def test_half_a_unit_is_rounded_up():
    assert evaluated(cart(5), offer(reward=percent(10))).discount == 1
    assert evaluated(cart(4), offer(reward=percent(10))).discount == 0


def test_an_amount_off_each_item_counts_the_dearest_first_and_not_below_zero():
    done = evaluated(cart((300, 2), (1_000, 2)), offer(reward={"kind": "per_item", "amount": 500, "most_units": 3}))
    assert done.line_discounts == [300, 1_000]


@pytest.mark.parametrize(
    ("lines", "discounts"),
    [
        ([(100, 3)], [100]),  # buy two, get the third
        ([(100, 2)], None),
        ([(300, 1), (200, 1), (100, 1)], [0, 0, 100]),
        ([(300, 3), (100, 3)], [300, 100]),
        ([(300, 2), (200, 2), (100, 3)], [0, 200, 100]),
    ],
)
def test_buy_two_get_one(lines: list[tuple[int, int]], discounts: list[int] | None):
    done = evaluated(cart(*lines), offer(reward={"kind": "buy_get", "buy": 2, "get": 1}))
    if discounts is None:
        assert done.applied == ()
    else:
        assert done.line_discounts == discounts


def test_buy_two_get_one_half_off_once():
    reward = {"kind": "buy_get", "buy": 2, "get": 1, "percent": 5_000, "most_times": 1}
    assert evaluated(cart((101, 6)), offer(reward=reward)).discount == 51


def test_a_free_item_in_the_cart_costs_nothing_and_one_that_is_not_may_be_added():
    reward = {"kind": "free_item", "product": "p1", "quantity": 2}
    inside = evaluated(cart(1_000, (300, 1)), offer(reward=reward))
    assert inside.line_discounts == [0, 300]
    assert inside.applied[0].gifts == {"p1": 1}
    outside = evaluated(cart(1_000), offer(reward=reward))
    assert (outside.discount, outside.applied[0].gifts) == (0, {"p1": 2})


def test_free_shipping_leaves_the_lines_alone():
    done = evaluated(cart(1_000, shipping=490), offer(reward={"kind": "free_shipping"}))
    assert (done.total, done.line_discounts, done.applied[0].shipping) == (1_000, [0], 490)
    assert reasons(evaluated(cart(1_000), offer(reward={"kind": "free_shipping"}))) == {1: Reason.NO_MATCHING_ITEMS}


@pytest.mark.parametrize(("price", "discount"), [(4_999, 0), (5_000, 500), (9_999, 1_000), (10_000, 2_500)])
def test_tiers(price: int, discount: int):
    tiers = [{"at_least": 5_000, "percent": 1_000}, {"at_least": 10_000, "amount": 2_500}]
    assert evaluated(cart(price), offer(reward={"kind": "tiered", "tiers": tiers})).discount == discount


def test_the_next_tier_is_an_alternative():
    tiers = [{"at_least": 5_000, "percent": 1_000}, {"at_least": 10_000, "amount": 2_500}]
    [near] = evaluated(cart(9_000), offer(reward={"kind": "tiered", "tiers": tiers})).alternatives
    assert (near.missing_amount, near.saving) == (1_000, 2_500)


def test_a_gift_card_pays_shipping_too_and_keeps_its_remainder():
    gift = offer(code="G", reward={"kind": "gift_card", "balance": 5_000}, codes={"kind": "unique"})
    done = evaluated(cart(1_000, shipping=500), gift)
    assert (done.total, done.discount, done.applied[0].shipping) == (0, 1_500, 500)


def test_rules_name_products_categories_and_brands():
    lines = (
        Line(id="a", product="shoe", quantity=1, unit_price=6_000, categories=("shoes", "sale"), brand="Ada"),
        Line(id="b", product="shirt", quantity=2, unit_price=2_000, categories=("shirts",), brand="Bob"),
    )
    both = Cart(currency="EUR", lines=lines)
    assert evaluated(both, offer(reward=percent(10, of={"brands": ["Ada"]}))).line_discounts == [600, 0]
    assert evaluated(both, offer(reward=percent(10, of={"without_categories": ["sale"]}))).line_discounts == [0, 400]
    assert evaluated(both, offer(reward=percent(10, of={"products": ["shirt"]}))).line_discounts == [0, 400]
    three = {"kind": "quantity", "at_least": 3, "of": {"categories": ["shirts"]}}
    done = evaluated(both, offer(reward=percent(10), rules=[three]))
    assert reasons(done) == {1: Reason.TOO_FEW_ITEMS}
    assert done.alternatives[0].missing_units == 1


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"kind": "shop", "any_of": ["Rome"]}, Reason.OTHER_SHOP),
        ({"kind": "city", "any_of": ["Rome"]}, Reason.OTHER_SHOP),
        ({"kind": "channel", "any_of": ["app"]}, Reason.OTHER_CHANNEL),
        ({"kind": "payment", "any_of": ["card"]}, Reason.OTHER_PAYMENT),
        ({"kind": "first_order"}, Reason.NOT_FIRST_ORDER),
    ],
)
def test_each_rule_has_a_reason(rule: dict, reason: Reason):
    done = evaluated(cart(100, shop="Milan", city="Milan", channel="web"), offer(reward=percent(10), rules=[rule]))
    assert reasons(done) == {1: reason}


def test_an_amount_of_another_currency_is_no_discount_and_a_percentage_is():
    yen = cart(10_000, currency="JPY")
    assert reasons(evaluated(yen, offer(reward=fixed(100)))) == {1: Reason.OTHER_CURRENCY}
    assert evaluated(yen, offer(reward=percent(10))).discount == 1_000


def test_a_short_budget_makes_a_smaller_discount_where_that_is_chosen():
    budget = [{"of": "amount", "limit": 5_000}]
    short = evaluated(cart(10_000), offer(reward=percent(10), partial=True, left=300, budgets=budget))
    assert [(applied.amount, applied.wanted) for applied in short.applied] == [(300, 1_000)]
    refused = evaluated(cart(10_000), offer(reward=percent(10), left=300, budgets=budget))
    assert reasons(refused) == {1: Reason.BUDGET_TOO_SMALL}
    empty = evaluated(cart(10_000), offer(reward=percent(10), partial=True, left=0, budgets=budget))
    assert reasons(empty) == {1: Reason.BUDGET_USED_UP}
