"""create_app(): settings, extensions, blueprints, errors, commands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask, request

from tracker import clock, registry
from tracker.accounts.failed_views import failed_logins
from tracker.accounts.people_views import staff
from tracker.accounts.session import load_actor
from tracker.accounts.views import accounts, first_login_guard
from tracker.assessment.scheme_views import schemes
from tracker.assessment.sheet_views import sheets
from tracker.assessment.views import assessment
from tracker.audit.views import audit
from tracker.config import bundled, data_folder, database_url, read_settings, secret_key
from tracker.dashboard.grid_views import analysis
from tracker.dashboard.owed_views import owed
from tracker.dashboard.views import dashboard
from tracker.extensions import babel, csrf, db, htmx, login_manager, migrate, reading
from tracker.importing.change_views import importing
from tracker.importing.column_views import import_columns
from tracker.importing.row_views import import_rows
from tracker.indicators.entry_views import indicators
from tracker.jobs.views import jobs
from tracker.ledger.review_views import ledger
from tracker.obligations.member_views import members
from tracker.obligations.views import plans
from tracker.progress.closing_views import closing
from tracker.progress.evidence_views import evidence
from tracker.progress.extension_views import extension_pages
from tracker.progress.gather_views import gather
from tracker.progress.item_views import items
from tracker.progress.occurrence_views import occurrences
from tracker.progress.verify_views import verify
from tracker.progress.views import progress
from tracker.progress.workbook_views import workbook
from tracker.reminders.lead_views import reminders
from tracker.supervision.batch_views import batch_pages
from tracker.supervision.bulletin_views import bulletin_pages
from tracker.supervision.inspection_views import inspection_pages
from tracker.supervision.rectification_views import rectification_pages
from tracker.supervision.remark_views import remark_pages
from tracker.supervision.slip_views import slip_pages
from tracker.tasks.coverage_views import coverage
from tracker.tasks.views import tasks
from tracker.units.views import register
from tracker.web import access, chrome, intake, language, problems, render, static
from tracker.web.views import web

BLUEPRINTS = (
    web,
    accounts,
    tasks,
    coverage,
    dashboard,
    owed,
    analysis,
    importing,
    import_rows,
    import_columns,
    ledger,
    staff,
    register,
    members,
    audit,
    failed_logins,
    jobs,
    progress,
    gather,
    items,
    occurrences,
    evidence,
    workbook,
    verify,
    closing,
    extension_pages,
    reminders,
    slip_pages,
    batch_pages,
    inspection_pages,
    rectification_pages,
    remark_pages,
    bulletin_pages,
    plans,
    indicators,
    assessment,
    schemes,
    sheets,
)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The application. ``settings`` overrides the environment, by the names of config.SETTINGS; for tests."""
    app = Flask("tracker")
    app.url_map.converters["int"] = intake.RowNumber
    values = read_settings(os.environ) | dict(settings or {})
    app.config.update(values)
    folder = data_folder(values)
    clock.set_folder(folder)
    app.config.update(
        SECRET_KEY=values.get("SECRET_KEY") or secret_key(folder),
        DATA_FOLDER=folder,
        SQLALCHEMY_DATABASE_URI=database_url(values),
        SQLALCHEMY_ENGINE_OPTIONS=values.get("SQLALCHEMY_ENGINE_OPTIONS", {"pool_pre_ping": True}),
        MAX_CONTENT_LENGTH=(max(values["TRACKER_IMPORT_MB"], values["TRACKER_EVIDENCE_MB"]) + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        MAX_FORM_PARTS=10_000,  # a unit's sheet of a year can hold several hundred figures, each with a few fields
        PERMANENT_SESSION_LIFETIME=timedelta(hours=values["TRACKER_LOGIN_HOURS"]),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=values["TRACKER_HTTPS"],
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as the login does
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
    )
    _install(app)
    return app


def _install(app: Flask) -> None:
    registry.fill()
    db.init_app(app)
    migrate.init_app(app, db, directory=str(bundled("migrations")), render_as_batch=True)
    login_manager.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    babel.init_app(app)
    language.register(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for before in (_reading_or_writing, load_actor, access.guard, first_login_guard, intake.refuse_unkept_signs):
        app.before_request(before)
    app.after_request(render.finish)
    problems.register(app)
    chrome.register(app)
    static.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _reading_or_writing() -> None:
    reading.set(request.method in {"GET", "HEAD", "OPTIONS"})
