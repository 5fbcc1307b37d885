"""One year of the 潜江 list, July 2021 to June 2022, told day by day; every figure was worked out by hand.

What is owed each month, at first: 61 tasks. Each of the 22 towns owes 9 rows (partner in 6 10 14 15 16 60, lead in
29 58 61): 198. 市卫生健康委 has a part in all tasks but 4 9 35 50: 57. The other 32 units: 财政局 9; 教育局 and
医保局 8 each; 组织部, 总工会, 市场监管局, 民政局, 妇联 and 发改委 4 each; 宣传部, 科协, 文化和旅游局 and
团市委 3 each; 广播电视台, 生态环境局 and 政务服务局 2 each; the other 16 one each:
9 + 16 + 24 + 12 + 6 + 16 = 83. Together 198 + 57 + 83 = 338 reports by 22 + 1 + 32 = 55 units.

Due on the 25th or the next working day: 7-26 8-25 9-26 (a Sunday worked for the National Day) 10-25 11-25 12-27, then
1-25 2-25 3-25 4-25 5-25 6-27. 序时 of a limit at the end of 2021, in July to December: 7/12 = 58%, 67, 75, 83, 92, 100.
"""

from __future__ import annotations

import pytest

from tests.stories import year_2021, year_2022
from tests.stories.city import City
from tests.stories.figures import Memory


@pytest.mark.timeout(600)
def test_a_year_of_the_list(city: City) -> None:
    memory = Memory()
    year_2021.july_begins_and_two_are_late(city, memory)
    year_2021.august_sees_two_returns(city, memory)
    year_2021.september_misses_one_unit(city, memory)
    year_2021.october_falls_behind(city, memory)
    year_2021.november_changes_a_lead(city, memory)
    year_2021.december_closes_what_it_can(city, memory)
    year_2022.the_new_year_finds_the_overdue(city, memory)
    year_2022.january_opens_one_again(city, memory)
    year_2022.february_closes_the_rest(city)
    year_2022.march_loses_a_town(city, memory)
    year_2022.april_gains_a_town(city)
    year_2022.may_withdraws_a_report(city)
    year_2022.june_looks_back(city, memory)
