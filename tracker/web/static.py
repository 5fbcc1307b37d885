"""Addresses of the static files. Each carries a mark of the file's content, so that a browser may keep it for good and
asks for it again only when it has changed."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, g, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin

MARK = "v"
KEPT = 365 * 24 * 3600
"""Seconds, as long as HTTP caches are told anything."""


@lru_cache(maxsize=1000)
def _mark(file: Path, changed: int) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """The address of a file of tracker/static, for templates. ``name``: its path in there, as css/base.css."""
    if "static_root" not in g:
        g.static_root = url_for("static", filename="")
    return f"{g.static_root}{name}?{MARK}={_mark_of(name)}"


def _mark_of(name: str) -> str:
    file = Path(current_app.static_folder or "") / name
    return _mark(file, file.stat().st_mtime_ns)


def is_asked_for() -> bool:
    """Whether this request is for a static file."""
    return request.endpoint == "static"


def keep(response: Response) -> None:
    """Let the browser keep a static file that was asked for with its mark: with another, the page came from a host that
    has another version of the file."""
    asked = request.args.get(MARK)
    if response.status_code == 200 and asked and asked == _mark_of((request.view_args or {})["filename"]):
        response.cache_control.no_cache = None
        response.cache_control.private = response.cache_control.immutable = True
        response.cache_control.max_age = KEPT


class Sessions(SecureCookieSessionInterface):
    """Cookies come with pages alone: a file kept by the browser must not depend on who was signed in."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_asked_for():
            super().save_session(app, session, response)


def register(app: Flask) -> None:
    """Give templates ``static`` and files no cookie."""
    app.jinja_env.globals["static"] = static
    app.session_interface = Sessions()
