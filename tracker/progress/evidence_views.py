"""Evidence: taken, handed out as a download to who may see it, taken off."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, render_template, request, send_file, url_for
from flask_babel import gettext as _

from tracker.errors import NotFound, TrackerError
from tracker.extensions import commit, db, file_store
from tracker.files.web import as_download, attached_files, file_intake
from tracker.permissions import Subject
from tracker.progress import pictures
from tracker.progress.advising import advice_now
from tracker.progress.evidence import add_evidence, remove_evidence
from tracker.progress.item_views import period_of
from tracker.progress.models import Evidence, Report
from tracker.progress.queries import open_evidence, open_obligation, report_of, report_subject
from tracker.web.access import actor, check, requires
from tracker.web.intake import number
from tracker.web.render import go

evidence = Blueprint("evidence", __name__)


@evidence.post("/obligations/<int:obligation_id>/evidence")
@requires("report.write")
def add(obligation_id: int) -> Response:
    """Take one file or several; each that is refused says why, the others are kept."""
    obligation = open_obligation(obligation_id)
    check("report.write", Subject(unit_id=obligation.unit_id))
    seen = request.form.get("seen_version", type=number)
    before = report_of(obligation_id)
    is_fresh = seen is None or seen == (before.version if before else 0)
    intake, files = file_intake(), attached_files(request.files)
    refusals: list[TrackerError] = []
    for file in files:
        try:
            add_evidence(obligation, file.name, file.stream, intake.store, intake.limit, actor())
        except TrackerError as refusal:
            refusals.append(refusal)
    commit()
    report = report_of(obligation_id)
    version = (report.version if report else 0) if is_fresh else seen
    if not files:
        refusals.append(NotFound(_("没有选文件。请点“佐证”选一个。")))
    return _answer(obligation_id, report, version or 0, refusals)


def _answer(obligation_id: int, report: Report | None, version: int, refusals: list[TrackerError]) -> Response:
    if request.headers.get("X-Requested-With") == "fetch":
        files = report.evidence if report else []
        values = {"obligation_id": obligation_id, "files": files, "version": version, "may_write": True}
        body = render_template("progress/_evidence.html", **values)
        advice = advice_now(report, period_of(report.obligation)) if report else []
        body += f"<div data-advice>{render_template('progress/_advice.html', advice=advice)}</div>"
        refused = "".join(render_template("_problem.html", message=str(refusal)) for refusal in refusals)
        status = refusals[0].status if refusals else 200
        return Response(body + f'<div data-refused role="alert">{refused}</div>', status)
    for refusal in refusals:
        flash(str(refusal), "red")
    return go(request.referrer or url_for("items.item", obligation_id=obligation_id))


def _readable(evidence_id: int) -> Evidence:
    file = open_evidence(evidence_id)
    check("report.read", report_subject(file.report))
    return file


@evidence.get("/evidence/<int:evidence_id>")
@requires("report.read")
def download(evidence_id: int) -> Response:
    """The file under its own name, always as a download: nothing of it runs in the page."""
    file = _readable(evidence_id)
    return as_download(file)


@evidence.get("/evidence/<int:evidence_id>/thumbnail")
@requires("report.read")
def thumbnail(evidence_id: int) -> Response:
    """A small JPEG of a picture, drawn anew: no byte of the file itself is shown in the page."""
    file = _readable(evidence_id)
    with file_store().open(file.sha256) as stream:
        small = pictures.thumbnail(stream)
    if small is None:
        raise NotFound(_("这份材料没有小图。"))
    answer = send_file(BytesIO(small), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


@evidence.post("/evidence/<int:evidence_id>/remove")
@requires("report.write")
def remove(evidence_id: int) -> Response:
    """Take a file off a report that can still be changed."""
    file = open_evidence(evidence_id)
    check("report.write", Subject(unit_id=file.report.obligation.unit_id))
    seen = request.form.get("seen_version", type=number)
    is_fresh = seen is None or seen == file.report.version
    report = remove_evidence(file, actor())
    commit()
    db.session.expire(report)
    return _answer(report.obligation_id, report, report.version if is_fresh else seen or 0, [])
