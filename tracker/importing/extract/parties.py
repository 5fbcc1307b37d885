"""Who leads and who takes part: the words of a cell, a parenthesis or a labelled line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from tracker.importing.extract.labels import Label, Role, inline_labels, unit_roles
from tracker.importing.extract.names import Name, is_unit, join_collectives, names_in, pieces, restore_prefixes
from tracker.importing.extract.words import fold
from tracker.tasks.limits import LimitKind, read_limit

_LEAD = re.compile(
    r"(?:共同|联合|总)?(?:牵头|主办|主抓)(?:负责|落实|督导|统筹|汇总|组织|实施|推进|办理|抓总|协调)*(?:\(牵头\))?$|负责统筹$|\(牵头(?:单位)?\)$"
)
_PARTNER = re.compile(
    r"(?:积极|共同|协同|密切|分别|按职责分工)*(?:配合|参与|参加|协助|协同|协办|支持)(?:落实|实施|负责|做好)*$"
)
_DO = re.compile(
    r"(?:(?:结合实际|根据|按照?|依据?|依照)?(?:各自)?(?:工作)?(?:职责|职能)?(?:分工)?(?:分别|共同|具体|组织|各自|认真|抓好)*"
    r"(?:负责|落实|实施|开展工作|抓落实)(?:落实|实施|推进|组织实施)*"
    r"|(?:根据|按照?|依据?)(?:各自)?(?:工作)?(?:职责|职能)(?:分工)?(?:分别)?)$"
)
_ASIDE = re.compile(r"\(([^()]*)\)$")
_WITH = re.compile(r"会同|联合(?=[省市县区州旗各])")
_FIRST_LEADS = re.compile(r"(?:排|列|位)(?:名|列)?(?:在|于)?(?:首位|第一位?|最前|首)")
_KIND_OF_TARGET = re.compile(r"^(?:预期性|约束性|指导性)(?:指标)?$")
_BY = re.compile(r"^(?:以上.{0,8}|并|请)?由")


@dataclass
class Parties:
    """What was read. ``shared``: several lead by the words 分别负责; ``bare``: a list without verb, label or rule;
    ``limit``: where a time stands among the units; ``first_leads``: the words state that document rule."""

    leads: list[Name] = field(default_factory=list)
    partners: list[Name] = field(default_factory=list)
    shared: bool = False
    bare: bool = False
    verb: bool = False
    first_leads: bool = False
    limit: tuple[int, int] | None = None
    strange: list[Name] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.leads or self.partners)


@dataclass
class _Group:
    names: list[Name]
    act: str  # lead, partner, do, with, or "" when no verb follows


def states_first_leads(text: str) -> bool:
    """The document rule 排在首位的为牵头单位, in any of its wordings."""
    return any("牵头" in fold(text)[found.end() : found.end() + 25] for found in _FIRST_LEADS.finditer(fold(text)))


@lru_cache(maxsize=4096)
def read_parties(text: str, role: Role | None = None, first_leads: bool = False) -> Parties:
    """The units of ``text``. ``role``: what the column or label says; None for a parenthesis in the text.

    Labels inside the text win over verbs, verbs over ``role``, ``role`` over the rule ``first_leads``.
    A list repeats the same few cells, so answers are kept; they are read, never changed.
    """
    folded = fold(text)
    labels = inline_labels(folded)
    return (
        _labelled(text, folded, labels, first_leads) if labels else _read(text, folded, 0, len(text), role, first_leads)
    )


def _labelled(text: str, folded: str, labels: list[tuple[Label, int, int]], first_leads: bool) -> Parties:
    roles = unit_roles(label for label, _, _ in labels)
    whole = Parties(verb=True)
    if folded[: labels[0][1]].strip(" ;,、"):
        _add(whole, _read(text, folded, 0, labels[0][1], None, first_leads))
    ends = [start for _, start, _ in labels[1:]] + [len(text)]
    for (label, _, begin), end in zip(labels, ends, strict=True):
        if label is Label.LIMIT:
            whole.limit = (begin, end)
        elif label in roles:
            _add(whole, _read(text, folded, begin, end, roles[label], first_leads))
    return whole


def _add(whole: Parties, part: Parties) -> None:
    whole.leads += part.leads
    whole.partners += part.partners
    whole.shared |= part.shared
    whole.bare |= part.bare
    whole.first_leads |= part.first_leads
    whole.limit = whole.limit or part.limit
    whole.strange += part.strange


def _read(text: str, folded: str, start: int, end: int, role: Role | None, first_leads: bool) -> Parties:
    parties = Parties()
    groups = _groups(text, folded, join_collectives(folded, pieces(folded, start, end)), parties)
    restored = iter(restore_prefixes([name for group in groups for name in group.names]))
    for group in groups:
        group.names = [next(restored) for _ in group.names]
    _assign(parties, groups, role, first_leads or parties.first_leads)
    parties.strange = [name for name in parties.leads + parties.partners if not is_unit(name.raw)]
    return parties


def _groups(text: str, folded: str, ranges: list[tuple[int, int]], parties: Parties) -> list[_Group]:
    """Names gathered up to each verb. Time, rules and kinds of target among them are taken out."""
    groups: list[_Group] = []
    pending: list[Name] = []
    joined_by_with = False
    for start, end in ranges:
        words = folded[start:end]
        if _FIRST_LEADS.search(words):
            parties.first_leads = True
            continue
        if _KIND_OF_TARGET.match(words) or words == "下同":
            continue
        if _is_limit(words):
            parties.limit = (start, end)
            continue
        act, stop = _verb(words)
        begin = start + len(found[0]) if (found := _BY.match(words)) else start
        joint = _WITH.search(folded, begin, start + stop)
        if joint:
            pending += names_in(text, folded, begin, joint.start())
            if pending:
                groups.append(_Group(pending, "with"))
            pending, begin, joined_by_with = [], joint.end(), True
        pending += names_in(text, folded, begin, start + stop)
        if act:
            _close(groups, pending, "partner" if joined_by_with and act == "do" else act)
            pending, joined_by_with = [], False
    if pending:
        groups.append(_Group(pending, "partner" if joined_by_with else ""))
    return groups


def _close(groups: list[_Group], pending: list[Name], act: str) -> None:
    if pending:
        groups.append(_Group(pending, act))
    elif groups and groups[-1].act in ("", "do"):
        groups[-1].act = act


def _verb(words: str) -> tuple[str, int]:
    """The verb that ends a piece and where the name before it ends."""
    for act, pattern in (("lead", _LEAD), ("partner", _PARTNER), ("do", _DO)):
        found = pattern.search(words)
        if found:
            return act, found.start()
    aside = _ASIDE.search(words)
    if aside and _DO.fullmatch(re.sub(r"[,;、\s]", "", aside[1])):  # 县住建局（按职责分工，分别负责）
        return "do", aside.start()
    return "", len(words)


def _is_limit(words: str) -> bool:
    if is_unit(words) or not re.search(r"\d|[年月季]|持续|长期|常态", words) or len(words) > 25:
        return False
    return read_limit(words, 2000)[0].kind is not LimitKind.NONE


def _assign(parties: Parties, groups: list[_Group], role: Role | None, first_leads: bool) -> None:
    acts = {group.act for group in groups}
    parties.verb = bool(acts & {"lead", "partner", "do", "with"})
    for group in groups:
        if group.act in ("lead", "with"):
            parties.leads += group.names
        elif group.act == "partner":
            parties.partners += group.names
        elif group.act == "do":
            _assign_doers(parties, group, acts, role)
        else:
            _assign_bare(parties, group, role, first_leads, after_verb=parties.verb)
    if not parties.leads and role is not Role.PARTNER and "partner" in acts and len(groups) > 1:
        parties.leads, parties.partners = parties.partners[:1], parties.partners[1:]


def _assign_doers(parties: Parties, group: _Group, acts: set[str], role: Role | None) -> None:
    """负责 beside 牵头 is a partner's part; alone it leads, each for its own when there are several."""
    if acts & {"lead", "with"} or role is Role.PARTNER:
        parties.partners += group.names
    else:
        parties.leads += group.names
        parties.shared = len(parties.leads) > 1


def _assign_bare(parties: Parties, group: _Group, role: Role | None, first_leads: bool, after_verb: bool) -> None:
    if role is Role.PARTNER or (after_verb and parties.leads):
        parties.partners += group.names
    elif role is Role.LEAD:
        parties.leads += group.names
    elif first_leads:
        parties.leads += group.names[:1]
        parties.partners += group.names[1:]
    else:
        parties.leads += group.names
        parties.bare = len(group.names) > 1
