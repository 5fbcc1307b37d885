"""What comes in from the pages of inspections and of items to be put right."""

from __future__ import annotations

from datetime import date

from flask import request
from werkzeug.datastructures import MultiDict

from tracker.permissions import Actor, Role
from tracker.supervision.forms import LONGEST_FIND, chosen, seen_version
from tracker.supervision.inspection_rules import OUT, RectificationState
from tracker.supervision.inspections import Finding, Visit
from tracker.supervision.item_list import ItemFilter
from tracker.web.forms import asked_day, needed_day, typed, typed_day, typed_number
from tracker.web.intake import number, numbers

FILTERS = ("as_of", "state", "late", "waiting", "unit", "inspection", "q")
"""What an address of the list of items may say."""


def asked_as_of(today: date) -> date:
    """The day in the address; today when there is none, or one to come."""
    return min(asked_day("as_of") or today, today)


def read_item_filter(args: MultiDict[str, str], today: date, actor: Actor) -> ItemFilter:
    """The conditions in the address; what is unknown counts as none."""
    state = chosen(RectificationState, args.get("state", ""))
    return ItemFilter(
        as_of=asked_as_of(today),
        state=state if state in OUT else None,
        unit=args.get("unit", type=number),
        inspection=args.get("inspection", type=number),
        overdue=args.get("late") == "1",
        waits_for=actor.person_id if args.get("waiting") == "1" and actor.role is Role.OFFICE else None,
        words=args.get("q", "").strip()[:LONGEST_FIND],
    )


def read_visit() -> Visit:
    """What was written of a visit. Invalid for what is no day; a visit of one day needs no last one."""
    first_on = needed_day("first_on")
    return Visit(
        title=typed("title"),
        first_on=first_on,
        last_on=typed_day("last_on") or first_on,
        inspectors=typed("inspectors"),
        basis=typed("basis"),
        summary=typed("summary"),
        contact=typed("contact"),
        unit_ids=numbers(request.form.getlist("unit")),
        task_ids=numbers(request.form.getlist("looked_at")),
        seen_version=seen_version(request.form),
    )


def read_seen() -> dict[int, int]:
    """The items that the form named, as 12:3, with how their rows stood; what is no such pair is left out."""
    pairs = (numbers(one.split(":")) for one in request.form.getlist("item"))
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


def read_finding() -> Finding | None:
    """The finding that is open in the form; None when nothing was written in it."""
    item_id, finding, asked = typed_number("item"), typed("finding"), typed("asked")
    if not (item_id or finding or asked):
        return None
    return Finding(item_id, typed_number("owner"), typed_number("task"), finding, asked, needed_day("due_on"))
