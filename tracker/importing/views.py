"""Pages of importing: upload or paste, review, confirm."""

from __future__ import annotations

from secrets import token_hex

from flask import Blueprint, Response, current_app, flash, g, request, url_for
from flask_babel import gettext as _

from tracker.errors import Invalid, NotFound, TrackerError
from tracker.extensions import commit, db, file_store
from tracker.importing import actions, confirming, corrections, forms, names, reading
from tracker.importing.models import DraftState, ImportDraft, Purpose
from tracker.importing.page import open_page, refused, review_page, saved
from tracker.importing.queries import drafts, open_doubt, open_draft, remembered
from tracker.importing.sandbox import read_limited
from tracker.plans.models import Plan
from tracker.web.access import actor, requires
from tracker.web.render import go, render

importing = Blueprint("importing", __name__)


@importing.get("/imports")
@requires("plan.import")
def listing() -> Response:
    """The drafts of this office, and the box to begin another."""
    return _listing()


def _listing(problem: TrackerError | None = None, known: ImportDraft | None = None, text: str = "") -> Response:
    g.navigation = "imports"
    return render(
        "importing/list.html",
        status=problem.status if problem else 200,
        drafts=drafts(actor()),
        problem=problem,
        known=known,
        text=text,
        states=DraftState,
        token=token_hex(8),
    )


@importing.post("/imports")
@requires("plan.import")
def receive() -> Response:
    """A file, pasted text, or once more the bytes of a known one, becomes a draft."""
    text = request.form.get("text", "")
    try:
        content, filename = _received(text)
        draft = _take(content, filename)
    except actions.AlreadyImported as problem:
        return _listing(problem, problem.draft, text)
    except TrackerError as problem:
        db.session.rollback()
        return _listing(problem, text=text)
    commit()
    return go(url_for("importing.show", draft_id=draft.id))


def _received(text: str) -> tuple[bytes, str]:
    if "again" in request.form:
        known = open_draft(forms.whole_number(request.form["again"], "草稿编号", "again"), actor()).source_document
        with file_store().open(known.sha256) as stream:
            return stream.read(), known.filename
    if request.form.get("way") == "paste":
        return actions.pasted(text), actions.PASTED
    return forms.uploaded(request.files.get("file"))


def _take(content: bytes, filename: str) -> ImportDraft:
    """Reading is slow, so it is done outside of any transaction."""
    again, limit = "again" in request.form, current_app.config["TRACKER_IMPORT_MB"] * 2**20
    actions.refuse_known(content, actor(), again=again, limit=limit)
    maps = remembered(actor())
    db.session.rollback()
    with reading.told(request.form.get("reading", ""), actor()) as told:
        read = read_limited(content, filename, maps=maps, told=told)
    return actions.receive(content, filename, actor(), again=again, reading=read, limit=limit)


@importing.get("/imports/<int:draft_id>")
@requires("plan.import")
def show(draft_id: int) -> Response:
    """The review page."""
    draft = open_page(draft_id)
    if draft.state is DraftState.ABANDONED:
        raise NotFound(_("这份导入稿已放弃：%(reason)s。请从导入页重新上传。", reason=draft.abandoned_reason))
    if draft.plan is not None:
        return go(url_for("dashboard.plan_home", plan_id=draft.plan.id))
    return review_page(draft)


@importing.post("/imports/<int:draft_id>/part")
@requires("plan.import")
def choose_part(draft_id: int) -> Response:
    """Another part of the document is taken for the plan."""
    draft = open_page(draft_id)
    actions.choose_part(draft, forms.whole_number(request.form.get("part", ""), "部分", "part"), actor())
    commit()
    return go(url_for("importing.show", draft_id=draft.id))


