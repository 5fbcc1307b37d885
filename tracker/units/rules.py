"""Rules of unit names, on plain values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class UnitKind(StrEnum):
    """What sort of unit; GROUP and TOWNSHIP_GROUP owe through their members."""

    DEPARTMENT = "department"
    TOWNSHIP = "township"
    PUBLIC_INSTITUTION = "public_institution"
    MASS_ORGANISATION = "mass_organisation"
    LEADING_GROUP_OFFICE = "leading_group_office"
    ENTERPRISE = "enterprise"
    GROUP = "group"
    TOWNSHIP_GROUP = "township_group"


KIND_NAMES = {
    UnitKind.DEPARTMENT: "部门",
    UnitKind.TOWNSHIP: "区镇街道",
    UnitKind.PUBLIC_INSTITUTION: "事业单位",
    UnitKind.MASS_ORGANISATION: "群团组织",
    UnitKind.LEADING_GROUP_OFFICE: "领导小组办公室",
    UnitKind.ENTERPRISE: "企业",
    UnitKind.GROUP: "群体",
    UnitKind.TOWNSHIP_GROUP: "区镇街道群体",
}
GROUP_KINDS = (UnitKind.GROUP, UnitKind.TOWNSHIP_GROUP)


@dataclass(frozen=True)
class Known:
    """A name of the register: a unit's own (no dates) or an alias in the days it held."""

    name: str
    unit_id: int
    from_on: date | None = None
    until_on: date | None = None

    def holds(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.until_on is None or day < self.until_on)


def plain(name: str) -> str:
    """A name as it is compared: full and half width alike, no blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def sort_key(name: str) -> str:
    """The name in pinyin, for ordering."""
    from pypinyin import lazy_pinyin  # its dictionary takes 58 MB: only who enters a unit needs it

    return " ".join(lazy_pinyin(name))[:200]


def resolve(name: str, register: Iterable[Known], day: date) -> set[int]:
    """The units that ``name`` meant on ``day``: none, one, or several when the name is not clear."""
    wanted = plain(name)
    return {known.unit_id for known in register if plain(known.name) == wanted and known.holds(day)}


TOWNSHIP_ENDINGS = ("镇", "乡", "街道", "街道办事处", "管理区", "办事处", "开发区", "园区", "管委会")
PUBLIC_ENDINGS = ("中心", "电视台", "医院", "学校", "学院", "研究院", "馆", "疾控中心")
MASS_ENDINGS = ("总工会", "妇联", "团委", "科协", "残联", "红十字会", "工商联", "计生协会", "文联", "侨联", "协会")
GROUP_WORDS = ("各", "全体", "有关", "相关")


def likely_kind(name: str) -> UnitKind:
    """What sort of unit a name nobody has seen is likely to be: proposed to the clerk, never taken."""
    if name.startswith(GROUP_WORDS) or name.endswith(("成员单位", "各部门", "有关部门")):
        is_town = any(word in name for word in ("镇", "乡", "街道", "县", "区"))
        return UnitKind.TOWNSHIP_GROUP if is_town and "部门" not in name else UnitKind.GROUP
    if name.endswith(("领导小组办公室", "指挥部办公室", "委员会办公室")):
        return UnitKind.LEADING_GROUP_OFFICE
    if name.endswith(MASS_ENDINGS) or name.startswith(("团市委", "团县委", "团区委", "团省委")):
        return UnitKind.MASS_ORGANISATION
    if name.endswith(PUBLIC_ENDINGS):
        return UnitKind.PUBLIC_INSTITUTION
    if name.endswith(("公司", "集团", "银行", "支行")):
        return UnitKind.ENTERPRISE
    return UnitKind.TOWNSHIP if name.endswith(TOWNSHIP_ENDINGS) else UnitKind.DEPARTMENT
