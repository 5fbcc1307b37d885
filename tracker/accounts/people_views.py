"""People and posts, for the two administrators whose work they are: accounts here, rights there (三员)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, g, request, url_for
from flask_babel import gettext as _

from tracker import clock
from tracker.accounts import actions
from tracker.accounts.models import Person, Post
from tracker.accounts.queries import people, person_by_id, post_by_id, posts
from tracker.errors import Invalid
from tracker.extensions import commit
from tracker.permissions import ROLE_NAMES, Role, decide
from tracker.units.queries import unit_by_id, units
from tracker.web.access import actor, requires
from tracker.web.forms import needed_day, typed, typed_number
from tracker.web.render import go, render

staff = Blueprint("people", __name__)


@staff.get("/people")
@requires("person.read")
def listing() -> Response:
    """Everybody with the posts of today."""
    g.navigation = "people"
    words, state = request.args.get("find", "").strip(), request.args.get("state", "")
    today, found = clock.today(), people(words)
    groups = {
        "": found,
        "without": [one for one in found if not one.ended_on and not one.posts_on(today)],
        "ended": [one for one in found if one.ended_on],
    }
    return render(
        "accounts/people.html",
        people=groups.get(state, found),
        counts={key: len(group) for key, group in groups.items()},
        state=state,
        words=words,
        roles=ROLE_NAMES,
        may_edit=decide(actor(), "person.edit"),
    )


@staff.get("/people/new")
@requires("person.edit")
def new() -> Response:
    """The form for an account."""
    g.navigation = "people"
    return render("accounts/new_person.html", error=None)


@staff.post("/people")
@requires("person.edit")
def add() -> Response:
    """Make an account; the answer shows the first password, the only time it can be read."""
    first = actions.first_password()
    try:
        person = actions.add_person(
            typed("login"), typed("name"), first, actor(), email=typed("email"), phone=typed("phone")
        )
    except Invalid as error:
        return render("accounts/new_person.html", status=422, error=error)
    commit()
    return _page_of(person, first_password=first)


@staff.get("/people/<int:person_id>")
@requires("person.read")
def one(person_id: int) -> Response:
    """A person's account and posts, with the forms that the viewer's post allows."""
    return _page_of(person_by_id(person_id))


def _page_of(person: Person, error: Invalid | None = None, form: str = "", first_password: str = "") -> Response:
    g.navigation = "people"
    return render(
        "accounts/person.html",
        status=422 if error else 200,
        person=person,
        roles=ROLE_NAMES,
        units=[(unit.id, unit.name) for unit in units() if not unit.is_group],
        may_edit=decide(actor(), "person.edit"),
        may_post=decide(actor(), "post.edit"),
        first_password=first_password,
        error=error,
        form=form,
    )


@staff.post("/people/<int:person_id>/password")
@requires("person.edit")
def reset(person_id: int) -> Response:
    """Give a new first password, shown once in the answer."""
    person = person_by_id(person_id)
    first = actions.reset_password(person, actor())
    commit()
    return _page_of(person, first_password=first)


def _change(person: Person, form: str, change: Callable[[], object], done: str) -> Response:
    """Do one change and show the person, or show the form again with the reason."""
    try:
        change()
    except Invalid as error:
        return _page_of(person, error, form)
    commit()
    flash(done, "green")
    return go(url_for("people.one", person_id=person.id))


@staff.post("/people/<int:person_id>/end")
@requires("person.edit")
def end(person_id: int) -> Response:
    """End an account."""
    person = person_by_id(person_id)
    return _change(
        person,
        "end",
        lambda: actions.end_person(person, clock.today(), typed("reason"), actor()),
        _("账号已停用，登录已全部退出；做过的事都留着。"),
    )


@staff.get("/posts")
@requires("post.edit")
def all_posts() -> Response:
    """Every post that is held today, by unit."""
    g.navigation = "posts"
    return render("accounts/posts.html", posts=posts(clock.today()), roles=ROLE_NAMES)


@staff.post("/people/<int:person_id>/posts")
@requires("post.edit")
def give_post(person_id: int) -> Response:
    """Let the person act for a post from a day on."""
    person = person_by_id(person_id)

    def change() -> Post:
        role, unit = typed("role"), typed_number("unit")
        if role not in {member.value for member in Role}:
            raise Invalid(_("请选岗位。"), "role")
        return actions.give_post(
            person, Role(role), unit_by_id(unit) if unit else None, needed_day("from_on"), actor(), typed("reason")
        )

    return _change(person, "post", change, _("岗位已给。"))


@staff.post("/posts/<int:post_id>/end")
@requires("post.edit")
def end_post(post_id: int) -> Response:
    """Take a post back from a day on; the unit's open work stays with the unit."""
    post = post_by_id(post_id)
    return _change(
        post.person,
        f"end-{post.id}",
        lambda: actions.end_post(post, needed_day("until_on"), typed("reason"), actor()),
        _("岗位已收回，没办完的事留在单位，由接任的人办。"),
    )
