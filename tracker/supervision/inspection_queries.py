"""Reads of inspections and of the items found at them, by the viewer's rights, as of any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.errors import NotFound
from tracker.extensions import db, end_of
from tracker.permissions import UNIT_ROLES, Actor, Role, Subject
from tracker.plans.models import Plan
from tracker.supervision.inspection_models import (
    InspectedUnit,
    Inspection,
    Rectification,
    RectificationFile,
    RectificationReport,
)
from tracker.supervision.inspection_rules import (
    NOT_OUT,
    OUT,
    OWED,
    WITHDRAWABLE,
    InspectionState,
    RectificationState,
    Sign,
    Stand,
    Tally,
    sign_of,
    tally,
)
from tracker.supervision.models import Slip
from tracker.tasks.axes import Thresholds
from tracker.workdays import state_council

PAGE = 200


def inspections_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """`inspection.read` as a WHERE."""
    if actor.role is Role.OFFICE:
        return Inspection.office_id == actor.unit_id
    is_out = Inspection.state == InspectionState.ISSUED
    if actor.role is Role.LEADER:
        return is_out
    if actor.role in UNIT_ROLES:
        visited = sa.select(InspectedUnit.inspection_id).where(InspectedUnit.unit_id == actor.unit_id)
        return is_out & Inspection.id.in_(visited)
    return sa.false()


def items_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """`rectification.read` as a WHERE on Rectification joined with its Inspection."""
    if actor.role is Role.OFFICE:
        return Inspection.office_id == actor.unit_id
    is_out = Rectification.state.in_(OUT)
    if actor.role is Role.LEADER:
        return is_out
    if actor.role in UNIT_ROLES:
        return is_out & (Rectification.unit_id == actor.unit_id)
    return sa.false()


def subject_of_inspection(inspection: Inspection) -> Subject:
    """What rights on an inspection depend on."""
    visited = frozenset(one.unit_id for one in inspection.visited)
    is_draft = inspection.state is not InspectionState.ISSUED
    return Subject(office_id=inspection.office_id, reader_ids=visited, is_draft=is_draft)


def subject_of_notice(inspection: Inspection, one: InspectedUnit) -> Subject:
    """What rights on the notice of one unit depend on."""
    is_draft = inspection.state is not InspectionState.ISSUED
    return Subject(unit_id=one.unit_id, office_id=inspection.office_id, is_draft=is_draft)


def subject_of_item(item: Rectification) -> Subject:
    """What rights on an item depend on; who reported of it does not decide it."""
    return Subject(
        unit_id=item.unit_id,
        office_id=item.inspection.office_id,
        writer_ids=frozenset(report.reported_by_id for report in item.reports),
        is_draft=item.state in NOT_OUT,
    )


def open_inspection(inspection_id: int, actor: Actor) -> Inspection:
    """The inspection with all its page needs; NotFound when there is none for this actor."""
    query = sa.select(Inspection).where(Inspection.id == inspection_id, inspections_visible_to(actor))
    people = (Inspection.drafted_by, Inspection.issued_by, Inspection.dropped_by)
    query = query.options(
        joinedload(Inspection.plan),
        joinedload(Inspection.office),
        selectinload(Inspection.visited).joinedload(InspectedUnit.unit),
        selectinload(Inspection.tasks),
        selectinload(Inspection.items).options(joinedload(Rectification.unit), joinedload(Rectification.task)),
        *(joinedload(one) for one in people),
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有这次检查，或者它没有查本单位。请回到督办里找。")
    return found


def inspection_of(inspected_unit_id: int) -> int:
    """The id of the inspection at which a unit was visited; 0, which none has, when there is none."""
    query = sa.select(InspectedUnit.inspection_id).where(InspectedUnit.id == inspected_unit_id)
    return db.session.scalar(query) or 0


def open_item(item_id: int, actor: Actor) -> Rectification:
    """The item with all its page needs; NotFound when there is none for this actor."""
    query = _items().where(Rectification.id == item_id, items_visible_to(actor))
    reports = selectinload(Rectification.reports).options(
        joinedload(RectificationReport.reported_by),
        joinedload(RectificationReport.decided_by),
        selectinload(RectificationReport.files),
    )
    around = joinedload(Rectification.inspection).options(
        joinedload(Inspection.office), selectinload(Inspection.visited)
    )
    item = db.session.scalar(query.options(reports, around))
    if item is None:
        raise NotFound("没有这条整改事项，或者它不是本单位的。请回到督办里找。")
    return item


def open_item_file(file_id: int, actor: Actor) -> RectificationFile:
    """A file of a report; NotFound when there is none for this actor."""
    query = (
        sa.select(RectificationFile)
        .join(RectificationReport, RectificationReport.id == RectificationFile.report_id)
        .join(Rectification, Rectification.id == RectificationReport.item_id)
        .join(Inspection, Inspection.id == Rectification.inspection_id)
    )
    found = db.session.scalar(query.where(RectificationFile.id == file_id, items_visible_to(actor)))
    if found is None:
        raise NotFound("没有这份材料，或者您不能看它。")
    return found


def _items() -> sa.Select[Rectification]:
    query = sa.select(Rectification).join(Inspection, Inspection.id == Rectification.inspection_id)
    return query.options(
        joinedload(Rectification.inspection).joinedload(Inspection.plan),
        joinedload(Rectification.unit),
        joinedload(Rectification.task),
        joinedload(Rectification.withdrawn_by),
        selectinload(Rectification.slips),
    )


def waits_for(person_id: int) -> sa.ColumnElement[bool]:
    """What was reported and this person can decide, as whoever reported of an item does not; on Rectification."""
    mine = sa.select(RectificationReport.item_id).where(RectificationReport.reported_by_id == person_id)
    return (Rectification.state == RectificationState.REPORTED) & Rectification.id.not_in(mine)


# As of a day


@dataclass(frozen=True)
class ItemRow:
    """An item as it stood on a day. ``slip``: the last it was turned into that was issued by then."""

    item: Rectification
    stand: Stand
    sign: Sign
    slip: Slip | None


def items_on(plan: Plan, actor: Actor, day: date, *conditions: sa.ColumnElement[bool]) -> list[ItemRow]:
    """The items of a plan that were out on ``day``, by inspection and number; three statements."""
    query = _items().where(
        Inspection.plan_id == plan.id,
        Inspection.issued_at < end_of(day),
        Rectification.state.in_(OUT),
        items_visible_to(actor),
        *conditions,
    )
    query = query.options(selectinload(Rectification.reports))
    thresholds = Thresholds(**plan.thresholds)
    query = query.order_by(Inspection.issued_at, Inspection.id, Rectification.number)
    return [_row(item, day, thresholds) for item in db.session.scalars(query)]


def _row(item: Rectification, day: date, thresholds: Thresholds) -> ItemRow:
    stand = item.stand_on(day)
    slips = [slip for slip in item.slips if slip.issued_at and slip.issued_at < end_of(day)]
    sign = sign_of(stand, day, state_council(), thresholds)
    return ItemRow(item, stand, sign, slips[-1] if slips else None)


@dataclass(frozen=True)
class Notice:
    """The notice of one unit (整改通知书) with its items as they stood on a day. It is withdrawn when they all are."""

    visited: InspectedUnit
    rows: Sequence[ItemRow]

    @property
    def is_withdrawn(self) -> bool:
        return all(row.stand.is_withdrawn for row in self.rows)

    @property
    def withdrawable(self) -> list[Rectification]:
        """What can be taken back now."""
        return [row.item for row in self.rows if row.item.state in WITHDRAWABLE]


def row_of(item: Rectification, day: date) -> ItemRow:
    """One item as it stands; its reports are loaded."""
    return _row(item, day, Thresholds(**item.inspection.plan.thresholds))


@dataclass(frozen=True)
class InspectionRow:
    """An inspection with what became of its findings by a day, as far as the viewer may read them."""

    inspection: Inspection
    tally: Tally


def find_inspections(plan: Plan, actor: Actor, day: date, is_today: bool) -> list[InspectionRow]:
    """The inspections of a plan, drafts first, then the newest. Drafts have no past: they are shown as of today."""
    query = sa.select(Inspection).where(
        Inspection.plan_id == plan.id,
        Inspection.state != InspectionState.DROPPED,
        inspections_visible_to(actor),
        (Inspection.issued_at < end_of(day)) | (sa.literal(is_today) & (Inspection.state == InspectionState.DRAFT)),
    )
    query = query.options(selectinload(Inspection.visited).joinedload(InspectedUnit.unit))
    query = query.order_by(Inspection.issued_at.is_(None).desc(), Inspection.first_on.desc(), Inspection.id.desc())
    stands: dict[int, list[Stand]] = {}
    for row in items_on(plan, actor, day):
        stands.setdefault(row.item.inspection_id, []).append(row.stand)
    return [InspectionRow(one, tally(stands.get(one.id, ()), day)) for one in db.session.scalars(query)]


# What waits


def items_to_report(unit_id: int, plan_id: int, day: date) -> list[ItemRow]:
    """What a unit still has to put right, the earliest limit first."""
    query = _items().where(
        Inspection.plan_id == plan_id, Rectification.unit_id == unit_id, Rectification.state.in_(OWED)
    )
    query = query.options(selectinload(Rectification.reports)).order_by(Rectification.due_on, Rectification.id)
    return [row_of(item, day) for item in db.session.scalars(query)]


def items_of_task(task_id: int, actor: Actor) -> list[Rectification]:
    """The items about a task that the actor may read and that were issued, the oldest first."""
    query = _items().where(Rectification.task_id == task_id, Rectification.state.in_(OUT), items_visible_to(actor))
    reports = selectinload(Rectification.reports).options(
        joinedload(RectificationReport.reported_by), joinedload(RectificationReport.decided_by)
    )
    with_issuer = joinedload(Rectification.inspection).joinedload(Inspection.issued_by)
    return list(db.session.scalars(query.options(reports, with_issuer).order_by(Rectification.id)))
