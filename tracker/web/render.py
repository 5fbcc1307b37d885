"""A page and its fragments are one template: the whole page without script, its named block with htmx."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, render_template
from markupsafe import Markup

from tracker.extensions import htmx
from tracker.web import static


def render(template: str, fragment: str | None = None, status: int = 200, **values: Any) -> Response:
    """The page; or, asked by htmx for part of it, the template's block named ``fragment``.

    An invalid form is rendered again with ``status`` 422.
    """
    partial = fragment is not None and bool(htmx) and not htmx.boosted
    body = render_block(template, fragment or "", **values) if partial else render_template(template, **values)
    return make_response(body, status)


def render_block(template: str, block: str, **values: Any) -> Markup:
    """One named block of a template."""
    current_app.update_template_context(values)
    page = current_app.jinja_env.get_template(template)
    context = page.new_context(values)
    next(page.root_render_func(context), None)  # runs the imports at the template's top, up to its first words
    return Markup("".join(page.blocks[block](context)))  # noqa: S704 - our own template's output


def go(address: str) -> Response:
    """Send the browser to ``address``, whether htmx asked or a plain form did."""
    if htmx and not htmx.boosted:
        return Response(status=204, headers={"HX-Redirect": address})
    return Response(status=303, headers={"Location": address})


def finish(response: Response) -> Response:
    """After every request: what a cache and a browser must know."""
    if static.is_asked_for():
        static.keep(response)
    else:
        response.vary.add("HX-Request")
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response
