"""A small county's year 2022: twelve units, thirteen tasks, reported quarterly; every figure is worked out by hand.

``places``: units and documents. ``people``: what they do. ``first_half``, ``second_half``, ``new_year``: the story.
``by_hand``: the tables of the bulletins and the scores, written before the program was asked.
"""

import pytest

pytest.register_assert_rewrite(
    *(f"tests.stories.county.{name}" for name in ("first_half", "second_half", "new_year", "by_hand"))
)
