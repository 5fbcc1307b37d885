"""What workbooks of every format share: a value as a person sees it, and what is said of hidden sheets."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.importing.blocks import Table


def written(value: Any) -> str:
    """A value as a person sees it: 2021 for 2021.0, 2021年12月31日 for a date."""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def hidden_notes(table: Table) -> list[str]:
    """What a person should know of a sheet's hidden rows, or of a sheet that is hidden itself."""
    if table.hidden:
        return [f"{table.where}是隐藏的，未作为任务读取。"]
    rows = [row for row in table.hidden_rows if row < table.height]
    return [f"{table.where}有{len(rows)}个隐藏行，未作为任务读取。"] if rows else []
