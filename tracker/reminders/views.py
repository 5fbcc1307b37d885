"""Pages of messages and reminders: the inbox, what became of each message, who gets what next, the rules."""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid
from tracker.extensions import commit, db, htmx
from tracker.permissions import Role
from tracker.plans.models import Plan
from tracker.plans.queries import open_plan, subject_of
from tracker.reminders import forms, queries
from tracker.reminders.actions import SentByHand, mark_seen, remind_by_hand, set_rules, standing
from tracker.reminders.channels import INBOX, LABELS
from tracker.reminders.planning import rules_of
from tracker.reminders.rules import Audience, next_opening
from tracker.reminders.values import values_of
from tracker.reminders.ways import way_on
from tracker.web.access import actor, check, requires
from tracker.web.forms import asked_page
from tracker.web.render import go, render
from tracker.web.words import month_day
from tracker.workdays import ONE_DAY, state_council

reminders = Blueprint("reminders", __name__)


@reminders.get("/inbox")
@requires("inbox.read")
def inbox() -> Response:
    """One's own messages; for the office those for units without a contact too."""
    g.navigation = "inbox"
    page = asked_page()
    messages, total = queries.messages_of(actor(), page)
    unread = db.session.scalar(sa.select(queries.unseen(actor())))
    return render(
        "reminders/inbox.html",
        messages=messages,
        total=total,
        unseen=unread,
        **_paging(total),
    )


@reminders.post("/inbox/seen")
@requires("inbox.read")
def all_seen() -> Response:
    """Note that everything in the inbox has been seen."""
    mark_seen(queries.unseen_messages(actor()))
    commit()
    return go(url_for("reminders.inbox"))


@reminders.get("/inbox/<int:message_id>")
@requires("inbox.read")
def message(message_id: int) -> Response:
    """One message with everything it speaks of; the page itself says by POST that it was opened."""
    found = queries.open_message(message_id, actor())
    g.navigation = "inbox"
    return render(
        "reminders/message.html",
        message=found,
        items=queries.items_of(found),
        values=values_of(found),
        way=way_on(found),
        own_unit=actor().unit_id if actor().role is Role.REPORTER else None,
        day=clock.today(),
    )


@reminders.post("/inbox/<int:message_id>/seen")
@requires("inbox.read")
def seen(message_id: int) -> Response:
    """Note that a message was opened."""
    mark_seen([queries.open_message(message_id, actor())])
    commit()
    return Response(status=204) if htmx else go(url_for("reminders.inbox"))


@reminders.get("/plans/<int:plan_id>/deliveries")
@requires("delivery.read")
def deliveries(plan_id: int) -> Response:
    """Each message of a plan and how each attempt to deliver it ended."""
    plan = _plan(plan_id, "delivery.read")
    chosen, page = forms.read_filter(request.args), asked_page()
    rows, total = queries.deliveries(plan.id, chosen, page)
    return render(
        "reminders/deliveries.html",
        plan=plan,
        rows=rows,
        total=total,
        chosen=chosen,
        counts=queries.state_counts(plan.id),
        channels=LABELS,
        states=queries.STATE_LABELS,
        address=_address_with,
        **_paging(total),
    )


@reminders.get("/plans/<int:plan_id>/reminders/tomorrow")
@requires("delivery.read")
def tomorrow(plan_id: int) -> Response:
    """Who gets what in the next run, as things stand now."""
    plan = _plan(plan_id, "delivery.read")
    day = state_council().next_workday(clock.today() + ONE_DAY)
    digests = queries.rehearsal(plan, day)
    return render(
        "reminders/tomorrow.html", plan=plan, digests=digests, day=day, is_tomorrow=day == clock.today() + ONE_DAY
    )


@reminders.get("/plans/<int:plan_id>/reminders/rules")
@requires("plan.edit")
def rules(plan_id: int) -> Response:
    """The rules of a plan."""
    plan = _plan(plan_id, "plan.edit")
    return _rules_page(plan, forms.rule_rows(rules_of(plan.id)))


