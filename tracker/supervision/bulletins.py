"""Bulletins 通报: drafted from the ledger, edited, published and then frozen; and the reads of their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import Invalid, NotFound, Stale
from tracker.extensions import db, lock
from tracker.obligations.models import Period
from tracker.permissions import UNIT_ROLES, Actor, Role, Subject
from tracker.plans.models import Plan
from tracker.supervision.bulletin_facts import take
from tracker.supervision.bulletin_rules import (
    DRAFT_TEXTS,
    SECTIONS,
    BulletinState,
    BulletinVerb,
    blocks_of,
    content_of,
    digest_of,
    figures_of,
    next_bulletin_state,
)
from tracker.supervision.models import Bulletin
from tracker.supervision.numbers import take_number

SERIES = "通报"
PAGE = 200
LONGEST_TITLE, LONGEST_LINE = 200, 300


@dataclass(frozen=True)
class Edit:
    """What stands in the form. ``texts``: by the keys of the sections; ``seen_version``: how the bulletin stood."""

    title: str
    addressees: str
    copies: str
    texts: Mapping[str, str]
    seen_version: int


def draft_bulletin(plan: Plan, period: Period, as_of: date, actor: Actor) -> Bulletin:
    """A draft out of the ledger of a day. Invalid for a day before the period or still to come."""
    _check_day(period, as_of)
    bulletin = Bulletin(
        plan_id=plan.id,
        office_id=plan.office_id,
        period_id=period.id,
        as_of=as_of,
        state=BulletinState.DRAFT,
        title=f"关于{plan.short_title}{period.name}任务进展情况的通报"[:LONGEST_TITLE],
        addressees="各责任单位",
        texts=dict(DRAFT_TEXTS),
        facts=figures_of(take(plan, period, as_of)),
        drafted_at=clock.now(),
        drafted_by_id=actor.person_id,
    )
    db.session.add(bulletin)
    _log(bulletin, "bulletin.draft", actor)
    return bulletin


def _check_day(period: Period, as_of: date) -> None:
    if as_of > clock.today():
        raise Invalid("“截至”不能晚于今天。", "as_of")
    if as_of < period.opens_on:
        raise Invalid(f"“截至”不能早于{period.name}开始的 {period.opens_on}。", "as_of")


def edit_bulletin(bulletin: Bulletin, edit: Edit, actor: Actor) -> Bulletin:
    """Keep what was edited. Invalid for a figure that the ledger does not have, Stale when somebody else edited."""
    _take(bulletin, edit.seen_version)
    bulletin.state = next_bulletin_state(bulletin.state, BulletinVerb.EDIT)
    title, addressees = edit.title.strip(), edit.addressees.strip()
    if not title:
        raise Invalid("标题要写。", "title")
    if not addressees:
        raise Invalid("主送单位要写。", "addressees")
    for field, words, longest in (("title", title, LONGEST_TITLE), ("addressees", addressees, LONGEST_LINE)):
        if len(words) > longest:
            raise Invalid(f"请不要超过 {longest} 字。", field)
    texts = {key: edit.texts.get(key, "").replace("\r\n", "\n").strip() for key in SECTIONS}
    for key, text in texts.items():
        blocks_of(text, bulletin.facts, key)
    bulletin.title, bulletin.addressees, bulletin.copies = title, addressees, edit.copies.strip()[:LONGEST_LINE]
    bulletin.texts = texts
    _log(bulletin, "bulletin.edit", actor)
    return bulletin


def retake(bulletin: Bulletin, as_of: date, seen_version: int, actor: Actor) -> Bulletin:
    """Take the figures of another day; the texts stay."""
    _take(bulletin, seen_version)
    bulletin.state = next_bulletin_state(bulletin.state, BulletinVerb.EDIT)
    _check_day(bulletin.period, as_of)
    bulletin.facts = figures_of(take(bulletin.plan, bulletin.period, as_of))
    bulletin.as_of = as_of
    _log(bulletin, "bulletin.retake", actor)
    return bulletin


def publish_bulletin(bulletin: Bulletin, edit: Edit, actor: Actor) -> Bulletin:
    """Publish it as it stands in the form: frozen, sealed and numbered. From then on nothing of it changes."""
    edit_bulletin(bulletin, edit, actor)
    today = clock.today()
    content = content_of(
        bulletin.office.name, bulletin.title, bulletin.addressees, bulletin.copies, bulletin.texts, bulletin.facts
    )
    bulletin.year = today.year
    bulletin.number = take_number(bulletin.office_id, SERIES, today.year)
    bulletin.state = next_bulletin_state(bulletin.state, BulletinVerb.PUBLISH)
    issue = {"issue": [bulletin.year, bulletin.number], "published_on": today.isoformat()}
    bulletin.content = {**content, **issue}
    bulletin.sha256 = digest_of(bulletin.content)
    bulletin.published_at, bulletin.published_by_id = clock.now(), actor.person_id
    _log(bulletin, "bulletin.publish", actor)
    return bulletin


def is_whole(bulletin: Bulletin) -> bool:
    """Whether a published bulletin still says what was sealed."""
    return bulletin.sha256 == digest_of(bulletin.content)


def _take(bulletin: Bulletin, seen_version: int) -> None:
    lock(bulletin)
    next_bulletin_state(bulletin.state, BulletinVerb.EDIT)
    if bulletin.version != seen_version:
        raise Stale("这份通报刚才被别人改过，您的改动没有存上。右边是他存的，左边是您写的；看过以后再存，就用您的。")


def _log(bulletin: Bulletin, action: str, actor: Actor) -> None:
    db.session.flush()
    after = {"as_of": bulletin.as_of.isoformat(), "state": bulletin.state.value}
    if bulletin.sha256:
        after |= {"number": f"{bulletin.year}-{bulletin.number}", "sha256": bulletin.sha256}
    record(actor, action, "bulletin", bulletin.id, bulletin.title, after=after)


# Reads


def bulletins_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """`bulletin.read` as a WHERE."""
    if actor.role is Role.OFFICE:
        return Bulletin.office_id == actor.unit_id
    published = Bulletin.state == BulletinState.PUBLISHED
    return published if actor.role in UNIT_ROLES | {Role.LEADER} else sa.false()


def subject_of_bulletin(bulletin: Bulletin) -> Subject:
    """What rights on a bulletin depend on."""
    return Subject(office_id=bulletin.office_id, is_draft=bulletin.state is BulletinState.DRAFT)


def bulletins_of(plan: Plan, actor: Actor, page: int) -> tuple[list[Bulletin], int]:
    """One page of the plan's bulletins, drafts first, then the newest, without their contents; and how many there
    are."""
    query = sa.select(Bulletin).where(Bulletin.plan_id == plan.id, bulletins_visible_to(actor))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    query = query.options(
        joinedload(Bulletin.period),
        joinedload(Bulletin.drafted_by),
        joinedload(Bulletin.published_by),
        sa.orm.defer(Bulletin.facts),
        sa.orm.defer(Bulletin.content),
    )
    query = query.order_by(Bulletin.published_at.is_not(None), Bulletin.published_at.desc(), Bulletin.id.desc())
    return list(db.session.scalars(query.limit(PAGE).offset((page - 1) * PAGE))), total


def open_bulletin(bulletin_id: int, actor: Actor) -> Bulletin:
    """The bulletin; NotFound when there is none for this actor."""
    query = sa.select(Bulletin).where(Bulletin.id == bulletin_id, bulletins_visible_to(actor))
    query = query.options(
        joinedload(Bulletin.plan),
        joinedload(Bulletin.office),
        joinedload(Bulletin.period),
        joinedload(Bulletin.drafted_by),
        joinedload(Bulletin.published_by),
    )
    bulletin = db.session.scalar(query)
    if bulletin is None:
        raise NotFound("没有这份通报，或者它还没有印发。请回到通报里找。")
    return bulletin
