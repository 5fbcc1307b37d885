"""Signing in and out, one's own password, post and preferences."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.accounts import actions, session
from tracker.accounts.demo import DEMO_PASSWORD, demo_people
from tracker.errors import Invalid
from tracker.extensions import commit
from tracker.permissions import ROLE_NAMES
from tracker.web.access import actor, public, requires, signed_in
from tracker.web.render import go, render

accounts = Blueprint("accounts", __name__)

OURS = re.compile(r"/(?![/\\])[^\x00-\x1f\\]*\Z")
"""A path of this site: a browser takes a backslash for a slash, and leaves out tabs and line ends."""


def _safe_next() -> str:
    """The page asked for before the login, if it is one of ours."""
    target = request.values.get("next", "")
    return target if OURS.match(target) else url_for("dashboard.home")


def _login_page(status: int = 200, **values: str) -> Response:
    """The login page; where TRACKER_DEMO says so with the demo's people and their password."""
    shown = demo_people() if current_app.config["TRACKER_DEMO"] else []
    return render(
        "accounts/login.html", None, status, people=shown, demo_password=DEMO_PASSWORD, roles=ROLE_NAMES, **values
    )


@accounts.get("/login")
@public
def login() -> ResponseReturnValue:
    """The login page."""
    if signed_in() is not None:
        return redirect(url_for("dashboard.home"))
    return _login_page(next=request.args.get("next", ""))


@accounts.post("/login")
@public
def sign_in() -> ResponseReturnValue:
    """Try to sign in."""
    form, config = request.form, current_app.config
    tries, minutes = config["TRACKER_LOCKOUT_TRIES"], config["TRACKER_LOCKOUT_MINUTES"]
    try:
        attempt = actions.begin_attempt(form.get("login", ""), request.remote_addr or "", tries=tries, minutes=minutes)
    except Invalid as locked:
        commit()
        return _refused(str(locked))
    commit()  # counted before the slow comparison, and without holding up others
    outcome = actions.sign_in(attempt, form.get("password", ""))
    if outcome.person is None:
        commit()
        return _refused(outcome.message)
    if not outcome.person.posts_on(clock.today()):
        commit()
        return _refused(_("您的账号现在没有岗位，不能办事。请找安全管理员给岗位。"))
    session.begin_login(outcome.person)
    commit()
    return go(_safe_next())


def _refused(message: str) -> Response:
    form = request.form
    return _login_page(422, next=form.get("next", ""), message=message, login=form.get("login", ""))


@accounts.post("/logout")
@public
def logout() -> Response:
    """Sign out."""
    session.end_login()
    commit()
    return go(url_for("accounts.login"))


@accounts.get("/password")
@requires("account.own")
def password() -> Response:
    """The page to change one's own password."""
    return render("accounts/password.html", error=None)


@accounts.post("/password")
@requires("account.own")
def change_password() -> Response:
    """Change one's own password."""
    form = request.form
    try:
        if form.get("new_password", "") != form.get("again", ""):
            raise Invalid(_("两次输入的新密码不一样。"), "again")
        old, new = form.get("old_password", ""), form.get("new_password", "")
        actions.change_password(current_user, old, new, actor())
    except Invalid as error:
        return render("accounts/password.html", status=422, error=error)
    commit()
    session.keep_login(current_user)
    flash(_("新密码已生效，别处的登录已退出。"), "green")
    return go(url_for("dashboard.home"))


@accounts.post("/posts/<int:post_id>")
@requires("account.own")
def choose_post(post_id: int) -> Response:
    """Act for another of one's posts."""
    if not session.choose_post(post_id):
        flash(_("这个岗位已经不归您了，请换一个。"), "amber")
    return go(url_for("dashboard.home"))


@accounts.post("/preferences")
@requires("account.own")
def preferences() -> Response:
    """Remember density and keyboard."""
    for key, allowed in (("density", {"compact", "loose"}), ("letters", {"on", "off"})):
        if request.form.get(key) in allowed:
            actions.set_preference(current_user, key, request.form[key])
    commit()
    if request.headers.get("Sec-Fetch-Mode") == "cors" or request.headers.get("X-CSRFToken"):
        return Response(status=204)
    return go(request.referrer or url_for("dashboard.home"))


def first_login_guard() -> ResponseReturnValue | None:
    """Before every request: who still has a first password changes it before anything else."""
    free = {"accounts.password", "accounts.change_password", "accounts.logout", "static"}
    if signed_in() is not None and current_user.must_change_password and request.endpoint not in free:
        flash(_("请先把初始密码换成您自己的。"), "amber")
        return redirect(url_for("accounts.password"))
    return None