@reminders.post("/plans/<int:plan_id>/reminders/rules")
@requires("plan.edit")
def change_rules(plan_id: int) -> Response:
    """Let other rules hold from now on."""
    plan = _plan(plan_id, "plan.edit")
    rows = forms.typed_rows(request.form)
    try:
        set_rules(plan, forms.read_rules(rows), actor(), request.form.get("loaded"))
    except Invalid as error:
        return _rules_page(plan, rows, error)
    commit()
    flash(_("催办规则已存上，从下一次催办起生效。"), "green")
    return go(url_for("reminders.rules", plan_id=plan.id))


@reminders.post("/plans/<int:plan_id>/remind", endpoint="remind_by_hand")
@requires("reminder.send")
def remind_now(plan_id: int) -> Response:
    """催办 from a list: ``obligation`` and ``unit``, each any number of times, and optional ``words``."""
    plan = _plan(plan_id, "reminder.send")
    chosen = forms.ids(request.form, "obligation"), forms.ids(request.form, "unit")
    sent = remind_by_hand(plan, *chosen, request.form.get("words", ""), actor())
    notes = notes_of(sent)
    commit()
    if htmx:
        answer = make_response(render_template("reminders/_told.html", notes=notes))
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#messages", "innerHTML show:window:top"
        return answer
    for kind, text in notes:
        flash(text, kind)
    return go(request.referrer or url_for("reminders.deliveries", plan_id=plan.id))


def notes_of(sent: SentByHand) -> list[tuple[str, str]]:
    """(kind, sentence): who was told through what, what waits for the morning, who has no contact."""
    if sent.sent is None:
        return [("amber", _("选中的事项今天都已经催办过，没有重复发。"))]
    names, channels = queries.told_words(sent.sent)
    people = [name for name in names if name]
    notes = []
    if people:
        shown = "、".join(people[:5]) + (_("等") if len(people) > 5 else "")
        through = "、".join(channels)
        notes.append(("green", _("已催办 %(n)s 人：%(who)s，通过%(how)s。", n=len(people), who=shown, how=through)))
    if sent.counts.without_contact:
        words = _("%(n)s 项的单位没有联系人，已放进办公室的消息，请另行联系。", n=sent.counts.without_contact)
        notes.append(("amber", words))
    later = _later()
    return [*notes, ("accent", later)] if later and set(channels) - {LABELS[INBOX]} else notes


def _later() -> str:
    """When what is not in the inbox leaves, if not now: 催办将在明天 8:30 发出（今天是休息日）."""
    now = clock.now()
    opens = next_opening(now, state_council())
    if opens == now:
        return ""
    is_workday = state_council().is_workday(now.date())
    why = _("现在不是工作时间") if is_workday else _("今天是休息日")
    return _(
        "催办将在%(day)s %(time)s 发出（%(why)s）。",
        day=_day_words(opens.date()),
        time=f"{opens.hour}:{opens:%M}",
        why=why,
    )


def _day_words(day: date) -> str:
    near = {clock.today(): _("今天"), clock.today() + ONE_DAY: _("明天")}
    return near.get(day) or month_day(day)


def _rules_page(plan: Plan, rows: list[dict[str, str]], error: Invalid | None = None) -> Response:
    shown = [*rows, forms.BLANK, forms.BLANK]
    options = [(audience.value, audience.label) for audience in Audience]
    return render(
        "reminders/rules.html",
        status=422 if error else 200,
        plan=plan,
        rows=shown,
        audiences=options,
        error=error,
        loaded=request.form.get("loaded") or standing(rules_of(plan.id)),
    )


def _plan(plan_id: int, action: str) -> Plan:
    plan = open_plan(plan_id, actor())
    check(action, subject_of(plan))
    g.navigation = "reminders"
    return plan


def _paging(total: int) -> dict[str, Any]:
    pages = max(1, ceil(total / queries.PAGE))
    return {"page": asked_page(), "pages": pages, "url_of": lambda page: _address_with(page=page)}


def _address_with(**changed: Any) -> str:
    """This page's address with other conditions; a condition that is empty falls away."""
    kept: dict[str, Any] = {**{name: request.args.get(name) for name in forms.FILTERS}, **changed}
    values = {name: value for name, value in kept.items() if value not in ("", None)}
    return url_for(request.endpoint or "", **(request.view_args or {}), **values)
