"""The year 2022 of a county with twelve units, told day by day; see `by_hand` for how its figures were worked out."""

from __future__ import annotations

import pytest

from tests.stories.county import first_half
from tests.stories.county.people import County
from tests.stories.figures import Memory


@pytest.mark.timeout(300)
def test_a_year_of_twelve_units(county: County) -> None:
    memory = Memory()
    first_half.january_gives_the_tasks_out(county)
    first_half.march_reports(county)
    spring = first_half.april_publishes_the_first_bulletin(county, memory)
    first_half.april_presses_the_roads(county)
    first_half.june_closes_the_fields(county, memory)
