"""What the two bulletins and the year's scores must say, worked out by hand from the story and from nothing else.

Who owes what in a quarter while nothing is closed, by task (the lead first): 1 交通 财政 and the 4 towns; 2 教育
财政; 3 住建 财政; 4 the 4 towns, 农业 卫健; 5 生态 住建; 6 发改; 7 卫健; 8 农业 东坪 西河; 9 住建 and the 4 towns; 10
财政; 11 北溪 南岭 生态; 12 发改 财政; 13 教育: 6 + 2 + 2 + 6 + 2 + 1 + 1 + 3 + 5 + 1 + 3 + 2 + 1 = 35. By unit: 财政
5 (1 2 3 10 12); each town 4 (1 4 9, and 8 or 11); 住建 3 (3 5 9); 发改 2 (6 12); 教育 2 (2 13); 农业 2 (4 8); 生态 2
(5 11); 卫健 2 (4 7); 交通 1 (1): 5 + 16 + 3 + 5 × 2 + 1 = 35.
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
from tracker.supervision.bulletin_rules import plain
from tracker.tasks.axes import Colour

Table = list[list[str]]

# The first quarter, as of 1 April: the first day after it was due, and already in the fourth month.
#
# 序时 and what the leads say: 1 4/12 = 33, 12: behind 21, yellow. 2 4/8 = 50, 48. 3 4/12 = 33; its only report was
# returned: missing, yellow. 4 4/11 = 36, the lowest of the towns says 35. 8 4/6 = 67, 64. 11 4/10 = 40, 北溪 says 38,
# 南岭 is missing: yellow. 12 4/9 = 44, the lower of the two says 40. The others have no end, and their leads
# reported: green. So 3 yellow of 13 (23.1 %) and 10 green (76.9 %).
#
# 35 owed. Not received: 西河's for 9, 南岭's for 11, 住建's for 3, which was returned: 32 (91.4 %). In time 33 (94.3
# %): the return does not undo it. Submitted 33, returned 1 (3.0 %).
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
SPRING_WORDS = [
    "截至2022年4月1日，民生实事2022共13项任务，其中逾期0/13（0.0%），滞后3/13（23.1%），临近0/13（0.0%），"
    "正常10/13（76.9%），办结0/13（0.0%）。",
    "第一季度（2022年3月31日到期）应报35件，已报32/35（91.4%），按时报送33/35（94.3%），退回1/33（3.0%）；"
    "3家单位欠报3件。各单位情况见附件。",
]
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
# 1 10/12 = 83, 80. 2 was given until 31 October: 10/10 = 100, 90: behind 10, blue; 17 working days are left. 3 83,
# 50: behind 33, red. 4 10/11 = 91, the towns say 90. 6 has not started and it is the last quarter: yellow. 7 卫健 is
# missing: yellow. 8 closed. 11 100, the lower says 96, but to 10 October there are 2 working days, the 9th and the
# 10th: yellow. 12 was given until 30 November: 10/11 = 91, the lower says 87. 5 9 10 13 reported, green. So 1 red
# (7.7 %), 3 yellow (23.1 %), 1 blue, 1 closed, and 7 green: 1 4 5 9 10 12 13 (53.8 %).
#
# Owed 35 less the 3 of task 8: 32. Not received: 卫健's for 7, 南岭's for 9: 30 (93.75: 93.8 %). In time 29 (90.6 %):
# 西河's for 4 was signed on this day. Submitted 30 and 北溪's second for 1, which its head had returned: 1 of 31 (3.2
# %).
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
AUTUMN_WORDS = [
    "截至2022年10月8日，民生实事2022共13项任务，其中逾期1/13（7.7%），滞后3/13（23.1%），临近1/13（7.7%），"
    "正常7/13（53.8%），办结1/13（7.7%）。",
    "第三季度（2022年9月30日到期）应报32件，已报30/32（93.8%），按时报送29/32（90.6%），退回1/31（3.2%）；"
    "2家单位欠报2件。各单位情况见附件。",
]
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

# The scores of the year, base 90, by the rules in RULES; what was read up to 8 January, five days after the last due
# day.
#
# Each deduction and addition, with its rule, the task and the points.
RULES: list[dict[str, Any]] = [
    {"kind": "report.late", "points": "-0.1", "per": 1, "cap": "5"},  # 1: each day late
    {"kind": "report.missing", "points": "-1", "role": "lead"},  # 2
    {"kind": "report.missing", "points": "-0.5", "role": "partner"},  # 3
    {"kind": "report.returned", "points": "-0.5"},  # 4: by the office
    {"kind": "report.urged", "points": "-0.2"},  # 5: by hand
    {"kind": "item.in_time", "points": "2", "role": "lead"},  # 6
    {"kind": "item.in_time", "points": "1", "role": "partner"},  # 7
    {"kind": "item.early", "points": "0.5", "at_least": 10},  # 8: ten days or more
    {"kind": "item.late", "points": "-0.2", "role": "lead", "per": 1},  # 9: each day after the limit
    {"kind": "item.undone", "points": "-5", "role": "lead"},  # 10
    {"kind": "item.undone", "points": "-2.5", "role": "partner"},  # 11
    {"kind": "rectification.late", "points": "-1"},  # 12: after an inspection
    {"kind": "extension.late", "points": "-0.5"},  # 13: more time asked for after the limit
]
SCHEME: dict[str, Any] = {
    "base": "90",
    "ceiling": "100",
    "settle_days": 5,
    "min_obligations": 4,
    "appeal_days": 5,
    "rating_share": 0,
    "rules": RULES,
}
Lines = list[tuple[int, str, int]]
LINES: dict[str, Lines] = {
    # (rule, task, hundredths of a point), by rule and day
    # 北溪's completion of 4: 2 days
    BEIXI: [(1, "4", -20), (6, "11", 200), (6, "4", 200), (7, "1", 100), (12, "4", -100)],
    DONGPING: [(1, "1", -80), (5, "1", -20), (6, "4", 200), (7, "8", 100), (7, "1", 100), (8, "8", 50)],
    NANLING: [(1, "11", -60), (3, "9", -50), (3, "9", -50), (6, "11", 200), (6, "4", 200), (7, "1", 100)],
    XIHE: [(1, "9", -20), (1, "4", -80), (6, "4", 200), (7, "8", 100), (7, "1", 100), (8, "8", 50)],
    FINANCE: [
        (1, "12", -50),  # its completion: 5 days
        (3, "2", -50),
        (7, "2", 100),
        (7, "1", 100),
        (8, "2", 50),
        (9, "12", -100),
        (11, "3", -250),
    ],
    REFORM: [(1, "12", -50), (9, "12", -100)],
    ROADS: [(6, "1", 200)],  # five days early: too few for rule 8
    SCHOOLS: [(6, "2", 200), (8, "2", 50), (13, "2", -50)],  # eleven days before 31 October
    FARMS: [(6, "8", 200), (7, "4", 100), (8, "8", 50)],
    NATURE: [(1, "5", -40), (1, "5", -20), (7, "11", 100)],
    HEALTH: [(1, "7", -70), (1, "7", -90), (2, "7", -100), (7, "4", 100)],  # an occurrence of June, the third quarter
    HOUSING: [(4, "3", -50), (10, "3", -500)],
}
# What was owed: a report for each row of the quarters, 卫健 eight occurrences, the towns a completion of 4, 发改 and
# 财政 one of 12; that of 11 fell away as it was closed on its day, those of 2 as its limit moved and it was closed
# before. 财政 5 + 5 + 5 + 2 and 1; 发改 2 + 2 + 2 + 1 and 1; 交通 3; 教育 2 + 2 + 2 + 1; 农业 2 + 1 + 1; 生态 7; 卫健
# 2 + 2 + 2 + 1 and 8; 住建 3 × 4; 北溪 and 南岭 4 + 4 + 4 + 1 and 1; 东坪 and 西河 4 + 3 + 3 + 1 and 1. 交通 has
# fewer than four: no place.
# The sums, base 90:
# 农业 + 2 + 1 + 0.5 = 93.5            教育 + 2 + 0.5 - 0.5 = 92          生态 - 0.4 - 0.2 + 1 = 90.4
# 发改 - 0.5 - 1 = 88.5                卫健 - 0.7 - 0.9 - 1 + 1 = 88.4    住建 - 0.5 - 5 = 84.5
# 财政 - 0.5 - 0.5 + 1 + 1 + 0.5 - 1 - 2.5 = 88                           交通 + 2 = 92
# 北溪 - 0.2 + 2 + 2 + 1 - 1 = 93.8    东坪 - 0.8 - 0.2 + 2 + 1 + 1 + 0.5 = 93.5
# 西河 - 0.2 - 0.8 + 2 + 1 + 1 + 0.5 = 93.5, so two share the second place
# 南岭 - 0.6 - 0.5 - 0.5 + 2 + 2 + 1 = 93.4; after the appeal - 0.6 - 0.5 + 2 + 2 + 1 = 93.9
SCORES: dict[str, tuple[int | None, int, str]] = {
    # (place, hundredths, received of what was owed) in the order of the table
    FARMS: (1, 9350, "4/4（100.0%）"),
    SCHOOLS: (2, 9200, "7/7（100.0%）"),
    NATURE: (3, 9040, "7/7（100.0%）"),
    REFORM: (4, 8850, "8/8（100.0%）"),
    HEALTH: (5, 8840, "14/15（93.3%）"),
    FINANCE: (6, 8800, "17/18（94.4%）"),
    HOUSING: (7, 8450, "12/12（100.0%）"),
    ROADS: (None, 9200, "3/3（100.0%）"),
    BEIXI: (1, 9380, "14/14（100.0%）"),
    DONGPING: (2, 9350, "12/12（100.0%）"),
    XIHE: (2, 9350, "12/12（100.0%）"),
    NANLING: (4, 9340, "12/14（85.7%）"),
}

SCORES_AFTER_THE_APPEAL = SCORES | {
    # 南岭 gets its half point back and is first; the two that share a place are third
    NANLING: (1, 9390, "12/14（85.7%）"),
    BEIXI: (2, 9380, "14/14（100.0%）"),
    DONGPING: (3, 9350, "12/12（100.0%）"),
    XIHE: (3, 9350, "12/12（100.0%）"),
}

NANLING_POINTS = [-0.6, -0.5, 0, 2, 2, 1]

# What pages and workbooks show when the year is over.
OCTOBER_STATES = {
    **dict.fromkeys(("1", "4", "5", "9", "10", "12", "13"), "○ 正常"),
    "2": "◇ 落后10点",
    "3": "■ 落后33点",
    "6": "▲ 未启动",
    "7": "▲ 第三季度未报",
    "8": "✓ 已办结",
    "11": "▲ 剩2天",
}
OCTOBER_LAMPS = {Colour.RED: 1, Colour.YELLOW: 3, Colour.BLUE: 1, Colour.CLOSED: 1, Colour.GREEN: 7}
GRID = {
    # the four quarters; 报送率 and 及时率 of the year as of 6 January, when only what never came is missing
    "全部": ("35/35", "31/32", "31/32", "12/13", "109/112（97.3%）", "102/112（91.1%）"),
    "各区镇街道": ("16/16", "14/14", "13/14", "3/4", "46/48（95.8%）", "42/48（87.5%）"),
    BEIXI: ("4/4", "4/4", "4/4", "1/1", "13/13（100.0%）", "13/13（100.0%）"),
    DONGPING: ("4/4", "3/3", "3/3", "1/1", "11/11（100.0%）", "10/11（90.9%）"),
    NANLING: ("4/4", "4/4", "3/4", "0/1", "11/13（84.6%）", "10/13（76.9%）"),
    XIHE: ("4/4", "3/3", "3/3", "1/1", "11/11（100.0%）", "9/11（81.8%）"),
    FINANCE: ("5/5", "4/5", "5/5", "2/2", "16/17（94.1%）", "16/17（94.1%）"),
    REFORM: ("2/2", "2/2", "2/2", "1/1", "7/7（100.0%）", "7/7（100.0%）"),
    ROADS: ("1/1", "1/1", "1/1", "–", "3/3（100.0%）", "3/3（100.0%）"),
    SCHOOLS: ("2/2", "2/2", "2/2", "1/1", "7/7（100.0%）", "7/7（100.0%）"),
    FARMS: ("2/2", "1/1", "1/1", "–", "4/4（100.0%）", "4/4（100.0%）"),
    NATURE: ("2/2", "2/2", "2/2", "1/1", "7/7（100.0%）", "5/7（71.4%）"),
    HEALTH: ("2/2", "2/2", "2/2", "1/1", "7/7（100.0%）", "6/7（85.7%）"),
    HOUSING: ("3/3", "3/3", "3/3", "3/3", "12/12（100.0%）", "12/12（100.0%）"),
}

OCCURRENCES = [
    ("第四季度", "1/2 次，还差 1 次"),
    ("第三季度", "2/2 次"),
    ("第二季度", "2/2 次"),
    ("第一季度", "2/2 次"),
]
RECTIFICATIONS = [
    # unit, limit, reported, settled
    (DONGPING, "2022-07-29", "2022-07-25", "2022-07-28", "✓已销号"),
    (BEIXI, "2022-07-29", "2022-08-05", "2022-08-08", "✓已销号"),
]


def words(content: dict[str, Any], heading: str) -> list[str]:
    """The paragraphs in a section of a bulletin."""
    blocks = next(one["blocks"] for one in content["sections"] if one["heading"] == heading)
    return [plain(block) for block in blocks if block["kind"] == "para"]


def table(content: dict[str, Any], heading: str) -> Table:
    """The rows of the table in a section of a bulletin."""
    blocks = next(one["blocks"] for one in content["sections"] if one["heading"] == heading)
    return next(block["rows"] for block in blocks if block["kind"] == "table")
