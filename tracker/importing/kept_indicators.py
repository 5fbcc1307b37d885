"""The indicators of a draft become those of its plan, with the words beside the figures and the tasks they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tracker.extensions import db
from tracker.importing.extract.words import fold, squeeze
from tracker.importing.models import ImportDraft, ImportIndicator
from tracker.indicators.actions import Link, take_over
from tracker.indicators.definitions import (
    Definition,
    Op,
    Target,
    merged,
    usual_direction,
    usual_formula,
)
from tracker.indicators.figures import figure_words
from tracker.indicators.written import by_points, upper_end
from tracker.permissions import Actor
from tracker.plans.cadence import Every
from tracker.plans.models import Plan
from tracker.tasks.models import Task


def keep_indicators(draft: ImportDraft, plan: Plan, actor: Actor) -> int:
    """What the clerk confirmed of indicators, with the plan. Returns how many are new."""
    query = sa.select(ImportIndicator).where(ImportIndicator.draft_id == draft.id, ImportIndicator.part == draft.part)
    found = list(db.session.scalars(query.order_by(ImportIndicator.position)))
    if not found:
        return 0
    of_plan = sa.select(Task).where(Task.plan_id == plan.id, Task.withdrawn_on.is_(None)).order_by(Task.position)
    texts = {task.id: _folded(task.text) for task in db.session.scalars(of_plan)}
    links = [Link(one, _written_in(one, texts)) for one in merged(definitions(found))]
    return take_over(plan, links, actor)


def _written_in(one: Definition, texts: Mapping[int, str]) -> list[int]:
    """The tasks in whose words the indicator and its target stand."""
    name, raws = _folded(one.name), [_folded(target.raw) for target in one.targets if target.raw]
    return [task_id for task_id, text in texts.items() if name in text and any(raw in text for raw in raws)]


def _folded(words: str) -> str:
    return squeeze(fold(words))


def definitions(found: Iterable[ImportIndicator]) -> list[Definition]:
    return [_definition(one) for one in found]


def _definition(one: ImportIndicator) -> Definition:
    targets = tuple(_target(target) for target in one.targets)
    measure = one.unit or ""
    return Definition(
        name=one.name,
        measure=measure,
        population=one.population or "",
        attribute=one.attribute or "",
        baseline=_exact(one.baseline),
        baseline_year=None,
        baseline_raw=one.baseline_raw or "",
        direction=usual_direction(targets),
        formula=usual_formula(measure),
        every=Every.YEAR,
        targets=targets,
        where=str(one.source.get("where", ""))[:100],
    )


def _target(target: Mapping[str, Any]) -> Target:
    raw, op = str(target["raw"]), Op(target["op"])
    most = upper_end(raw) if op is Op.RANGE else None
    return Target(target["year"], by_points(op, raw) if raw else op, _exact(target["value"]), most, raw)


def _exact(value: float | None) -> Decimal | None:
    """A figure of the draft as the decimal it was read from."""
    if value is None:
        return None
    return Decimal(figure_words(Decimal(repr(value))))
