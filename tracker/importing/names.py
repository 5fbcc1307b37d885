"""The unit names of a draft: which are known, what the rest most likely are, and what the clerk says they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz, process

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.importing.actions import touch
from tracker.importing.models import ImportDraft
from tracker.importing.queries import Written, names_written
from tracker.permissions import Actor
from tracker.units.models import Unit
from tracker.units.queries import register, unit_by_id, unit_by_name
from tracker.units.rules import GROUP_KINDS, Known, UnitKind, likely_kind, plain, resolve

LIKE = 86
"""Likeness, 0 to 100, from which a registered name is offered as what was meant."""


class Choice(StrEnum):
    """What a name that the register does not know is said to be."""

    NEW = "new"
    GROUP = "group"
    ALIAS = "alias"
    KNOWN = "known"

    @property
    def label(self) -> str:
        return {"new": "新单位", "group": "群体", "alias": "别名", "known": "写法有误"}[self.value]


@dataclass(frozen=True)
class Decision:
    """``unit_id``: for ALIAS and KNOWN; ``kind``: for NEW and GROUP. A broken spelling is KNOWN, never an alias."""

    choice: Choice
    unit_id: int | None = None
    kind: UnitKind | None = None


@dataclass(frozen=True)
class Name:
    """A name as written with what is known of it. ``unit_ids``: what the register says it meant on the issue date."""

    written: Written
    unit_ids: frozenset[int]
    decision: Decision | None
    proposal: Decision
    why: str

    @property
    def is_open(self) -> bool:
        return len(self.unit_ids) != 1 and self.decision is None


def names(draft: ImportDraft) -> list[Name]:
    """Every unit name of the chosen part, in the order of the document."""
    known = register()
    by_name: dict[str, list[Known]] = {}
    for one in known:
        by_name.setdefault(plain(one.name), []).append(one)
    day = draft.issued_on or clock.today()
    return [_name(written, by_name, day, draft.unit_choices) for written in names_written(draft)]


def _name(written: Written, by_name: dict[str, list[Known]], day: date, choices: Mapping[str, Any]) -> Name:
    wanted = plain(written.name)
    meant = frozenset(resolve(written.name, by_name.get(wanted, []), day))
    chosen = _stored(choices.get(written.name))
    if len(meant) == 1 or chosen:
        return Name(written, meant, chosen, chosen or Decision(Choice.KNOWN, next(iter(meant))), "")
    if meant:
        return Name(written, meant, None, Decision(Choice.KNOWN, min(meant)), "一个写法对上了两家，请选定")
    return Name(written, meant, None, *_proposal(written.name, by_name))


def _proposal(name: str, by_name: dict[str, list[Known]]) -> tuple[Decision, str]:
    kind = likely_kind(name)
    if kind in GROUP_KINDS:
        return Decision(Choice.GROUP, kind=kind), "名称未见过，像一组单位；成员以后填"
    best = process.extractOne(plain(name), by_name.keys(), scorer=fuzz.ratio, score_cutoff=LIKE)
    if best:
        like = by_name[best[0]][0]
        return Decision(Choice.KNOWN, like.unit_id), f"最像“{like.name}”"
    return Decision(Choice.NEW, kind=kind), "名称未见过"


def _stored(choice: Mapping[str, Any] | None) -> Decision | None:
    if choice is None:
        return None
    kind = choice.get("kind")
    return Decision(Choice(choice["as"]), choice.get("unit_id"), UnitKind(kind) if kind else None)


def decide_unit(draft: ImportDraft, name: str, decision: Decision, actor: Actor) -> ImportDraft:
    """Say what a name is; the register changes only when the draft is confirmed. Raises Invalid."""
    return decide_units(draft, {name: decision}, actor)


def decide_units(draft: ImportDraft, decisions: Mapping[str, Decision], actor: Actor) -> ImportDraft:
    """Say what several names are, all or none. Raises Invalid."""
    touch(draft)
    there = {written.name for written in names_written(draft)}
    if strange := decisions.keys() - there:
        raise Invalid(f"这份导入稿里没有“{'、'.join(sorted(strange))}”。请刷新页面。", "unit")
    chosen = {name: _plain(_checked(name, decision)) for name, decision in decisions.items()}
    draft.unit_choices = {**draft.unit_choices, **chosen}
    record(actor, "import.unit", "import_draft", draft.id, draft.source_document.filename, after=chosen)
    db.session.flush()
    return draft


def undo_unit(draft: ImportDraft, name: str, actor: Actor) -> ImportDraft:
    """Take back what was said of a name."""
    touch(draft)
    draft.unit_choices = {key: value for key, value in draft.unit_choices.items() if key != name}
    db.session.flush()
    return draft


def _checked(name: str, decision: Decision) -> Decision:
    if decision.choice in (Choice.ALIAS, Choice.KNOWN):
        if decision.unit_id is None:
            raise Invalid(f"“{name}”指哪个单位要选。请在“登记为”里写册上的名称。", "unit")
        unit_by_id(decision.unit_id)
        return Decision(decision.choice, decision.unit_id)
    kind = decision.kind or likely_kind(name)
    if (kind in GROUP_KINDS) != (decision.choice is Choice.GROUP):
        raise Invalid(f"“{name}”登记的类别与“{decision.choice.label}”不符，请重选。", "kind")
    if unit_by_name(name):
        raise Invalid(f"“{name}”已在名册里，不用再登记；请选“{Choice.KNOWN.label}”并写册上的名称。", "unit")
    return Decision(decision.choice, kind=kind)


def _plain(decision: Decision) -> dict[str, Any]:
    kind = decision.kind.value if decision.kind else None
    return {"as": decision.choice.value, "unit_id": decision.unit_id, "kind": kind}


def unit_called(words: str) -> Unit:
    """The registered unit the clerk typed the name of. Raises Invalid."""
    unit = unit_by_name(words)
    if unit is None:
        raise Invalid(f"名册里没有“{words}”。请从列表里选，或先到单位名册里登记。", "unit")
    return unit


def open_names(found: Sequence[Name]) -> list[Name]:
    """Those a person still has to decide."""
    return [name for name in found if name.is_open]
