"""Reads of single values: one to decide, those that wait, who wrote them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from tracker.errors import NotFound
from tracker.extensions import db
from tracker.indicators.models import Indicator, IndicatorValue, IndicatorValueFile
from tracker.indicators.rules import ValueState
from tracker.permissions import UNIT_ROLES, Actor, Subject
from tracker.plans.models import Plan
from tracker.plans.queries import visible_to

PAGE = 200
_OTHER = sa.orm.aliased(IndicatorValue)


def open_value(value_id: int, actor: Actor) -> IndicatorValue:
    """A value the office is to decide; NotFound when there is none for this actor."""
    query = (
        sa.select(IndicatorValue)
        .join(Indicator)
        .join(Plan)
        .where(IndicatorValue.id == value_id, visible_to(actor))
        .options(joinedload(IndicatorValue.indicator).joinedload(Indicator.plan), joinedload(IndicatorValue.unit))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这个数，或者您不能看它。请从指标页重新进入。")
    return found


def with_files(values: Iterable[IndicatorValue]) -> None:
    """Read the files of these versions in one statement; otherwise each would ask for its own."""
    by_id = {one.id: one for one in values}
    if not by_id:
        return
    query = sa.select(IndicatorValueFile).where(IndicatorValueFile.value_id.in_(by_id))
    found: dict[int, list[IndicatorValueFile]] = defaultdict(list)
    for file in db.session.scalars(query.order_by(IndicatorValueFile.id)):
        found[file.value_id].append(file)
    for value_id, one in by_id.items():
        set_committed_value(one, "files", found[value_id])


def open_value_file(file_id: int, actor: Actor) -> IndicatorValueFile:
    """A file of a value; NotFound when there is none for this actor, whatever the reason."""
    query = sa.select(IndicatorValueFile).join(IndicatorValueFile.value).join(IndicatorValue.indicator).join(Plan)
    query = query.where(IndicatorValueFile.id == file_id, visible_to(actor))
    found = db.session.scalar(query.options(contains_eager(IndicatorValueFile.value)))
    if found is None:
        raise NotFound("没有这份材料，或者您不能看它。")
    return found


def value_subject(one: IndicatorValue, writers: frozenset[int]) -> Subject:
    """What rights on a value depend on. ``writers``: everybody who entered a version of it."""
    return Subject(unit_id=one.unit_id, office_id=one.indicator.plan.office_id, writer_ids=writers)


def writers_of(values: Sequence[IndicatorValue]) -> dict[int, frozenset[int]]:
    """Id of a value -> everybody who entered a version of this unit's value of the period; one statement."""
    same = (
        (_OTHER.indicator_id == IndicatorValue.indicator_id)
        & (_OTHER.unit_id == IndicatorValue.unit_id)
        & (_OTHER.period_on == IndicatorValue.period_on)
    )
    query = sa.select(IndicatorValue.id, _OTHER.entered_by_id).join(_OTHER, same)
    found: dict[int, set[int]] = defaultdict(set)
    for value_id, person_id in db.session.execute(query.where(IndicatorValue.id.in_([one.id for one in values]))):
        found[value_id].add(person_id)
    return {one.id: frozenset(found[one.id]) for one in values}


IS_LAST = ~(
    sa.select(_OTHER.id)
    .where(_OTHER.indicator_id == IndicatorValue.indicator_id, _OTHER.unit_id == IndicatorValue.unit_id)
    .where(_OTHER.period_on == IndicatorValue.period_on, _OTHER.number > IndicatorValue.number)
    .correlate(IndicatorValue)
    .exists()
)


def is_last(one: IndicatorValue) -> bool:
    """Whether the unit has not entered another version since."""
    return db.session.scalar(sa.select(IndicatorValue.id).where(IndicatorValue.id == one.id, IS_LAST)) is not None


def waiting(plan_id: int, ids: Collection[int] | None = None, page: int | None = None) -> list[IndicatorValue]:
    """The values that wait for the office, the longest first; of these ids, of this page, else all."""
    query = (
        sa.select(IndicatorValue)
        .join(IndicatorValue.indicator)
        .where(Indicator.plan_id == plan_id, IndicatorValue.state == ValueState.ENTERED, IS_LAST)
        .options(
            contains_eager(IndicatorValue.indicator).joinedload(Indicator.plan),
            joinedload(IndicatorValue.unit),
            joinedload(IndicatorValue.entered_by),
        )
        .order_by(IndicatorValue.entered_at, IndicatorValue.id)
    )
    if ids is not None:
        query = query.where(IndicatorValue.id.in_(ids))
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    return list(db.session.scalars(query))


def count_waiting(actor: Actor, plan_id: int) -> sa.ScalarSelect[int]:
    """How many values wait for the office; for a reporter, how many came back."""
    is_unit = actor.role in UNIT_ROLES
    state = ValueState.RETURNED if is_unit else ValueState.ENTERED
    query = sa.select(sa.func.count(IndicatorValue.id)).join(Indicator)
    query = query.where(Indicator.plan_id == plan_id, IndicatorValue.state == state, IS_LAST)
    return (query.where(IndicatorValue.unit_id == actor.unit_id) if is_unit else query).scalar_subquery()
