"""The one line a server loads: ``gunicorn wsgi:app``."""

from tracker.app import create_app

app = create_app()
