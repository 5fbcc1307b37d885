"""Writes on schemes: saving makes a new version, so that a version some run used never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.assessment.kinds import KINDS
from tracker.assessment.models import Scheme, SchemeVersion
from tracker.assessment.written import read, written
from tracker.audit.actions import record
from tracker.errors import Invalid, Stale
from tracker.extensions import db, lock
from tracker.permissions import Actor


def save_scheme(scheme: Scheme, name: str, values: Mapping[str, Any], seen: int | None, actor: Actor) -> Scheme:
    """Keep the scheme as typed: a new version of the office's own; of a preset, a scheme of the office begun with it.

    ``seen``: the number of the version the page showed. Raises Invalid, Stale.
    """
    content, name = written(read(values, KINDS)), name.strip()
    if not name:
        raise Invalid("考核办法要有名称。", "name")
    _refuse_taken(name, scheme, actor)
    if scheme.office_id is None:
        begun = Scheme(office_id=actor.unit_id, name=name)
        db.session.add(begun)
        return _add_version(begun, 1, {}, content, actor)
    lock(scheme)
    before = scheme.latest
    if seen != before.number:
        raise Stale(f"这份考核办法刚存了第{before.number}版，您的改动没有存上。请刷新后再改。")
    if before.content == content and scheme.name == name:
        raise Invalid("考核办法没有变化，没有存新版本。", "rules")
    scheme.name = name
    return _add_version(scheme, before.number + 1, before.content, content, actor)


def _refuse_taken(name: str, scheme: Scheme, actor: Actor) -> None:
    query = sa.select(Scheme.id).where(Scheme.office_id == actor.unit_id, Scheme.name == name)
    if db.session.scalar(query.where(Scheme.id != scheme.id)) is not None:
        raise Invalid("已经有同名的考核办法，请换一个名称。", "name")


def _add_version(scheme: Scheme, number: int, before: dict[str, Any], content: dict[str, Any], actor: Actor) -> Scheme:
    scheme.versions.append(
        SchemeVersion(number=number, content=content, made_at=clock.now(), made_by_id=actor.person_id)
    )
    db.session.flush()
    label = f"{scheme.name} 第{number}版"
    record(actor, "assessment.scheme", "scheme", scheme.id, label, before=before, after=content)
    return scheme
