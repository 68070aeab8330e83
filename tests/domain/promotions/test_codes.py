import os

from hypothesis import given
from hypothesis import strategies as st

from domain.promotions.codes import ALPHABET, BODY, check_digit, codes, is_sound, normal

bodies = st.text(ALPHABET, min_size=BODY, max_size=BODY)


def test_the_alphabet_holds_no_look_alikes():
    assert not set(ALPHABET) & set("0O1I2Z5S8B6UV")
    assert len(ALPHABET) == len(set(ALPHABET)) == 23


@given(body=bodies, at=st.integers(0, BODY), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(body: str, at: int, other: str):
    code = body + check_digit(body)
    wrong = code[:at] + other + code[at + 1 :]
    assert is_sound(wrong) == (wrong == code)


@given(body=bodies, at=st.integers(0, BODY - 1))
def test_two_characters_that_changed_places_are_found(body: str, at: int):
    code = body + check_digit(body)
    wrong = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert is_sound(wrong) == (wrong == code)


def test_codes_are_evenly_drawn_and_read_as_written():
    made = codes(os.urandom(800_000), "FASHION")
    assert len(set(made)) == len(made) > 45_000
    counts = [sum(code[8:].count(character) for code in made) for character in ALPHABET]
    expected = sum(counts) / len(ALPHABET)
    assert sum((count - expected) ** 2 / expected for count in counts) < 60  # chi-square, 22 degrees: p < 2e-5
    assert all(is_sound(normal(code).removeprefix("FASHION")) for code in made[:1_000])
    assert normal(" fashion-7k2m9 qxa ") == "FASHION7K2M9QXA"
