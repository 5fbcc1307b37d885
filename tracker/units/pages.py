"""The page of one unit, which two rooms show: the register, and obligations when a group's members change."""

from __future__ import annotations

from flask import Response

from tracker import clock
from tracker.errors import Invalid
from tracker.permissions import decide
from tracker.units.models import Unit
from tracker.units.queries import memberships, units
from tracker.units.rules import KIND_NAMES
from tracker.web.access import actor
from tracker.web.render import render


def page_of(unit: Unit, error: Invalid | None = None, form: str = "") -> Response:
    """The page of a unit; after a refusal with what was typed into ``form``, and the sentence beside it."""
    today = clock.today()
    spans = [one for one in memberships() if unit.id in (one.group_id, one.member_id)]
    inside = {one.member_id for one in spans if one.holds(today)}
    in_use = [one for one in units() if not one.is_group and one.ended_on is None]
    return render(
        "units/one.html",
        status=422 if error else 200,
        unit=unit,
        kinds=KIND_NAMES,
        spans=spans,
        candidates=[(one.id, one.name) for one in in_use if unit.is_group and one.id not in inside],
        successors=[(one.id, one.name) for one in in_use if one is not unit],
        may_edit=decide(actor(), "unit.edit"),
        error=error,
        form=form,
    )
