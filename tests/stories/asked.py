"""Names of the story, what the leads say each month, and what the story asks in passing."""

from __future__ import annotations

import sqlalchemy as sa

from tests.stories.city import City
from tracker.extensions import db
from tracker.obligations.models import Obligation, Period
from tracker.progress.closing import apply_for_closing, decide_closing
from tracker.progress.models import Closing, Report

HEALTH, FINANCE, EDUCATION, CULTURE = "市卫生健康委", "市财政局", "市教育局", "市文化和旅游局"
SCIENCE, PERSONNEL, INSURANCE, BANKS = "市科技局", "市委组织部", "市医保局", "市银保监办"
SERVICES, HOUSING, RED_CROSS, LAKE = "市机关事务服务中心", "市住建局", "市红十字会", "白鹭湖管理区"
TOWNS, NEW_TOWN = "各区镇街道", "高新区"

ON_PACE = ("1", "3", "7", "25", "36", "50", "51", "58")
"""Tasks of 2021 whose leads say just what 序时 asks; 46 and 52 fall behind; 39 has until the end of 2022."""
STARTED = {"10", "16", "20", "28", "30", "31", "35", "37", "38", "41", "42", "43", "54", "60"}
"""The tasks of 2021年实施,持续推进 that begin in July: all 15 but 49."""


def percents(on_pace: int, item_39: int, item_46: int, item_52: int) -> dict[str, int]:
    """What the leads say of the dated tasks in one month."""
    return dict.fromkeys(ON_PACE, on_pace) | {"39": item_39, "46": item_46, "52": item_52}


def owed(city: City, period: str) -> tuple[int, int]:
    """How many period reports are owed now, and by how many units."""
    query = sa.select(sa.func.count(), sa.func.count(Obligation.unit_id.distinct())).join(Obligation.period)
    row = db.session.execute(query.where(Period.name == period, Obligation.withdrawn_on.is_(None))).one()
    return row[0], row[1]


def rows_of(city: City, unit: str, period: str) -> set[str | None]:
    """Numbers of the tasks for which the unit owes a report in the period."""
    query = sa.select(Obligation).join(Obligation.period).where(Period.name == period)
    query = query.where(Obligation.unit_id == city.unit(unit).id, Obligation.withdrawn_on.is_(None))
    return {one.task.no for one in db.session.scalars(query)}


def report_of(city: City, unit: str, no: str, period: str) -> Report:
    query = sa.select(Report).join(Report.obligation).join(Obligation.period).where(Period.name == period)
    query = query.where(Obligation.unit_id == city.unit(unit).id, Obligation.task_id == city.task(no).id)
    return db.session.scalars(query).one()


def state_of(city: City, unit: str, no: str, period: str) -> tuple[str, int | None]:
    """State of a report, and who signed it."""
    report = report_of(city, unit, no, period)
    return report.state.value, report.versions[-1].signed_by_id


def last_closing(city: City, no: str) -> Closing:
    query = sa.select(Closing).where(Closing.task_id == city.task(no).id).order_by(Closing.id.desc())
    return db.session.scalars(query.limit(1)).one()


def close(city: City, no: str, unit: str) -> None:
    """A lead applies and the office agrees on one day."""
    closing = apply_for_closing(city.task(no), city.unit(unit), "全部完成。", city.reporter(unit))
    decide_closing(closing, True, "资料齐全", city.office)
