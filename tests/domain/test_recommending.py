"""What is recommended: in which order, and what never is."""

from domain.recommendations import SHOWN, Pick, ProductInterest, recommend

NEIGHBOURS = {"tent": [("stove", 1.0), ("lamp", 0.5)], "boots": [("socks", 1.0), ("stove", 0.4)]}
POPULAR = ["mug", "socks", "tent", "map"]


def ids(picks):
    return [pick.product_id for pick in picks]


def test_the_newest_browsing_comes_first_then_what_goes_with_it_then_what_everybody_takes():
    picks = recommend(ProductInterest(viewed=["boots", "tent"]), NEIGHBOURS, POPULAR)
    assert picks[:2] == [Pick("boots", "browsed"), Pick("tent", "browsed")]
    assert ids(picks)[2:5] == ["stove", "socks", "lamp"]
    assert [pick.why for pick in picks[2:5]] == ["alike"] * 3
    assert picks[5:] == [Pick("mug", "popular"), Pick("map", "popular")]


def test_what_was_just_bought_is_never_shown_but_its_neighbours_are():
    picks = recommend(ProductInterest(viewed=["tent", "socks"], bought=["tent", "stove", "mug"]), NEIGHBOURS, POPULAR)
    assert not {"tent", "stove", "mug"} & set(ids(picks))
    assert ids(picks)[:2] == ["socks", "lamp"]


def test_a_stranger_gets_what_everybody_takes():
    assert recommend(ProductInterest(), NEIGHBOURS, POPULAR) == [Pick(each, "popular") for each in POPULAR]
    assert recommend(ProductInterest(), {}, []) == []


def test_a_list_has_no_product_twice_and_ends():
    many = {"tent": [(f"p{number}", 1 / (number + 1)) for number in range(50)]}
    found = ids(recommend(ProductInterest(viewed=["tent"]), many, [f"p{number}" for number in range(50)]))
    assert len(found) == SHOWN == len(set(found))
