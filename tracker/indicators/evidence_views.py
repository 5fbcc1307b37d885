"""Files that show where figures are from: kept as they are chosen, saved with the figure, handed out to its readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask import Response, render_template, request
from flask_babel import gettext as _

from tracker import clock
from tracker.errors import Invalid, Refused, TrackerError
from tracker.files.keeping import Attached
from tracker.files.sealing import Sealed, sealed, unsealed
from tracker.files.web import as_download, attached_files, file_intake
from tracker.indicators.filling import Received
from tracker.indicators.forms import Box
from tracker.indicators.queries import open_indicator
from tracker.indicators.value_queries import open_value_file
from tracker.indicators.views import indicators as indicators
from tracker.indicators.views import open_page
from tracker.permissions import Subject
from tracker.plans.models import Plan
from tracker.web.access import actor, check, requires


def open_sheet(plan_id: int) -> tuple[Plan, int]:
    """The plan of which figures are to be entered, and the unit that enters them. Refused once the plan has ended."""
    plan, unit_id = open_page(plan_id), own_unit_id()
    if plan.closed_on is not None:
        raise Refused(_("这份方案已结束，不再填指标。"))
    check("indicator.enter", Subject(unit_id=unit_id))
    return plan, unit_id


def own_unit_id() -> int:
    found = actor().unit_id
    if found is None:
        raise Refused(_("您的岗位不在任何单位里，没有要填的指标。"))
    return found


@indicators.post("/plans/<int:plan_id>/indicators/files")
@requires("indicator.enter")
def take_files(plan_id: int) -> Response:
    """Keep files for one box of the sheet, by its ``key``; they belong to nothing until the sheet is saved."""
    open_sheet(plan_id)
    received = _taken(attached_files(request.files))
    nothing = () if received.files else (Invalid(_("没有选文件，请重选一次。"), "file"),)
    refusals = received.refusals or nothing
    body = render_template("indicators/_added.html", key=request.form.get("key", ""), added=received.files)
    body += "".join(render_template("_problem.html", message=str(one)) for one in refusals)
    return Response(body, refusals[0].status if refusals else 200)


def received_files(boxes: Sequence[Box]) -> dict[str, Received]:
    """What came with the sheet for each box: files kept before, and those chosen in a browser without scripts."""
    return {box.key: _of_box(box.key) for box in boxes}


def _of_box(key: str) -> Received:
    before: list[Sealed] = []
    lost: list[TrackerError] = []
    for seal in request.form.getlist(f"added-{key}"):
        try:
            before.append(unsealed(seal, actor()))
        except Invalid as problem:
            lost = [problem]
    now = _taken(attached_files(request.files, f"file-{key}"))
    return Received((*before, *now.files), (*lost, *now.refusals))


def _taken(files: Iterable[Attached]) -> Received:
    """Each that is refused says why, the others are kept."""
    kept: list[Sealed] = []
    refusals: list[TrackerError] = []
    intake = file_intake()
    for file in files:
        try:
            kept.append(sealed(intake.keep(file), actor()))
        except TrackerError as refusal:
            refusals.append(refusal)
    return Received(tuple(kept), tuple(refusals))


@indicators.get("/indicator-value-files/<int:indicator_value_file_id>")
@requires("indicator.read_value")
def value_file(indicator_value_file_id: int) -> Response:
    """A file of a figure, to whoever may read the figure; always as a download."""
    found = open_value_file(indicator_value_file_id, actor())
    row = open_indicator(found.value.indicator_id, actor(), clock.today())
    check("indicator.read_value", replace(row.subject, unit_id=found.value.unit_id))
    return as_download(found)
