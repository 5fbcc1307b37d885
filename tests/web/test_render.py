"""Pages and their fragments."""

from __future__ import annotations

from flask import Flask

from tracker.web.render import render_block


def test_a_fragment_uses_the_macros_its_template_imports(app: Flask) -> None:
    with app.test_request_context("/states"):
        app.preprocess_request()
        fragment = render_block("states.html", "tools")
    assert "btn-primary" in fragment
    assert "<html" not in fragment
