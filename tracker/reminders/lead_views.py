"""A lead reminds the partners of its own tasks."""

from __future__ import annotations

from flask import Response, flash, request, url_for

from tracker.extensions import commit
from tracker.progress.queries import obligation_subject, open_obligation
from tracker.reminders import forms
from tracker.reminders.lead_actions import urge_partners
from tracker.reminders.views import notes_of
from tracker.reminders.views import reminders as reminders
from tracker.web.access import actor, check, requires
from tracker.web.render import go


@reminders.post("/obligations/<int:obligation_id>/urge", endpoint="urge_partners")
@requires("reminder.send_to_partners")
def urge(obligation_id: int) -> Response:
    """催办 from the lead's desk: ``unit`` any number of times, and optional ``words``."""
    obligation = open_obligation(obligation_id)
    check("reminder.send_to_partners", obligation_subject(obligation))
    sent = urge_partners(obligation, forms.ids(request.form, "unit"), request.form.get("words", ""), actor())
    notes = notes_of(sent)
    commit()
    for kind, text in notes:
        flash(text, kind)
    return go(url_for("gather.desk", obligation_id=obligation.id))
