"""The review page, as every change of a draft answers with it."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from tracker.errors import Invalid
from tracker.extensions import db, htmx
from tracker.importing import names
from tracker.importing.actions import header_standing
from tracker.importing.columns import maps_of, naming, would_be_lost
from tracker.importing.extract.drafts import Meaning
from tracker.importing.indicators import OPERATORS
from tracker.importing.models import ImportDraft, Purpose
from tracker.importing.purposes import likely_plan, plans_to_follow
from tracker.importing.queries import open_draft
from tracker.importing.review import Tab, document, review
from tracker.importing.rows import Same
from tracker.importing.tabs import tabs
from tracker.permissions import Subject
from tracker.plans.cadence import Every
from tracker.units.rules import GROUP_KINDS, KIND_NAMES
from tracker.web.access import actor, check
from tracker.web.forms import asked_page
from tracker.web.intake import number
from tracker.web.render import go, render

MEANINGS = {
    Meaning.NUMBER: "序号",
    Meaning.TEXT: "任务",
    Meaning.CATEGORY: "类别",
    Meaning.LEAD: "牵头单位",
    Meaning.PARTNER: "参与单位",
    Meaning.RESPONSIBLE: "责任单位",
    Meaning.LIMIT: "完成时限",
    Meaning.LEADER: "分管领导",
    Meaning.PERSON: "责任人",
    Meaning.NOTE: "备注",
    Meaning.UNUSED: "不用",
}


def open_page(draft_id: int) -> ImportDraft:
    """The draft that the page is about, checked for this actor."""
    g.navigation = "imports"
    draft = open_draft(draft_id, actor())
    check("plan.import", Subject(office_id=draft.office_id))
    return draft


def review_page(draft: ImportDraft, status: int = 200, **values: Any) -> Response:
    """The page, or its working side alone when a part of it was asked for."""
    part = next(part for part in draft.parts if part["n"] == draft.part)
    tab = _tab(part)
    shown, plans = review(draft, asked_page(), tab), plans_to_follow(draft)
    return render(
        "importing/review.html",
        "work",
        status,
        draft=draft,
        header_standing=header_standing(draft),
        review=shown,
        blocks=[] if htmx else document(draft, shown),
        part=part,
        tab=tab,
        panels=Tab,
        tabs=tabs(draft, "review", changed=shown.changes),
        purposes=Purpose,
        plans=plans,
        likely_plan=likely_plan(draft, plans),
        naming=naming(draft, request.values.get("block", type=number)) if tab is Tab.COLUMNS else None,
        lost=would_be_lost(draft) if tab is Tab.COLUMNS else [],
        meanings=MEANINGS,
        maps=maps_of(draft),
        operators=OPERATORS,
        fields={Same.UNIT: _("单位"), Same.LIMIT: _("时限")},
        every={one: one.label for one in Every},
        kinds=KIND_NAMES,
        group_kinds=GROUP_KINDS,
        choices=names.Choice,
        **values,
    )


def _tab(part: dict[str, object]) -> Tab:
    """The tab that was asked for; where nothing was read, that of the columns."""
    asked = request.args.get("tab", "")
    if asked in set(Tab):
        return Tab(asked)
    return Tab.TASKS if part["tasks"] else Tab.COLUMNS


def saved(draft: ImportDraft, **values: Any) -> Response:
    """After a change was committed: the working side anew, or the page again for a plain form."""
    return review_page(draft, **values) if htmx else go(url_for("importing.show", draft_id=draft.id))


def refused(draft_id: int, problem: Invalid, **values: Any) -> Response:
    """The working side with the sentence and what was typed; nothing of it is kept."""
    db.session.rollback()
    return review_page(open_page(draft_id), problem.status, problem=problem, **values)
