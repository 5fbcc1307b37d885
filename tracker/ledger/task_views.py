"""The page of one task, on which a closed one is opened again, and the form for its parts and its limit."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, Refused
from tracker.extensions import commit, db
from tracker.ledger.concerned import can_be_reminded
from tracker.ledger.course import Topic
from tracker.ledger.edit import Edit, change_task, edit_of, read_edit, understood
from tracker.ledger.forms import Filter, read_filter
from tracker.ledger.queries import beside
from tracker.ledger.task_page import chosen_report, task_page
from tracker.ledger.views import ledger as ledger
from tracker.ledger.views import may_remind
from tracker.permissions import decide
from tracker.progress.closing import reopen
from tracker.progress.extending import may_be_extended
from tracker.progress.merging import credits_of
from tracker.progress.queries import closing_subject, open_closing
from tracker.tasks.models import Task
from tracker.tasks.queries import open_task, subject_of
from tracker.web.access import actor, check, requires
from tracker.web.forms import typed
from tracker.web.intake import number
from tracker.web.render import go, render


def _open(task_id: int) -> Task:
    task = open_task(task_id, actor(), clock.today())
    g.plan_id, g.navigation = task.plan_id, "ledger"
    return task


@ledger.get("/tasks/<int:task_id>")
@requires("task.read")
def task(task_id: int) -> Response:
    """Everything about one task, as of a day; ``report=`` opens a cell of the grid."""
    return _page(_open(task_id))


def _page(found: Task, error: Invalid | None = None) -> Response:
    """``error``: of opening it again."""
    today = clock.today()
    wanted = read_filter(request.args, today, found.plan.confirmed_on)
    topic = next((one for one in Topic if one.value == request.args.get("course")), None)
    turned = max(1, request.args.get("course_page", 1, type=number))
    page = task_page(found, actor(), wanted.as_of, today, topic, turned)
    opened = request.args.get("report", type=number)
    chosen = chosen_report(found, opened, actor(), page.subject) if opened else None
    trail = wanted.arguments(today)

    def address(**changes: Any) -> str:
        return url_for("ledger.task", task_id=found.id, **(trail | changes))

    return render(
        "ledger/task.html",
        status=error.status if error else 200,
        task=found,
        page=page,
        wanted=wanted,
        owing={one["unit_id"] for one in page.standing.waiting if can_be_reminded(one)},
        topic=topic,
        all_topics=Topic,
        chosen=chosen,
        credits=credits_of(chosen[1]) if chosen else {},
        neighbours=_neighbours(found, wanted),
        back=url_for("ledger.listing", plan_id=found.plan_id, **trail),
        address=address,
        course_address=lambda number: f"{address(course=topic, course_page=number)}#course",
        may_edit=found.withdrawn_on is None and bool(decide(actor(), "task.edit", page.subject)),
        may_extend=may_be_extended(found) and bool(decide(actor(), "extension.apply", page.subject)),
        may_remind=may_remind(found.plan),
        may_verify=bool(decide(actor(), "report.verify", page.subject)),
        has=lambda endpoint: endpoint in current_app.view_functions,
        error=error,
    )


@ledger.post("/closings/<int:closing_id>/reopen")
@requires("closing.decide")
def reopen_task(closing_id: int) -> Response:
    """The office opens a closed task again."""
    found = open_closing(closing_id, actor())
    check("closing.decide", closing_subject(found))
    task_id = found.task_id
    try:
        reopen(found, typed("reason"), actor())
    except Invalid as error:
        db.session.rollback()
        return _page(_open(task_id), error)
    commit()
    flash(_("%(item)s已重新打开，从本期起照常填报。", item=found.task.label), "green")
    return go(url_for("ledger.task", task_id=task_id))


def _neighbours(task: Task, wanted: Filter) -> tuple[str | None, str | None]:
    """The addresses of the items before and after in the list one came from."""
    today = clock.today()
    before, after = beside(task.plan, actor(), wanted, today, task.id)
    trail = wanted.arguments(today)

    def address(task_id: int | None) -> str | None:
        return url_for("ledger.task", task_id=task_id, **trail) if task_id else None

    return address(before), address(after)


def _open_to_edit(task_id: int) -> Task:
    found = _open(task_id)
    check("task.edit", subject_of(found, clock.today()))
    if found.withdrawn_on is not None:
        raise Refused(_("%(item)s已于%(day)s撤销，不能再改。", item=found.label, day=found.withdrawn_on))
    return found


@ledger.get("/tasks/<int:task_id>/edit")
@requires("task.edit")
def edit(task_id: int) -> Response:
    """The form 改分工、时限."""
    found = _open_to_edit(task_id)
    return _form(found, edit_of(found, clock.today()))


@ledger.post("/tasks/<int:task_id>/edit")
@requires("task.edit")
def save_edit(task_id: int) -> Response:
    """Change parts and limit from today; a limit is first shown as it was understood."""
    found = _open_to_edit(task_id)
    written = read_edit(request.form)
    try:
        if written.limit != found.limit_raw and written.limit != written.seen_limit:
            return _form(found, written, asks=True)
        change_task(found, written, actor())
    except Invalid as error:
        return _form(found, written, error)
    commit()
    flash(_("%(item)s的分工、时限已改，从今天起照新的应报。", item=found.label), "green")
    return go(url_for("ledger.task", task_id=found.id))


def _form(task: Task, written: Edit, error: Invalid | None = None, asks: bool = False) -> Response:
    sentence, doubts = understood(written.limit, task.plan)
    return render(
        "ledger/edit.html",
        status=422 if error or asks else 200,
        task=task,
        typed=written,
        error=error,
        asks=asks,
        sentence=sentence,
        doubts=doubts,
    )
