"""The words of pages: gettext for templates; a language's catalogue is read once in a process."""

from __future__ import annotations

from functools import lru_cache

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import get_locale, get_translations
from markupsafe import Markup


class Words:
    """One language's words, ready to stand in a page."""

    def __init__(self, catalogue: NullTranslations) -> None:
        self.catalogue = catalogue
        self.ready: dict[str, Markup] = {}
        """With %(name)s still in them."""
        self.plain: dict[str, Markup] = {}
        """Those that take no values."""

    def said(self, words: str) -> Markup:
        if words not in self.ready:
            self.ready[words] = Markup(self.catalogue.ugettext(words))  # noqa: S704 - words of our own templates
        return self.ready[words]

    def said_plainly(self, words: str) -> Markup:
        if words not in self.plain:
            self.plain[words] = self.said(words) % {}
        return self.plain[words]


@lru_cache
def _words_in(locale: str) -> Words:
    return Words(get_translations())


def _words() -> Words:
    words: Words | None = g.get("words")
    if words is None:
        words = g.words = _words_in(str(get_locale()))
    return words


def gettext(words: str, **values: object) -> Markup:
    """``_()`` of the templates: Jinja's own escapes and formats the same words anew each time. Values are escaped."""
    return _words().said(words) % values if values else _words().said_plainly(words)


def register(app: Flask) -> None:
    """Put ``_`` and ``ngettext`` into templates, in place of flask-babel's own, which ask for the locale each time."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: _words().catalogue.ugettext(words),
        ngettext=lambda one, many, n: _words().catalogue.ungettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = gettext
