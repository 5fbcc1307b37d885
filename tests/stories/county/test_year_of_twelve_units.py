"""The year 2022 of a county with twelve units, told day by day; see `by_hand` for how its figures were worked out."""

from __future__ import annotations

import pytest

from tests.stories.county import first_half, new_year, pages, second_half
from tests.stories.county.people import County
from tests.stories.figures import Memory


@pytest.mark.timeout(300)
def test_a_year_of_twelve_units(county: County) -> None:
    memory = Memory()
    first_half.january_gives_the_tasks_out(county)
    first_half.march_reports(county)
    first_half.april_publishes_the_first_bulletin(county, memory)
    first_half.april_presses_the_roads(county)
    first_half.june_closes_the_fields(county, memory)
    second_half.july_answers(county)
    second_half.july_inspects_two_towns(county)
    second_half.september_moves_two_limits(county)
    second_half.september_reports(county)
    second_half.october_publishes_the_second_bulletin(county, memory)
    second_half.autumn_closes_what_it_can(county)
    second_half.december_ends_the_year(county)
    new_year.the_year_in_figures(county, memory)
    new_year.the_year_is_scored(county)
    new_year.an_appeal_is_upheld(county)
    new_year.the_next_list_carries_on(county)
    pages.february_looks_back(county, memory)
