"""Writes on what a draft is for: a new plan, changes to one, or its successor; and on the changes it makes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, NotFound, Stale
from tracker.extensions import db
from tracker.importing.actions import touch
from tracker.importing.models import ImportDraft, ImportPairing, ImportRow, ImportSettlement, Purpose, Settled
from tracker.importing.names import Name
from tracker.importing.revisions import Revision, revision
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.tasks.models import Task
from tracker.web.intake import LAST_YEAR


def plans_to_change(draft: ImportDraft) -> list[Plan]:
    """The office's plans that run, the newest first: what a draft can adjust or follow."""
    query = sa.select(Plan).where(Plan.office_id == draft.office_id, Plan.closed_on.is_(None))
    return list(db.session.scalars(query.order_by(Plan.confirmed_on.desc(), Plan.id.desc())))


def plans_to_follow(draft: ImportDraft) -> list[Plan]:
    """Those that a draft can follow: closed ones too."""
    query = sa.select(Plan).where(Plan.office_id == draft.office_id)
    return list(db.session.scalars(query.order_by(Plan.confirmed_on.desc(), Plan.id.desc())))


def likely_plan(draft: ImportDraft, plans: Sequence[Plan]) -> Plan | None:
    """Of these plans, the newest first, the one to propose: the last that began no later than the draft's year."""
    year = draft.first_year or LAST_YEAR
    return next((plan for plan in plans if plan.first_year <= year), next(iter(plans), None))


def set_purpose(draft: ImportDraft, purpose: Purpose, plan_id: int | None, reason: str, actor: Actor) -> ImportDraft:
    """Say what the draft is for. Raises Invalid without a plan, or without a reason to change one."""
    touch(draft)
    plan = None
    if purpose is not Purpose.NEW:
        offered = plans_to_change(draft) if purpose is Purpose.ADJUST else plans_to_follow(draft)
        plan = next((one for one in offered if one.id == plan_id), None)
        if plan is None:
            raise Invalid("是哪一份方案没有选，或者那份方案已经结束。请选一份。", "plan")
    if purpose is Purpose.ADJUST and not reason.strip():
        raise Invalid("调整方案要写依据，例如“按市政府办〔2021〕12号通知调整”。", "reason")
    before = {"purpose": draft.purpose.value, "plan": draft.base_plan_id}
    draft.purpose, draft.base_plan_id, draft.change_reason = purpose, plan.id if plan else None, reason.strip()
    after = {"purpose": purpose.value, "plan": draft.base_plan_id}
    label = draft.source_document.filename
    record(actor, "import.purpose", "import_draft", draft.id, label, before=before, after=after, reason=reason.strip())
    db.session.flush()
    return draft


def agree(draft: ImportDraft, keys: Sequence[str], actor: Actor) -> int:
    """These changes are right. Returns how many. Stale when none of them is open as it was shown."""
    touch(draft)
    found = required(draft)
    wanted = [one for one in found.open if one.key in set(keys)]
    if not wanted:
        raise Stale("这些改动刚才已经确认过，或者内容又变了，没有再存。请刷新页面。")
    for one in wanted:
        row = found.row_of(one)
        db.session.add(
            ImportSettlement(
                draft_id=draft.id,
                key=one.key,
                how=Settled.AGREED,
                words=str(one),
                row_id=row.id if row else None,
                units=[],
                at=clock.now(),
                person_id=actor.person_id,
            )
        )
    words = "；".join(str(one) for one in wanted[:5])
    after = {"how": Settled.AGREED.value, "count": len(wanted)}
    record(actor, "import.settle", "import_draft", draft.id, words, after=after)
    db.session.flush()
    return len(wanted)


def pair(draft: ImportDraft, row: ImportRow, task: Task | None, actor: Actor) -> None:
    """The row is this task of the plan, or (None) a new one; a row that was paired with the task by hand loses it."""
    touch(draft)
    required(draft)
    if task is not None:
        other = sa.select(ImportPairing).join(ImportRow).where(ImportRow.draft_id == draft.id)
        for held in db.session.scalars(other.where(ImportPairing.task_id == task.id, ImportPairing.row_id != row.id)):
            held.task_id = None
    query = sa.select(ImportPairing).where(ImportPairing.row_id == row.id, ImportPairing.plan_id == draft.base_plan_id)
    said = db.session.scalar(query)
    if said is None:
        said = ImportPairing(row_id=row.id, plan_id=draft.base_plan_id)
        db.session.add(said)
    said.task_id = task.id if task else None
    after = {"row": row.label, "task": task.label if task else None}
    record(actor, "import.pair", "import_draft", draft.id, row.label, after=after)
    db.session.flush()


def task_called(draft: ImportDraft, words: str) -> Task:
    """The task of the plan that is meant by its number, or by its position where it has none. Raises Invalid."""
    wanted = words.strip().removeprefix("原").removeprefix("第").removesuffix("项")
    tasks = required(draft).tasks.values()
    found = [task for task in tasks if (task.no or str(task.position)) == wanted]
    if len(found) != 1:
        raise Invalid(f"现有方案里没有第“{words.strip()[:20]}”项，或者有几项同号。请写方案里的序号。", "task")
    return found[0]


def required(draft: ImportDraft, known: Sequence[Name] | None = None) -> Revision:
    """The changes of the draft, or NotFound for one that makes a new plan. ``known``: as ``revision``."""
    found = revision(draft, known)
    if found is None:
        raise NotFound("这份导入稿是一份新方案，没有可以对照的方案。请先在核对页定用途。")
    return found
