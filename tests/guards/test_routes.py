"""Every route says who may enter, and nothing commits but the edges."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from tracker.permissions import PERMISSIONS
from tracker.web.access import PUBLIC, permission_of

TRACKER = Path(__file__).parents[2] / "tracker"
EDGES = {"views.py", "extensions.py"}
EDGE_FOLDERS = {"cli", "jobs"}


def test_every_route_has_a_permission(app: Flask) -> None:
    open_to_all = {rule.endpoint for rule in app.url_map.iter_rules() if permission_of(rule.endpoint) == PUBLIC}
    assert open_to_all == {"static", "accounts.login", "accounts.sign_in", "accounts.logout"}
    for rule in app.url_map.iter_rules():
        assert permission_of(rule.endpoint) in {PUBLIC, *PERMISSIONS}, rule.endpoint


def test_only_the_edges_commit() -> None:
    for file in TRACKER.rglob("*.py"):
        inner = file.relative_to(TRACKER)
        is_edge = file.name in EDGES or file.name.endswith("_views.py") or inner.parts[0] in EDGE_FOLDERS
        assert is_edge or not re.search(r"\bcommit\(", file.read_text(encoding="utf-8")), inner


def test_a_page_that_is_read_does_not_commit() -> None:
    """In views, `commit()` stands only in functions that answer POST."""
    for file in (*TRACKER.rglob("views.py"), *TRACKER.rglob("*_views.py")):
        for route in re.findall(r"@\w+\.get\(.*?(?=\n@|\Z)", file.read_text(encoding="utf-8"), re.DOTALL):
            body = re.split(r"\n(?=@)", route)[0]
            assert "commit()" not in body, f"{file}: {body[:80]}"
