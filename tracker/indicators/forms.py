"""What comes in from the pages of indicators, as plain values, or the sentence that says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.errors import Invalid
from tracker.files.sealing import Sealed
from tracker.indicators.actions import Link
from tracker.indicators.definitions import CADENCES, Definition, Direction, Formula, Target
from tracker.indicators.figures import figure_of, figure_words, reached_of
from tracker.indicators.models import IndicatorValueFile
from tracker.indicators.queries import Row
from tracker.indicators.written import target_of, target_words
from tracker.plans.cadence import Every
from tracker.tasks.models import Task
from tracker.units.queries import register
from tracker.units.rules import resolve
from tracker.web.intake import FIRST_YEAR, LAST_YEAR

Choice = TypeVar("Choice", bound=StrEnum)
BETWEEN = re.compile(r"[、,，;；\s]+")
BLANK_TARGETS = 2
FIELDS = ("name", "measure", "population", "attribute", "baseline", "baseline_year", "baseline_raw", "where")
MOST_TARGETS = 30


@dataclass(frozen=True)
class Form:
    """What stands in the form of an indicator. ``seen``: the version it was opened with, 0 for a new one."""

    name: str = ""
    measure: str = "%"
    population: str = ""
    attribute: str = ""
    baseline: str = ""
    baseline_year: str = ""
    baseline_raw: str = ""
    where: str = ""
    direction: str = Direction.UP.value
    formula: str = Formula.AVERAGE.value
    every: str = Every.YEAR.value
    targets: tuple[tuple[str, str], ...] = ()
    """(year, words)."""
    units: str = ""
    tasks: str = ""
    reason: str = ""
    seen: int = 0

    @property
    def shown_targets(self) -> list[tuple[str, str]]:
        """Its rows of targets, then empty ones."""
        return [*self.targets, *[("", "")] * BLANK_TARGETS]


def form_of(row: Row, tasks: Sequence[Task]) -> Form:
    """The form as the indicator stands. ``tasks``: all of the plan."""
    one, names = row.definition, task_names(tasks)
    return Form(
        name=one.name,
        measure=one.measure,
        population=one.population,
        attribute=one.attribute,
        baseline="" if one.baseline is None else figure_words(one.baseline),
        baseline_year=str(one.baseline_year or ""),
        baseline_raw=one.baseline_raw,
        where=one.where,
        direction=one.direction.value,
        formula=one.formula.value,
        every=one.every.value,
        targets=tuple((str(target.year or ""), target_words(target)) for target in one.targets),
        units="" if row.is_by_tasks else "、".join(unit.name for unit in row.named),
        tasks="、".join(names[task.id] for task in row.tasks if task.id in names),
        seen=row.indicator.version,
    )


SAID = {
    "name": "名称",
    "measure": "计量单位",
    "population": "人群",
    "attribute": "属性",
    "direction": "方向",
    "formula": "汇总办法",
    "every": "填报频次",
    "units": "责任单位",
    "tasks": "对应任务",
    "baseline": "基期值",
    "baseline_year": "基期年",
    "baseline_raw": "基期的写法",
    "targets": "目标",
}


def overtaken_words(typed: Form, now: Form) -> str:
    """What stands now wherever something else was typed: for who was overtaken by somebody's change."""
    found = [
        f"{label}现为“{_shown(now, name)}”" for name, label in SAID.items() if _shown(now, name) != _shown(typed, name)
    ]
    return "；".join(found) + "。以您填的为准就再存一次。" if found else "现在的和您填的一样，不用再存。"


def _shown(form: Form, name: str) -> str:
    if name == "targets":
        return "、".join(f"{year}年{words}" if year else words for year, words in form.targets)
    value: str = getattr(form, name)
    choices = {"direction": _labels(Direction), "formula": _labels(Formula), "every": _labels(Every)}
    return choices.get(name, {}).get(value, value)


def _labels(of: type[Direction | Formula | Every]) -> dict[str, str]:
    return {one.value: one.label for one in of}


def typed_form(form: MultiDict[str, str], seen: int | None) -> Form:
    """What was typed."""
    values = {name: form.get(name, "").strip() for name in (*FIELDS, "direction", "formula", "every")}
    years, words = form.getlist("target_year"), form.getlist("target")
    pairs = [(year.strip(), text.strip()) for year, text in zip(years, words, strict=False)]
    rest = {name: form.get(name, "").strip() for name in ("units", "tasks", "reason")}
    return Form(**values, **rest, targets=tuple(pair for pair in pairs if any(pair)), seen=seen or 0)


