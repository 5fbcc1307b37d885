"""What stands around every page, in the shape that templates/base.html asks for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask, g, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from tracker import clock
from tracker.extensions import db
from tracker.permissions import Actor
from tracker.web.access import signed_in
from tracker.web.navigation import Entry, entries_for, plans_of
from tracker.web.words import day_words, moment_words, month_day


def build() -> dict[str, Any]:
    """The surroundings of this request's page; fewer of them for a stranger."""
    fixed = clock.fixed_day()
    around: dict[str, Any] = {
        "product": _("责任台账"),
        "home_url": url_for("dashboard.home"),
        "csrf_token": generate_csrf(),
        "fixed_day": day_words(fixed) if fixed else None,
    }
    actor = signed_in()
    return around | _for_actor(actor) if actor else around


def _for_actor(actor: Actor) -> dict[str, Any]:
    plans = plans_of(actor)
    plan_id = g.get("plan_id") or (plans[0][0] if plans else None)
    menu = [
        {"title": title, "url": url_for("dashboard.plan_home", plan_id=number), "current": number == plan_id}
        for number, title in plans
    ]
    shown = [entry for entry in entries_for(actor.role) if plan_id or not entry.needs_plan]
    counts = _counts(shown, actor, plan_id or 0)
    shown = [entry for entry in shown if entry.while_any is None or counts[f"any_{entry.key}"]]
    return {
        "plan": next((plan for plan in menu if plan["current"]), None),
        "plans": menu,
        "nav": [_entry(entry, counts, plan_id) for entry in shown],
        "search_url": url_for("ledger.listing", plan_id=plan_id) if plan_id and _may_search(shown) else None,
        "post": {"label": actor.label},
        "posts": [
            {"label": label, "url": url_for("accounts.choose_post", post_id=number), "current": number == actor.post_id}
            for number, label in g.posts
        ],
        "links": [{"label": _("改密码"), "url": url_for("accounts.password")}],
        "sign_out_url": url_for("accounts.logout"),
        "density": g.preferences.get("density", "compact"),
        "letters": g.preferences.get("letters", "on") == "on",
        "preferences_url": url_for("accounts.preferences"),
        "printed_by": f"{actor.label} {actor.name} {moment_words(clock.now())}",
    }


def _counts(entries: list[Entry], actor: Actor, plan_id: int) -> dict[str, int]:
    """Entry's key -> how many things wait there; those that the database counts in one statement."""
    counts = {entry.key: entry.count(actor, plan_id) for entry in entries if entry.count}
    counts |= {f"any_{entry.key}": entry.while_any(actor, plan_id) for entry in entries if entry.while_any}
    asked = [count.label(key) for key, count in counts.items() if not isinstance(count, int)]
    answers = db.session.execute(sa.select(*asked)).one()._mapping if asked else {}
    return {key: count if isinstance(count, int) else answers[key] for key, count in counts.items()}


def _entry(entry: Entry, counts: dict[str, int], plan_id: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {"plan_id": plan_id} if entry.needs_plan else {}
    return {
        "key": entry.key,
        "label": entry.label,
        "url": url_for(entry.endpoint, **values),
        "count": counts.get(entry.key, 0),
        "current": g.get("navigation") == entry.key,
    }


def _may_search(shown: list[Entry]) -> bool:
    return any(entry.key == "ledger" for entry in shown)


def register(app: Flask) -> None:
    """Give every template ``chrome``, ``today`` and the words for days and moments."""
    app.jinja_env.filters.update(day=day_words, moment=moment_words, month_day=month_day)

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        if "chrome" not in g:
            g.chrome = build()
        return {"chrome": g.chrome, "today": clock.today()}
