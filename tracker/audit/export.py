"""The log as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from tracker.audit.models import AuditEvent
from tracker.audit.names import ACTION_NAMES
from tracker.audit.words import change
from tracker.exports.table import TableColumn, table_xlsx

COLUMNS = (
    TableColumn("序号", 14, "number"),
    TableColumn("时间", 34, "moment"),
    TableColumn("何人", 46),
    TableColumn("何处", 26),
    TableColumn("何事", 26),
    TableColumn("对象", 50),
    TableColumn("改前", 30),
    TableColumn("改后", 30),
    TableColumn("原因", 30),
)


def change_words(row: AuditEvent) -> str:
    """Before, after and reason in one line, as the page shows them."""
    before, after = change(row.before, row.after)
    parts = (("改前", before), ("改后", after), ("原因", row.reason))
    return "；".join(f"{name}：{text}" for name, text in parts if text)


def events_xlsx(rows: Iterable[AuditEvent], foot: str) -> BytesIO:
    """The rows under the columns of the log's page; ``foot`` says who exported and when."""
    lines = (
        (
            row.id,
            row.at.replace(tzinfo=None),
            row.actor,
            row.address,
            ACTION_NAMES.get(row.action, row.action),
            row.subject,
            *change(row.before, row.after),
            row.reason,
        )
        for row in rows
    )
    return BytesIO(table_xlsx("审计日志", COLUMNS, lines, foot))
