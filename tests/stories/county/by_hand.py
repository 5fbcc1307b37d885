"""What the two bulletins and the year's scores must say, worked out by hand from the story and from nothing else.

Who owes what in a quarter while nothing is closed, by task (the lead first): 1 交通 财政 and the 4 towns; 2 教育 财政;
3 住建 财政; 4 the 4 towns, 农业 卫健; 5 生态 住建; 6 发改; 7 卫健; 8 农业 东坪 西河; 9 住建 and the 4 towns; 10 财政; 11 北溪
南岭 生态; 12 发改 财政; 13 教育: 6 + 2 + 2 + 6 + 2 + 1 + 1 + 3 + 5 + 1 + 3 + 2 + 1 = 35.
By unit: 财政 5 (1 2 3 10 12); each town 4 (1 4 9, and 8 or 11); 住建 3 (3 5 9); 发改 2 (6 12); 教育 2 (2 13);
农业 2 (4 8); 生态 2 (5 11); 卫健 2 (4 7); 交通 1 (1): 5 + 16 + 3 + 5 × 2 + 1 = 35.
"""

from __future__ import annotations

from typing import Any

from tests.stories.county.places import (
    BEIXI,
    DONGPING,
    FARMS,
    FINANCE,
    HEALTH,
    HOUSING,
    NANLING,
    NATURE,
    REFORM,
    ROADS,
    SCHOOLS,
    XIHE,
)

Table = list[list[str]]

# The first quarter, as of 1 April: the first day after it was due, and already in the fourth month.
#
# 序时 and what the leads say: 1 4/12 = 33, 12: behind 21, yellow. 2 4/8 = 50, 48. 3 4/12 = 33; its only report was
# returned: missing, yellow. 4 4/11 = 36, the lowest of the towns says 35. 8 4/6 = 67, 64. 11 4/10 = 40, 北溪 says 38, 南岭
# is missing: yellow. 12 4/9 = 44, the lower of the two says 40. The others have no end, and their leads reported: green.
# So 3 yellow of 13 (23.1 %) and 10 green (76.9 %).
#
# 35 owed. Not received: 西河's for 9, 南岭's for 11, 住建's for 3, which was returned: 32 (91.4 %). In time 33 (94.3 %): the
# return does not undo it. Submitted 33, returned 1 (3.0 %).
SPRING_FIGURES = {
    "填报期": "第一季度",
    "截至日": "2022年4月1日",
    "应报日": "2022年3月31日",
    "事项数": "13",
    "逾期": "0/13（0.0%）",
    "滞后": "3/13（23.1%）",
    "临近": "0/13（0.0%）",
    "正常": "10/13（76.9%）",
    "办结": "0/13（0.0%）",
    "应报": "35",
    "报送率": "32/35（91.4%）",
    "及时率": "33/35（94.3%）",
    "退回率": "1/33（3.0%）",
    "欠报": "3",
    "欠报单位": "3",
}
SPRING_LISTS = {
    "逾期事项": [],
    "滞后事项": [f"{ROADS}：第1项。", f"{HOUSING}：第3项。", f"{NANLING}：第11项。"],
    "未报情况": [f"{NANLING}：1件，第11项。", f"{XIHE}：1件，第9项。"],
    "退回情况": [f"{HOUSING}：1件，第3项。"],
}
SPRING_CHAPTERS: Table = [
    # 事项, 逾期, 滞后, 临近, 正常, 办结
    ["一、城乡建设", "4", "0/4\n（0.0%）", "2/4\n（50.0%）", "0/4\n（0.0%）", "2/4\n（50.0%）", "0/4\n（0.0%）"],
    ["二、生态和健康", "5", "0/5\n（0.0%）", "0/5\n（0.0%）", "0/5\n（0.0%）", "5/5\n（100.0%）", "0/5\n（0.0%）"],
    ["三、治理和保障", "4", "0/4\n（0.0%）", "1/4\n（25.0%）", "0/4\n（0.0%）", "3/4\n（75.0%）", "0/4\n（0.0%）"],
]
SPRING_UNITS: Table = [
    # 牵头事项, 逾期, 滞后, 已报／应报, 按时, 退回, 欠报; the lowest rate first, equal ones by name. 北溪 leads 11 too.
    ["1", HOUSING, "3", "0", "1", "2/3（66.7%）", "3", "1", "1"],
    ["2", NANLING, "2", "0", "1", "3/4（75.0%）", "3", "0", "1"],
    ["3", XIHE, "1", "0", "0", "3/4（75.0%）", "3", "0", "1"],
    ["4", BEIXI, "2", "0", "1", "4/4（100.0%）", "4", "0", "0"],
    ["5", DONGPING, "1", "0", "0", "4/4（100.0%）", "4", "0", "0"],
    ["6", FINANCE, "2", "0", "0", "5/5（100.0%）", "5", "0", "0"],
    ["7", REFORM, "2", "0", "0", "2/2（100.0%）", "2", "0", "0"],
    ["8", ROADS, "1", "0", "1", "1/1（100.0%）", "1", "0", "0"],
    ["9", SCHOOLS, "2", "0", "0", "2/2（100.0%）", "2", "0", "0"],
    ["10", FARMS, "1", "0", "0", "2/2（100.0%）", "2", "0", "0"],
    ["11", NATURE, "1", "0", "0", "2/2（100.0%）", "2", "0", "0"],
    ["12", HEALTH, "1", "0", "0", "2/2（100.0%）", "2", "0", "0"],
]

