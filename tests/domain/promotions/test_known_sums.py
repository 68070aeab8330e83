"""Sums that other engines document, and those that they got wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.promotions.evaluation import CartEvaluation
from domain.promotions.reasons import Reason
from domain.promotions.returns import ReturnedPart, SoldLine, returned
from domain.promotions.schedule import PromotionSchedule
from tests.domain.promotions.build import cart, evaluated, fixed, offer, percent, reasons


def sold(evaluation: CartEvaluation, **back: int) -> list[SoldLine]:
    return [
        SoldLine(
            line.id, line.quantity, line.amount, tuple(a.lines[at] for a in evaluation.applied), back.get(line.id, 0)
        )
        for at, line in enumerate(evaluation.cart.lines)
    ]


def paid(evaluation: CartEvaluation, **units: int) -> ReturnedPart:
    return returned(sold(evaluation), units)


def test_voucherify_stack_of_gift_card_percentage_and_amount():
    gift = offer(
        1, code="G", reward={"kind": "gift_card", "balance": 100}, codes={"kind": "unique"}, stacking={"order": 1}
    )
    done = evaluated(
        cart(200_000),
        gift,
        offer(2, reward=percent(20), stacking={"order": 2}),
        offer(3, reward=fixed(8_000), stacking={"order": 3}),
    )
    assert [applied.amount for applied in done.applied] == [100, 39_980, 8_000]
    assert (done.total, done.discount) == (151_920, 48_080)


def test_voucherify_percentage_of_the_initial_amount():
    first = offer(1, reward=fixed(100), stacking={"order": 1})
    done = evaluated(cart(200_000), first, offer(2, reward=percent(20, base="initial"), stacking={"order": 2}))
    assert [applied.amount for applied in done.applied] == [100, 40_000]


def test_talon_one_five_off_each_item_and_one_shirt_comes_back():
    done = evaluated(cart((6_000, 1), (2_000, 2)), offer(reward={"kind": "per_item", "amount": 500}))
    assert done.line_discounts == [500, 1_000]
    one = paid(done, l1=1)
    assert (one.amount, one.discounts, one.paid) == (2_000, (500,), 1_500)


def test_prestashop_42502_refund_of_150_of_210_at_20_percent_is_120():
    done = evaluated(cart(15_000, 6_000), offer(reward=percent(20)))
    assert paid(done, l0=1).paid == 12_000
    assert paid(done, l1=1).paid == 4_800


def test_sonata_177_two_of_three_at_10_percent_come_back_for_180():
    done = evaluated(cart((10_000, 3)), offer(reward=percent(10)))
    assert paid(done, l0=2).paid == 18_000


def test_sonata_177_falling_below_the_minimum_gives_back_what_was_paid():
    least = {"kind": "subtotal", "at_least": 30_000}
    done = evaluated(cart((10_000, 3)), offer(reward=percent(10), rules=[least]))
    lines = sold(done)
    assert returned(lines, {"l0": 2}).paid + returned(sold(done, l0=2), {"l0": 1}).paid == done.total == 27_000


def test_vendure_4811_a_cancelled_lines_discount_does_not_move_to_the_others():
    done = evaluated(cart(10_000, 5_000), offer(reward=fixed(3_000)))
    assert done.line_discounts == [2_000, 1_000]
    assert paid(done, l0=1).paid == 8_000
    assert returned(sold(done, l0=1), {"l1": 1}).paid == 4_000


def test_erpnext_58042_ten_over_three_lines_is_ten():
    done = evaluated(cart(3_334, 3_333, 3_333), offer(reward=fixed(1_000)))
    assert sum(done.line_discounts) == 1_000
    assert max(done.line_discounts) - min(done.line_discounts) <= 1


@pytest.mark.parametrize(("currency", "prices"), [("EUR", [333, 333, 334]), ("JPY", [1, 7, 3]), ("KWD", [12_345, 1])])
def test_odoo_156897_all_off_leaves_nothing(currency: str, prices: list[int]):
    done = evaluated(cart(*prices, currency=currency), offer(reward=percent(100), currency=currency))
    assert done.total == 0
    assert done.line_discounts == prices


def test_odoo_271032_a_stack_of_percentages_to_nothing_never_goes_below():
    stack = [offer(at, reward=percent(50, base="initial"), stacking={"order": at}) for at in (1, 2, 3)]
    done = evaluated(cart(1, 1, 1), *stack)
    assert done.total == 0
    assert min(done.line_discounts) >= 0


def test_shopware_11611_one_cent_lines_share_one_cent():
    done = evaluated(cart(1, 1, 1), offer(reward=fixed(1)))
    assert sorted(done.line_discounts) == [0, 0, 1]


def test_vendure_3885_returns_of_single_units_sum_to_the_line():
    done = evaluated(cart((333, 3)), offer(reward=fixed(100)))
    back = [returned(sold(done, l0=before), {"l0": 1}).paid for before in range(3)]
    assert sum(back) == done.total == 899


def test_virto_956_the_last_day_is_included():

    until: dict[str, Any] = {"schedule": {"last_day": "2026-06-03", "zone": "Europe/Rome"}, "reward": percent(10)}
    evening = datetime(2026, 6, 3, 21, 59, tzinfo=UTC)  # 23:59 in Rome
    assert evaluated(cart(100), offer(**until), at=evening).discount == 10
    after = evaluated(cart(100), offer(**until), at=datetime(2026, 6, 3, 22, tzinfo=UTC))
    assert reasons(after) == {1: Reason.ENDED}


def test_woocommerce_16279_saving_again_does_not_move_the_end():
    first = PromotionSchedule.model_validate({"last_day": "2026-06-03", "zone": "America/New_York", "clock": "shop"})
    again = PromotionSchedule.model_validate_json(first.model_dump_json())
    assert again == first


def test_medusa_15396_a_code_that_does_not_apply_says_why():
    needs = offer(
        1, code="BIG", reward=percent(10), codes={"kind": "generic"}, rules=[{"kind": "subtotal", "at_least": 5_000}]
    )
    done = evaluated(cart(4_760), needs)
    assert reasons(done) == {1: Reason.SUBTOTAL_TOO_LOW}
    assert [(near.missing_amount, near.saving) for near in done.alternatives] == [(240, 476)]