def read(typed: Form, before: Definition | None, tasks: Sequence[Task]) -> Link:
    """The form as an indicator with its units and tasks. Invalid, with the field, for what cannot be taken.

    ``before``: as it was; a target whose words are the same stays what it was.
    """
    if not typed.name:
        raise Invalid("指标名称要填。", "name")
    direction = _one_of(Direction, typed.direction, "方向", "direction")
    every = _one_of(Every, typed.every, "填报频次", "every")
    if every not in CADENCES:
        raise Invalid("填报频次请选每年、每季度或每月。", "every")
    definition = Definition(
        name=_short(typed.name, 300, "name"),
        measure=_short(typed.measure, 60, "measure"),
        population=_short(typed.population, 100, "population"),
        attribute=_short(typed.attribute, 60, "attribute"),
        baseline=figure_of(typed.baseline, typed.measure, "baseline") if typed.baseline else None,
        baseline_year=_year(typed.baseline_year, "baseline_year"),
        baseline_raw=_short(typed.baseline_raw, 100, "baseline_raw"),
        direction=direction,
        formula=_one_of(Formula, typed.formula, "汇总办法", "formula"),
        every=every,
        targets=_targets(typed.targets, direction, before),
        where=_short(typed.where, 100, "where"),
    )
    return Link(definition, task_ids_of(typed.tasks, tasks), unit_ids_of(typed.units))


def _targets(typed: Sequence[tuple[str, str]], direction: Direction, before: Definition | None) -> tuple[Target, ...]:
    kept = {(target.year, target_words(target)): target for target in before.targets} if before else {}
    found = []
    for year_words, words in typed[:MOST_TARGETS]:
        year = _year(year_words, "targets")
        if not words:
            raise Invalid(f"{year}年的目标没有写。不要这一年，就把年份也清空。", "targets")
        found.append(kept.get((year, words)) or target_of(_short(words, 100, "targets"), year, direction))
    years = [target.year for target in found]
    if len(set(years)) < len(years):
        raise Invalid("同一年写了两个目标。请留一个。", "targets")
    return tuple(found)


def _short(text: str, most: int, field: str) -> str:
    if len(text) > most:
        raise Invalid(f"“{text[:20]}……”太长，最多 {most} 字，请改短后再存。", field)
    return text


def _year(text: str, field: str) -> int | None:
    if not text:
        return None
    bare = text.removesuffix("年")
    if not (len(bare) == 4 and bare.isascii() and bare.isdigit() and FIRST_YEAR <= int(bare) <= LAST_YEAR):
        raise Invalid(f"看不出“{text[:20]}”是哪一年。请填四位年份，例如 2025。", field)
    return int(bare)


def _one_of(of: type[Choice], text: str, what: str, field: str) -> Choice:
    found = next((one for one in of if one.value == text), None)
    if found is None:
        raise Invalid(f"{what}请从列出的几项里选。", field)
    return found


def unit_ids_of(written: str) -> list[int]:
    """The units of names with 、 between them. Invalid for a name that is none or not one."""
    known, found = register(), []
    for name in filter(None, BETWEEN.split(written)):
        ids = resolve(name, known, clock.today())
        if not ids:
            raise Invalid(f"名册里没有“{name[:40]}”。请照单位名册写全称或别名，单位之间用顿号隔开。", "units")
        if len(ids) > 1:
            raise Invalid(f"“{name[:40]}”对应几个单位，请写全称。", "units")
        found.append(ids.pop())
    return found


def task_names(tasks: Iterable[Task]) -> dict[int, str]:
    """Task id -> what it is called in the form: its number where no other task has it, else its place."""
    numbers: dict[str, int] = {}
    every = list(tasks)
    for task in every:
        numbers[task.no or ""] = numbers.get(task.no or "", 0) + 1
    return {task.id: task.no if task.no and numbers[task.no] == 1 else f"序{task.position}" for task in every}


def task_ids_of(written: str, tasks: Sequence[Task]) -> list[int]:
    """The tasks of numbers with 、 between them; 序12 is the twelfth of the ledger."""
    by_name: dict[str, list[int]] = {}
    for task in tasks:
        for name in {task.no or "", f"序{task.position}"}:
            by_name.setdefault(name, []).append(task.id)
    found = []
    for word in filter(None, BETWEEN.split(written)):
        ids = by_name.get(word.removeprefix("第").removesuffix("项"), [])
        if not ids:
            raise Invalid(f"没有编号是“{word[:20]}”的任务。请写台账里的序号，如 3、14，或“序12”（第12行）。", "tasks")
        if len(ids) > 1:
            raise Invalid(f"编号“{word[:20]}”在这份方案里有 {len(ids)} 项。请写它是台账第几行，如“序12”。", "tasks")
        found.extend(ids)
    return found


@dataclass(frozen=True)
class Box:
    """One row of the table a unit fills in, as typed."""

    row: Row
    period_on: date
    seen: int
    text: str = ""
    evidence: str = ""
    again: bool = False
    """Ticked: the returned figure is right and goes to the office once more."""
    problem: str = ""
    files: tuple[IndicatorValueFile, ...] = ()
    """Those of the version it was opened on; ``dropped``: ids of those that are not to go along."""
    dropped: frozenset[int] = frozenset()
    added: tuple[Sealed, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.row.indicator.id}-{self.period_on:%Y%m%d}"


def figure_typed(text: str, definition: Definition) -> Decimal:
    """A value as typed, as a figure or as 达到 / 未达到."""
    return reached_of(text) if definition.is_words else figure_of(text, definition.measure)
