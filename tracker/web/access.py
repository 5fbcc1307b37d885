"""Every endpoint says who may enter: ``@requires("report.submit")`` or ``@public``; a guard test holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, current_app, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.errors import Refused
from tracker.permissions import Actor, Subject, decide
from tracker.web.render import go

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
OPEN_ENDPOINTS = frozenset({"static"})


def requires(action: str) -> Callable[[View], View]:
    """Only signed-in people whose role may do ``action``; what it is done to is checked inside, with `check`."""

    def mark(view: View) -> View:
        view.permission = action  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open to everybody, signed in or not."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def permission_of(endpoint: str) -> str | None:
    """The permission written on an endpoint's view, ``public``, or None when somebody forgot."""
    if endpoint in OPEN_ENDPOINTS:
        return PUBLIC
    return getattr(current_app.view_functions[endpoint], "permission", None)


def signed_in() -> Actor | None:
    """The actor of this request, None for a stranger; set by accounts/session.py."""
    return g.get("actor")


def actor() -> Actor:
    """The actor of this request; only in views that are not public."""
    return g.actor


def check(action: str, subject: Subject | None = None) -> None:
    """Refused, with the reason, when the actor may not do ``action`` to ``subject``."""
    decision = decide(actor(), action, subject)
    if not decision:
        raise Refused(decision.reason)


def guard() -> ResponseReturnValue | None:
    """Before every request: a stranger goes to the login, a wrong role is refused."""
    if request.endpoint is None:
        return None  # no such address: 404
    action = permission_of(request.endpoint)
    if action is None:
        abort(500, f"{request.endpoint} has no permission")
    if action == PUBLIC:
        return None
    if signed_in() is None:
        if g.get("login_ended"):
            flash(_("登录已过时，请重新登录。没有存上的内容在本机还留着。"), "amber")
        return go(url_for("accounts.login", next=_return_address()))
    check(action)
    return None


def _return_address() -> str:
    """Where to go after the login: the page asked for, if going there again is harmless."""
    return request.full_path.rstrip("?") if request.method == "GET" else ""
