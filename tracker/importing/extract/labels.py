"""Heads of columns and labels in the text: what each wording stands for, and how neighbours change its role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto

from tracker.importing.extract.words import fold, squeeze


class Label(Enum):
    """What a column or label holds. RESPONSIBLE and DOER change their role with their neighbours."""

    NUMBER = auto()
    CATEGORY = auto()
    TEXT = auto()
    DETAIL = auto()
    GOAL = auto()
    LEAD = auto()
    RESPONSIBLE = auto()
    DOER = auto()
    PARTNER = auto()
    LIMIT = auto()
    PERSON = auto()
    NOTE = auto()
    PROGRESS = auto()


class Role(Enum):
    """What the units under a label do."""

    LEAD = auto()
    RESPONSIBLE = auto()  # leads, or only its first name where a document rule says so
    PARTNER = auto()


_UNIT = r"(?:单位|部门|机关|主体|处室|科室|机构)"
# The first that matches the whole head wins.
_WORDINGS: tuple[tuple[Label, str], ...] = (
    (Label.NUMBER, r"序号|编号|序|号|任务编号|任务序号|项目编号|NO\.?"),
    (Label.PERSON, r".*(?:领导|责任人|负责人|负责同志|联系人|联络员|电话|包保人|挂钩人).*"),
    (Label.PROGRESS, r".*(?:进展|推进情况|完成情况|落实情况|达序|进度情况|季度|得分|自评|现状).*"),
    (
        Label.LIMIT,
        r".*(?:时限|完成时间|完成日期|完成节点|时间节点|时间安排|进度安排|完成期限|期限|截止.*|整改时间|办结时间|时间|完成年限|时间要求)(?:要求|安排)?",
    ),
    (
        Label.LEAD,
        rf"(?:市|区|县|省)?(?:级)?(?:总?牵头|主要责任|主牵头|主办|主责任|第一责任|牵头责任|牵头负责|牵头抓总){_UNIT}?",
    ),
    (Label.LEAD, rf"牵头(?:责任|负责)?{_UNIT}?(?:\(.*\))?|责任(?:主体|单位)\(牵头(?:单位)?\)"),
    (Label.DOER, rf"主责{_UNIT}|承担{_UNIT}|具体责任{_UNIT}|实施{_UNIT}|落实{_UNIT}|承办{_UNIT}|执行{_UNIT}"),
    (
        Label.PARTNER,
        rf".*(?:配合|参与|参加|协办|协同|协作|协助|其他责任|其它责任|共同责任|成员){_UNIT}(?:\(.*\))?|配合|参与",
    ),
    (Label.RESPONSIBLE, rf".*(?:责任|负责){_UNIT}.*|责任(?:主体|分工|领域)?|.*(?:单位|部门)"),
    (Label.NOTE, r"备注|说明|注|依据|.*来源|附注"),
    (
        Label.CATEGORY,
        r"类别|分类|类型|重点领域|领域|重点方面|方面|板块|章节|大项|一级指标|工作类别|任务类别|项目类别|任务分类|行动|专项行动|重点行动",
    ),
    (Label.DETAIL, r".*(?:内容|措施|举措|具体.*任务|细化.*|要点|事项内容|任务分解)"),
    (Label.TEXT, r".*(?:任务|事项|工作|项目|要求|举措).*"),
    (Label.GOAL, r".*目标.*"),
)
_COLUMN = [(label, re.compile(words, re.I)) for label, words in _WORDINGS]
_MAX_HEAD = 20

_INLINE = re.compile(
    r"(?P<lead>(?:牵头|主要责任|主办|主责任)(?:责任|负责)?(?:单位|部门))\s*[::]"
    r"|(?P<partner>(?:协同配合|配合|参与|参加|协办|协同|协作|协助|其他责任)(?:/责任)?(?:责任)?(?:单位|部门))\s*[::]"
    r"|(?P<responsible>(?:责任|负责|主责)(?:单位|部门|主体))\s*[::]"
    r"|(?P<limit>(?:完成|办结|整改)?(?:时限|期限|时间|日期)(?:要求)?|时间节点|进度安排)\s*[::]"
    r"|(?P<person>(?:牵头|责任|主管|分管|包保|区|县|市)*(?:领导|责任人|负责人|联系人|联络员))\s*[::]"
)
_INLINE_LABEL = {
    "lead": Label.LEAD,
    "partner": Label.PARTNER,
    "responsible": Label.RESPONSIBLE,
    "limit": Label.LIMIT,
    "person": Label.PERSON,
}


def column_label(head: str) -> Label | None:
    """The label of a column's head; None for words that are no head of the list."""
    words = squeeze(fold(head)).strip("*:")
    if not words or len(words) > _MAX_HEAD:
        return None
    return next((label for label, pattern in _COLUMN if pattern.fullmatch(words)), None)


def inline_labels(folded: str) -> list[tuple[Label, int, int]]:
    """The labels written in a text (牵头单位：…): each with where it starts and where its words begin."""
    return [(_INLINE_LABEL[str(found.lastgroup)], found.start(), found.end()) for found in _INLINE.finditer(folded)]


def unit_roles(labels: Iterable[Label]) -> dict[Label, Role]:
    """What each unit label means beside the others: 责任 beside 牵头 is a partner, alone it leads."""
    present = set(labels)
    if Label.LEAD in present:
        return {
            Label.LEAD: Role.LEAD,
            Label.RESPONSIBLE: Role.PARTNER,
            Label.DOER: Role.PARTNER,
            Label.PARTNER: Role.PARTNER,
        }
    if Label.DOER in present:
        return {Label.DOER: Role.LEAD, Label.RESPONSIBLE: Role.PARTNER, Label.PARTNER: Role.PARTNER}
    alone = Role.LEAD if Label.PARTNER in present else Role.RESPONSIBLE
    return {Label.RESPONSIBLE: alone, Label.PARTNER: Role.PARTNER}
