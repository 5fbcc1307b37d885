"""The business day and the real moment, in Asia/Shanghai.

Deadlines, periods and reports live on the *business* day, which can be fixed: ``TRACKER_TODAY=2021-10-26`` in the
environment, or the file ``business-day`` in the data folder (``tracker demo day``). Logins, lockout and the audit
log use the real clock: ``real_now``.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_FILE = "business-day"

_folder: Path | None = None


def set_folder(folder: Path) -> None:
    """Tell the clock where the data folder is, once, when the application starts."""
    global _folder
    _folder = folder


def fixed_day() -> date | None:
    """The fixed business day, or None when the calendar runs."""
    written = os.environ.get("TRACKER_TODAY", "").strip()
    if not written and _folder is not None:
        file = _folder / DAY_FILE
        written = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    return date.fromisoformat(written) if written else None


def fix_day(day: date | None) -> None:
    """Fix the business day in the data folder; None lets the calendar run again."""
    if _folder is None:
        raise RuntimeError("set_folder() first")
    file = _folder / DAY_FILE
    if day is None:
        file.unlink(missing_ok=True)
        return
    beside = file.with_suffix(".new")
    beside.write_text(day.isoformat(), encoding="utf-8")
    beside.replace(file)


def real_now() -> datetime:
    """The real moment, aware, in Shanghai."""
    return datetime.now(SHANGHAI)


def today() -> date:
    """The business day."""
    return fixed_day() or real_now().date()


def now() -> datetime:
    """The business moment, aware: the real time of day on the business day."""
    return datetime.combine(today(), real_now().timetz())
