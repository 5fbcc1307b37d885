"""The demo's leader: two invented remarks, and what the office made of one of them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.queries import actor_of, person_by_login
from tracker.extensions import commit, db
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.supervision.models import Remark
from tracker.supervision.remark_rules import Readers
from tracker.supervision.remarks import write_remark
from tracker.supervision.rules import Pace
from tracker.supervision.setting import Setting, change_setting
from tracker.supervision.slips import Writing, draw_up, issue_slip
from tracker.tasks.models import Task
from tracker.units.models import Unit

INVENTED = "〔演示〕"
TURNED_INTO_A_SLIP = ("46", date(2021, 10, 12), "其余5家卫生院10月底前接通。")
NOT_YET = ("9", date(2021, 10, 18), "健身圈建设请每月报数。")
TO = "市卫生健康委"
SIGN = "潜健"


def tell_remarks(plan: Plan, office: Actor) -> None:
    """The leader writes twice; the office makes a slip of the first, with its own sign in the number."""
    change_setting(plan, Setting(SIGN), office)
    remark = _write(plan, *TURNED_INTO_A_SLIP)
    unit = db.session.scalars(sa.select(Unit).where(Unit.name == TO)).one()
    slip = draw_up(remark.task, unit, remark, office)
    db.session.flush()
    content = f"请按批示要求办理，并报进度。{INVENTED}"
    issue_slip(slip, Writing(slip.colour, Pace.ORDINARY, slip.basis, content, slip.contact, slip.version), office)
    commit()
    _write(plan, *NOT_YET)
    commit()


def _write(plan: Plan, no: str, day: date, words: str) -> Remark:
    clock.fix_day(day)
    person = person_by_login("leader")
    if person is None:
        raise LookupError("the demo has no leader")
    task = db.session.scalars(sa.select(Task).where(Task.plan_id == plan.id, Task.no == no)).one()
    return write_remark(task, words + INVENTED, Readers.PARTS, actor_of(person, person.posts[0], "演示"))
