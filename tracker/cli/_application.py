"""The application for a command, loaded only by the commands that need the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


@contextmanager
def application() -> Iterator[Flask]:
    """The application by the settings of the environment, inside its context. BadSetting before `tracker init`."""
    from tracker.app import create_app

    app = create_app()
    with app.app_context():
        yield app