# The third quarter, due on Friday 30 September, as of 8 October: the Saturday worked after the holidays.
#
# 1 10/12 = 83, 80. 2 was given until 31 October: 10/10 = 100, 90: behind 10, blue; 17 working days are left. 3 83, 50: behind
# 33, red. 4 10/11 = 91, the towns say 90. 6 has not started and it is the last quarter: yellow. 7 卫健 is missing: yellow.
# 8 closed. 11 100, the lower says 96, but to 10 October there are 2 working days, the 9th and the 10th: yellow. 12 was given
# until 30 November: 10/11 = 91, the lower says 87. 5 9 10 13 reported, green. So 1 red (7.7 %), 3 yellow (23.1 %),
# 1 blue, 1 closed, and 7 green: 1 4 5 9 10 12 13 (53.8 %).
#
# Owed 35 less the 3 of task 8: 32. Not received: 卫健's for 7, 南岭's for 9: 30 (93.75: 93.8 %). In time 29 (90.6 %):
# 西河's for 4 was signed on this day. Submitted 30 and 北溪's second for 1, which its head had returned: 1 of 31 (3.2 %).
AUTUMN_FIGURES = {
    "填报期": "第三季度",
    "截至日": "2022年10月8日",
    "应报日": "2022年9月30日",
    "事项数": "13",
    "逾期": "1/13（7.7%）",
    "滞后": "3/13（23.1%）",
    "临近": "1/13（7.7%）",
    "正常": "7/13（53.8%）",
    "办结": "1/13（7.7%）",
    "应报": "32",
    "报送率": "30/32（93.8%）",
    "及时率": "29/32（90.6%）",
    "退回率": "1/31（3.2%）",
    "欠报": "2",
    "欠报单位": "2",
}
AUTUMN_LISTS = {
    "逾期事项": [f"{HOUSING}：第3项。"],
    "滞后事项": [f"{REFORM}：第6项。", f"{HEALTH}：第7项。", f"{BEIXI}：第11项。", f"{NANLING}：第11项。"],
    "未报情况": [f"{NANLING}：1件，第9项。", f"{HEALTH}：1件，第7项。"],
    "退回情况": [],
}
AUTUMN_CHAPTERS: Table = [
    ["一、城乡建设", "4", "1/4\n（25.0%）", "0/4\n（0.0%）", "1/4\n（25.0%）", "2/4\n（50.0%）", "0/4\n（0.0%）"],
    ["二、生态和健康", "5", "0/5\n（0.0%）", "2/5\n（40.0%）", "0/5\n（0.0%）", "2/5\n（40.0%）", "1/5\n（20.0%）"],
    ["三、治理和保障", "4", "0/4\n（0.0%）", "1/4\n（25.0%）", "0/4\n（0.0%）", "3/4\n（75.0%）", "0/4\n（0.0%）"],
]
AUTUMN_UNITS: Table = [
    ["1", HEALTH, "1", "0", "1", "1/2（50.0%）", "1", "0", "1"],
    ["2", NANLING, "2", "0", "1", "3/4（75.0%）", "3", "0", "1"],
    ["3", BEIXI, "2", "0", "1", "4/4（100.0%）", "4", "1", "0"],
    ["4", DONGPING, "1", "0", "0", "3/3（100.0%）", "3", "0", "0"],
    ["5", XIHE, "1", "0", "0", "3/3（100.0%）", "2", "0", "0"],
    ["6", FINANCE, "2", "0", "0", "5/5（100.0%）", "5", "0", "0"],
    ["7", REFORM, "2", "0", "1", "2/2（100.0%）", "2", "0", "0"],
    ["8", ROADS, "1", "0", "0", "1/1（100.0%）", "1", "0", "0"],
    ["9", SCHOOLS, "2", "0", "0", "2/2（100.0%）", "2", "0", "0"],
    ["10", FARMS, "1", "0", "0", "1/1（100.0%）", "1", "0", "0"],
    ["11", NATURE, "1", "0", "0", "2/2（100.0%）", "2", "0", "0"],
    ["12", HOUSING, "3", "1", "0", "3/3（100.0%）", "3", "0", "0"],
]


def table(content: dict[str, Any], heading: str) -> Table:
    """The rows of the table in a section of a bulletin."""
    blocks = next(one["blocks"] for one in content["sections"] if one["heading"] == heading)
    return next(block["rows"] for block in blocks if block["kind"] == "table")
