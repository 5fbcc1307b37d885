"""What stands around every page: top bar, plan menu, navigation with counts, post menu, the fixed day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask, g, request, url_for

from tracker import clock
from tracker.permissions import Actor
from tracker.web.access import signed_in
from tracker.web.navigation import Entry, entries_for, plans_of


@dataclass(frozen=True)
class Link:
    """A word that leads somewhere; ``count`` of open work, ``current`` when this is the page."""

    key: str
    label: str
    url: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True)
class Chrome:
    """See the comment at the top of templates/base.html."""

    plan: Link | None = None
    plans: list[Link] = field(default_factory=list)
    navigation: list[Link] = field(default_factory=list)
    post: str = ""
    posts: list[Any] = field(default_factory=list)
    name: str = ""
    fixed_day: date | None = None
    density: str = "compact"
    single_keys: bool = True
    inbox: Link | None = None


def _link(entry: Entry, actor: Actor, plan_id: int | None) -> Link:
    values: dict[str, Any] = {"plan_id": plan_id} if entry.needs_plan else {}
    count = entry.count(actor, plan_id or 0) if entry.count else 0
    current = g.get("navigation") == entry.key or request.endpoint == entry.endpoint
    return Link(entry.key, entry.label, url_for(entry.endpoint, **values), count, current)


def build() -> Chrome:
    """The surroundings of this request's page."""
    actor = signed_in()
    if actor is None:
        return Chrome(fixed_day=clock.fixed_day())
    plans = plans_of(actor)
    plan_id = g.get("plan_id") or (plans[0][0] if plans else None)
    links = [
        Link(str(number), title, url_for("dashboard.plan_home", plan_id=number), 0, number == plan_id)
        for number, title in plans
    ]
    shown = [entry for entry in entries_for(actor.role) if plan_id or not entry.needs_plan]
    preferences = g.preferences
    return Chrome(
        plan=next((link for link in links if link.current), None),
        plans=links,
        navigation=[_link(entry, actor, plan_id) for entry in shown],
        post=actor.label,
        posts=g.posts,
        name=actor.name,
        fixed_day=clock.fixed_day(),
        density=preferences.get("density", "compact"),
        single_keys=preferences.get("single_keys", "on") == "on",
    )


def register(app: Flask) -> None:
    """Give every template ``chrome`` and ``today``."""

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        if "chrome" not in g:
            g.chrome = build()
        return {"chrome": g.chrome, "today": clock.today()}
