"""The login as the cookie keeps it: its token, who, for which post, since when; and how it ends."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, g, request, session
from flask_login import current_user, login_user, logout_user

from tracker import clock
from tracker.accounts import actions
from tracker.accounts.models import Person
from tracker.accounts.queries import actor_of, person_of_login
from tracker.extensions import login_manager
from tracker.web import static


@login_manager.user_loader
def _person(written: str) -> Person | None:
    person = person_of_login(actions.hash_of(session.get("login", "")))
    return person if person is not None and written == person.get_id() else None


def begin_login(person: Person) -> None:
    """Sign the person in, in a fresh cookie; what this browser was signed in to before ends. The caller commits."""
    end_login()
    login_user(person)
    session.permanent = True
    session["login"] = actions.begin_login(person, request.remote_addr or "")
    session["epoch"] = person.login_epoch
    session["since"] = session["seen"] = int(clock.real_now().timestamp())


def end_login() -> None:
    """Sign out, here and wherever the cookie was copied to. The caller commits."""
    if "login" in session:
        actions.end_login(session["login"])
    _forget()


def _forget() -> None:
    logout_user()
    session.clear()


def keep_login(person: Person) -> None:
    """After a change of password: this login goes on, the person's others end."""
    session["epoch"] = person.login_epoch


def _has_ended(person: Person) -> bool:
    now = int(clock.real_now().timestamp())
    idle = timedelta(minutes=current_app.config["TRACKER_IDLE_MINUTES"]).total_seconds()
    longest = timedelta(hours=current_app.config["TRACKER_LOGIN_HOURS"]).total_seconds()
    return (
        person.ended_on is not None
        or session.get("epoch") != person.login_epoch
        or now - session.get("since", 0) > longest
        or now - session.get("seen", 0) > idle
    )


def load_actor() -> None:
    """Before every request: ``g.actor``, None for a stranger; ``g.posts``: (id, label) of each post held."""
    g.actor, g.posts = None, []
    if static.is_asked_for() or not current_user.is_authenticated:
        return
    if _has_ended(current_user):
        _forget()
        g.login_ended = True
        return
    session["seen"] = int(clock.real_now().timestamp())
    g.preferences = current_user.preferences
    address = request.remote_addr or ""
    actors = [actor_of(current_user, post, address) for post in current_user.posts_on(clock.today())]
    g.posts = [(actor.post_id, actor.label) for actor in actors]
    chosen = next((actor for actor in actors if actor.post_id == session.get("post")), None)
    g.actor = chosen or next(iter(actors), None)


def choose_post(post_id: int) -> bool:
    """Act for another of one's posts from now on; False when it is not one's own."""
    if post_id not in {number for number, _ in g.posts}:
        return False
    session["post"] = post_id
    return True
