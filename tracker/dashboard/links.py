"""Addresses of pages that other rooms bring."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for


def has(endpoint: str) -> bool:
    """Whether the room that brings this page is there."""
    return endpoint in current_app.view_functions


def address(endpoint: str, **values: Any) -> str:
    """The address of the page, or of the home page while its room is not there."""
    return url_for(endpoint, **values) if has(endpoint) else url_for("dashboard.home")