@importing.post("/imports/<int:draft_id>/header")
@requires("plan.import")
def set_header(draft_id: int) -> Response:
    """The plan's title, 文号, issuer, years and cadence."""
    draft = open_page(draft_id)
    try:
        actions.set_header(draft, forms.header(request.form), actor(), request.form.get("loaded"))
    except Invalid as problem:
        return refused(draft_id, problem, form=request.form)
    commit()
    return saved(draft)


@importing.post("/imports/<int:draft_id>/doubts/<int:doubt_id>")
@requires("plan.import")
def decide_doubt(draft_id: int, doubt_id: int) -> Response:
    """A doubt is settled, with those of its kind if the clerk says so."""
    draft = open_page(draft_id)
    doubt = open_doubt(draft, doubt_id)
    same = request.form.get("same") == "1"
    try:
        chosen = forms.candidate(request.form)
        if chosen is None:
            corrections.decide_otherwise(draft, doubt, request.form.get("own", ""), actor(), same=same)
        else:
            corrections.decide_doubt(draft, doubt, chosen, actor(), same=same)
    except Invalid as problem:
        return refused(draft_id, problem, wrong_doubt=doubt_id, own=request.form.get("own", ""))
    commit()
    return saved(draft)


@importing.post("/imports/<int:draft_id>/doubts/<int:doubt_id>/reopen")
@requires("plan.import")
def reopen_doubt(draft_id: int, doubt_id: int) -> Response:
    """A settled doubt is asked again."""
    draft = open_page(draft_id)
    corrections.reopen_doubt(draft, open_doubt(draft, doubt_id), actor())
    commit()
    return saved(draft)


@importing.post("/imports/<int:draft_id>/units")
@requires("plan.import")
def decide_units(draft_id: int) -> Response:
    """What one name is, or all that are listed."""
    draft = open_page(draft_id)
    try:
        names.decide_units(draft, forms.unit_decisions(request.form), actor())
    except Invalid as problem:
        return refused(draft_id, problem)
    commit()
    return saved(draft)


@importing.post("/imports/<int:draft_id>/units/undo")
@requires("plan.import")
def undo_unit(draft_id: int) -> Response:
    """What was said of a name is taken back."""
    draft = open_page(draft_id)
    names.undo_unit(draft, request.form.get("name", ""), actor())
    commit()
    return saved(draft)


@importing.post("/imports/<int:draft_id>/abandon")
@requires("plan.import")
def abandon(draft_id: int) -> Response:
    """The draft is given up."""
    actions.abandon(open_page(draft_id), request.form.get("reason", ""), actor())
    commit()
    flash(_("导入稿已放弃，没有生成任何任务。"), "accent")
    return go(url_for("importing.listing"))


@importing.post("/imports/<int:draft_id>/confirm")
@requires("plan.import")
def confirm(draft_id: int) -> Response:
    """The draft becomes a plan, or the changes of one."""
    draft = open_page(draft_id)
    is_new = draft.plan_id is None
    plan = confirming.confirm(draft, actor())
    adjusted = draft.purpose is Purpose.ADJUST
    sentence = _("方案已照新的清单调整，各项应报从今天起照新的算。") if adjusted else _confirmed_sentence(draft, plan)
    commit()
    flash(sentence if is_new else _("这份导入稿先前已确认成案，没有再生成一遍。"), "green")
    return go(url_for("dashboard.plan_home", plan_id=plan.id))


def _confirmed_sentence(draft: ImportDraft, plan: Plan) -> str:
    tasks, units, empty = confirming.summary(plan)
    sentence = _("%(tasks)s 项任务已生成，分给 %(units)s 家单位，等各单位签收。", tasks=tasks, units=units)
    if empty:
        sentence += _("还没有成员的群体：%(names)s，请到单位名册里填。", names="、".join(empty))
    if plan.doc_number is None:
        sentence += _("文号待补。")
    if before := draft.still_asking:
        name = before.short_title
        sentence += _("%(name)s还没有结束，两份都在要报，请从“等办公室办”里去结束它。", name=name)
    return sentence
