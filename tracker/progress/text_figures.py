"""Figures in a report's text that last period's did not have, to be marked at the verifier's."""

from __future__ import annotations

import re

# 1,027 and 82.5% are one figure each; 2021年 and 8,412人 keep to the digits.
FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?[%％‰]?")


def new_figures(text: str, last_text: str) -> list[tuple[int, int]]:
    """Half-open character spans of the figures in ``text`` that do not stand in ``last_text``, in order."""
    known = {_normal(found.group()) for found in FIGURE.finditer(last_text)}
    return [found.span() for found in FIGURE.finditer(text) if _normal(found.group()) not in known]


def _normal(figure: str) -> str:
    return figure.replace(",", "").replace("％", "%")
