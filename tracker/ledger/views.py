"""The ledger: the list, its paper, its workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, Response, current_app, g, request, send_file, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.exports.ledger import LedgerHead, write_ledger
from tracker.exports.sheet import Paper
from tracker.ledger.concerned import can_be_reminded
from tracker.ledger.forms import Extra, Filter, Order, read_columns, read_filter
from tracker.ledger.paper import ledger_head, ledger_rows, source_of
from tracker.ledger.queries import find, units_to_choose
from tracker.ledger.rules import PeriodState
from tracker.obligations.queries import period_on, periods
from tracker.permissions import decide
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.tasks.axes import Colour
from tracker.tasks.limits import LimitKind
from tracker.tasks.roles import Role
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page
from tracker.web.render import render

ledger = Blueprint("ledger", __name__)

Units = dict[Role, list[tuple[int, str]]]
LIMIT_WORDS = {
    LimitKind.DATE: "写明日期",
    LimitKind.YEAR: "年底",
    LimitKind.CONTINUOUS: "持续推进",
    LimitKind.START_THEN_CONTINUOUS: "启动后持续推进",
    LimitKind.RECURRING: "定期开展",
    LimitKind.NONE: "没有写",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_COLOURS = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN, Colour.CLOSED)


def open_filter(plan_id: int) -> tuple[Plan, Filter]:
    """The plan and the filter that the address names."""
    plan = open_plan(plan_id, actor())
    g.navigation = "ledger"
    return plan, read_filter(request.args, clock.today(), plan.confirmed_on)


def address_of(endpoint: str, plan: Plan, wanted: Filter) -> Callable[..., str]:
    """A function that gives the address of this filter with something changed; None takes it out."""
    today = clock.today()

    def address(**changes: Any) -> str:
        arguments = wanted.arguments(today) | changes
        return url_for(endpoint, plan_id=plan.id, **{name: value for name, value in arguments.items() if value})

    return address


@ledger.get("/plans/<int:plan_id>/ledger")
@requires("ledger.read")
def listing(plan_id: int) -> Response:
    """The tasks this viewer may see, as of a day, filtered by the address; ``?print=1`` is its paper."""
    plan, wanted = open_filter(plan_id)
    if request.args.get("print"):
        return _paper(plan, wanted)
    page = asked_page()
    columns = read_columns(request.args)
    found = find(plan, actor(), wanted, clock.today(), page, contacts=Extra.CONTACT in columns)
    units = units_to_choose(plan, actor(), wanted.as_of, clock.today())
    address = _with_columns(address_of("ledger.listing", plan, wanted), columns)
    return render(
        "ledger/listing.html",
        plan=plan,
        wanted=wanted,
        found=found,
        period=found.period,
        columns=columns,
        all_columns=Extra,
        units=units,
        limits=LIMIT_WORDS,
        period_choices=[(state.value, state.label) for state in PeriodState],
        conditions=conditions(wanted, units),
        colours=SHOWN_COLOURS,
        roles=Role,
        orders=Order,
        address=address,
        page_address=lambda number: address(page=number),
        hidden=_hidden(wanted, columns),
        export=address_of("ledger.export", plan, wanted),
        address_of_task=_address_of_task(wanted),
        may_remind=may_remind(plan),
    )


def _paper(plan: Plan, wanted: Filter) -> Response:
    """All rows of the filter, for the printer."""
    found = find(plan, actor(), wanted, clock.today(), page=None)
    return render(
        "ledger/paper.html",
        head=head_of(plan, wanted),
        rows=list(ledger_rows(plan, found.rows, wanted.as_of)),
        source=source_of(plan),
        counts=Counter(row.standing.colour for row in found.rows),
        colours=SHOWN_COLOURS,
        address=address_of("ledger.listing", plan, wanted),
        export=address_of("ledger.export", plan, wanted),
        chinese=lambda day: f"{day.year}年{day.month}月{day.day}日",
    )


@ledger.get("/plans/<int:plan_id>/ledger.xlsx")
@requires("ledger.export")
def export(plan_id: int) -> Response:
    """The list as a workbook: exactly the filter of the address, all its pages, by the viewer's rights."""
    plan, wanted = open_filter(plan_id)
    found = find(plan, actor(), wanted, clock.today(), page=None, contacts=True)
    paper: Paper = "A3" if request.args.get("paper") == "A3" else "A4"
    file = TemporaryFile()  # noqa: SIM115 - the answer reads and closes it
    write_ledger(file, head_of(plan, wanted), ledger_rows(plan, found.rows, wanted.as_of), paper)
    file.seek(0)
    name = f"{plan.short_title}台账 {wanted.as_of}{'（筛选）' if wanted.is_narrowed else ''}.xlsx"
    return send_file(file, XLSX, as_attachment=True, download_name=name)


