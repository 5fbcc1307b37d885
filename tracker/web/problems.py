"""Every refusal, wrong address and fault ends in a page, or in a message on the page, that says what to do."""

from __future__ import annotations

from uuid import uuid4

import structlog
from flask import Flask, Response, make_response, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from tracker.errors import StorageFull, TrackerError
from tracker.extensions import db, htmx
from tracker.storage import NO_ROOM, is_full

log = structlog.get_logger()
FULL_DATABASE = {"SQLITE_FULL", "53100"}
"""What SQLite and PostgreSQL call a disk without room."""


def problem(message: str, status: int) -> Response:
    """The sentence as a page, or as a message at the top of the page that htmx asked from."""
    db.session.rollback()
    if not htmx:
        return make_response(render_template("problem.html", message=message, status=status), status)
    response = make_response(render_template("_problem.html", message=message), status)
    response.headers["HX-Retarget"] = "#messages"
    response.headers["HX-Reswap"] = "innerHTML show:window:top"
    return response


def _http_sentence(error: HTTPException) -> str:
    sentences = {
        404: _("没有这个页面，或者您不能看它。请从导航重新进入。"),
        405: _("这个地址不能直接打开。请从导航重新进入。"),
        413: _("文件太大，没有收下。请换小一点的文件。"),
    }
    return sentences.get(error.code or 500, _("请求没有办成，内容没有改动。请返回上一页再试。"))


def _has_no_room(error: OperationalError | OSError) -> bool:
    if isinstance(error, OSError):
        return is_full(error)
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in FULL_DATABASE


def register(app: Flask) -> None:
    """Install the handlers."""

    @app.errorhandler(TrackerError)
    def tracker_error(error: TrackerError) -> Response:
        return problem(str(error), error.status)

    @app.errorhandler(StaleDataError)
    @app.errorhandler(IntegrityError)
    def stale(error: Exception) -> Response:
        log.warning("stale", exc_info=error)
        return problem(_("这一行刚才被别人改过，您的改动没有存上。请刷新后再改。"), 409)

    @app.errorhandler(DataError)
    def unkept(error: DataError) -> Response:
        log.warning("unkept", exc_info=error)
        return problem(_("有一项太长，或者数太大，存不下，没有存上。请改短后再试。"), 422)

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> Response:
        return problem(_("页面放得太久，已经失效，没有提交。请刷新页面再提交一次。"), 400)

    @app.errorhandler(RequestEntityTooLarge)
    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return error.get_response()  # type: ignore[return-value]
        return problem(_http_sentence(error), error.code or 500)

    @app.errorhandler(OperationalError)
    @app.errorhandler(OSError)
    def full(error: OperationalError | OSError) -> Response:
        """No room for the database, or for a file on its way in."""
        if _has_no_room(error):
            log.error("full", exc_info=error)
            return problem(NO_ROOM, StorageFull.status)
        return fault(error)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        number = uuid4().hex[:8]
        log.error("fault", number=number, exc_info=error)
        return problem(_("程序出错，没有改动任何内容。请把编号 %(number)s 告诉系统管理员。", number=number), 500)
