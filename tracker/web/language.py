"""The words of pages: gettext for templates, with the catalogue looked up once a request, not once a word."""

from __future__ import annotations

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import get_translations


def _catalogue() -> NullTranslations:
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def register(app: Flask) -> None:
    """Put ``_`` and ``ngettext`` into templates, in place of flask-babel's own, which ask for the locale each time."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: _catalogue().ugettext(words),
        ngettext=lambda one, many, n: _catalogue().ungettext(one, many, n),
        newstyle=True,
    )
