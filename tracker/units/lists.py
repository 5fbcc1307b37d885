"""A list of units, as an office keeps it in a spreadsheet, into the register: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from tracker.errors import Invalid
from tracker.permissions import Actor
from tracker.units.actions import add_alias, add_member, add_unit
from tracker.units.models import Unit
from tracker.units.queries import unit_by_name
from tracker.units.rules import KIND_NAMES

COLUMNS = ("单位", "类型", "别名", "群体", "说明")
KINDS = {name: kind for kind, name in KIND_NAMES.items()}
SEVERAL = "；"
"""Stands between several aliases, and between several groups; names themselves hold 、."""


def import_units(rows: Sequence[Mapping[str, str]], from_on: date, actor: Actor | None) -> list[Unit]:
    """Units for ``rows`` of COLUMNS, members of their groups from ``from_on`` on.

    Raises Invalid with a sentence for every row that cannot be taken; the caller then commits nothing.
    """
    problems: list[str] = []
    units: dict[int, Unit] = {}
    for number, row in enumerate(rows, start=2):  # row 1 of the sheet is its head
        with _noted(problems, number):
            units[number] = _add(row, actor)
    for number, row in enumerate(rows, start=2):  # a group may stand below its members
        if number in units:
            with _noted(problems, number):
                _join(row, units[number], from_on, actor)
    if problems:
        raise Invalid("\n".join([*problems, "一家单位也没有导入。请改好后重新导入整张表。"]))
    return list(units.values())


@contextmanager
def _noted(problems: list[str], number: int) -> Iterator[None]:
    """A refusal inside becomes one more line of ``problems``."""
    try:
        yield
    except Invalid as refusal:
        problems.append(f"第{number}行：{refusal}")


def _several(written: str) -> list[str]:
    return [name.strip() for name in written.split(SEVERAL) if name.strip()]


def _add(row: Mapping[str, str], actor: Actor | None) -> Unit:
    kind = row.get("类型", "").strip()
    if kind not in KINDS:
        raise Invalid(f"类型“{kind}”不认识，请填{'、'.join(KINDS)}之一。")
    unit = add_unit(row.get("单位", ""), KINDS[kind], actor, note=row.get("说明", "").strip())
    for alias in _several(row.get("别名", "")):
        add_alias(unit, alias, None, None, actor)
    return unit


def _join(row: Mapping[str, str], unit: Unit, from_on: date, actor: Actor | None) -> None:
    for name in _several(row.get("群体", "")):
        group = unit_by_name(name)
        if group is None:
            raise Invalid(f"群体“{name}”不在名册里，请先登记这个群体。")
        add_member(group, unit, from_on, "", actor)