def head_of(plan: Plan, wanted: Filter) -> LedgerHead:
    """Title and facts of the paper, with the filter in words below the table."""
    period = period_on(periods(plan.id), wanted.as_of)
    words = conditions(wanted, units_to_choose(plan, actor(), wanted.as_of, clock.today()))
    remark = _("筛选：%(words)s。", words=words) if words else ""
    return ledger_head(plan, actor(), wanted.as_of, period.name if period else "", clock.now(), remark)


@ledger.get("/plans/<int:plan_id>/ledger/arrears")
@requires("reminder.send")
def arrears(plan_id: int) -> Response:
    """Who would be reminded for the chosen tasks: each report that is past its due day and lies with its unit."""
    plan, wanted = open_filter(plan_id)
    check("reminder.send", subject_of(plan))
    found = find(plan, actor(), wanted, clock.today(), page=None)
    owed = [(row, one) for row in found.rows for one in row.standing.waiting if can_be_reminded(one)]
    return render("ledger/arrears.html", plan=plan, wanted=wanted, owed=owed, may_remind=may_remind(plan))


def _with_columns(address: Callable[..., str], columns: list[Extra]) -> Callable[..., str]:
    chosen = [column.value for column in columns]
    return lambda **changes: address(**{"column": chosen, **changes})


def _hidden(wanted: Filter, columns: list[Extra]) -> Callable[[tuple[str, ...]], list[tuple[str, Any]]]:
    """A function that gives the filter as hidden fields of a form, without the fields that the form has itself."""
    kept = wanted.arguments(clock.today())
    chosen = [("column", column.value) for column in columns]

    def fields(without: tuple[str, ...]) -> list[tuple[str, Any]]:
        single = [(name, value) for name, value in kept.items() if name not in without and name != "task"]
        return single + [pair for pair in chosen if pair[0] not in without]

    return fields


def conditions(wanted: Filter, units: Units) -> str:
    """The filter in words: 牵头：市住建局　状态：逾期."""
    names = {role: dict(pairs) for role, pairs in units.items()}
    said = {
        _("状态"): wanted.lamp and wanted.lamp.label,
        _("牵头"): wanted.lead and names[Role.LEAD].get(wanted.lead, "–"),
        _("参与"): wanted.partner and names[Role.PARTNER].get(wanted.partner, "–"),
        _("时限"): wanted.limit and LIMIT_WORDS[wanted.limit],
        _("本期"): wanted.period and wanted.period.label,
        _("查找"): wanted.q,
    }
    return "　".join(f"{name}：{word}" for name, word in said.items() if word)


def _address_of_task(wanted: Filter) -> Callable[[int], str]:
    """A function that gives a task's address, which carries the filter, so that k and j there walk this list. The
    address is built once: building it anew is what a row of a long list costs most."""
    path, mark, trail = url_for("ledger.task", task_id=0, **wanted.arguments(clock.today())).partition("?")
    head = path.removesuffix("0")
    return lambda task_id: f"{head}{task_id}{mark}{trail}"


def may_remind(plan: Plan) -> bool:
    """Whether this viewer may send reminders and there is a page that takes them."""
    return "reminders.remind_by_hand" in current_app.view_functions and bool(
        decide(actor(), "reminder.send", subject_of(plan))
    )
