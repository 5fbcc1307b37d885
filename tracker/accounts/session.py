"""The login as the cookie keeps it: who, for which post, since when; and how it ends."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, g, request, session
from flask_login import current_user, login_user, logout_user

from tracker import clock
from tracker.accounts.models import Person
from tracker.accounts.queries import actor_of, posts_of
from tracker.extensions import db, login_manager


@login_manager.user_loader
def _person(written: str) -> Person | None:
    return db.session.get(Person, int(written))


def begin_login(person: Person) -> None:
    """Sign the person in, in a fresh cookie."""
    session.clear()
    login_user(person)
    session.permanent = True
    session["epoch"] = person.login_epoch
    session["since"] = session["seen"] = int(clock.real_now().timestamp())


def end_login() -> None:
    """Sign out."""
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
    """Before every request: the actor in ``g.actor``, the posts to choose from in ``g.posts``, or no actor."""
    g.actor, g.posts = None, []
    if request.endpoint == "static" or not current_user.is_authenticated:
        return
    if _has_ended(current_user):
        end_login()
        g.login_ended = True
        return
    session["seen"] = int(clock.real_now().timestamp())
    g.preferences = current_user.preferences
    g.posts = posts_of(current_user.id, clock.today())
    chosen = next((post for post in g.posts if post.id == session.get("post")), None)
    post = chosen or (g.posts[0] if g.posts else None)
    if post is not None:
        g.actor = actor_of(current_user, post, request.remote_addr or "")


def choose_post(post_id: int) -> bool:
    """Act for another of one's posts from now on; False when it is not one's own."""
    if post_id not in {post.id for post in g.posts}:
        return False
    session["post"] = post_id
    return True
