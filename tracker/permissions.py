"""Who may do what, and why not: one pure table, asked everywhere (domain.md, "Who may").

``decide(actor, "report.verify", subject)`` gives a Decision whose reason is the sentence a person reads on the
disabled button, the 403 page and in the answer of a script. ``PERMISSIONS`` is printed into docs/reference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a post lets a person do."""

    OFFICE = "office"
    REPORTER = "reporter"
    HEAD = "head"
    LEADER = "leader"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


ROLE_NAMES = {
    Role.OFFICE: "办公室",
    Role.REPORTER: "填报人",
    Role.HEAD: "单位负责人",
    Role.LEADER: "领导",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}
UNIT_ROLES = frozenset({Role.REPORTER, Role.HEAD})
READING_ROLES = frozenset({Role.OFFICE, Role.LEADER}) | UNIT_ROLES


@dataclass(frozen=True)
class Actor:
    """A person acting for a post. ``unit_id`` None: a leader or an administrator."""

    person_id: int
    post_id: int
    role: Role
    unit_id: int | None
    name: str
    label: str
    """市卫生健康委 · 填报人, as the top bar and the audit log say it."""
    address: str = ""


@dataclass(frozen=True)
class Subject:
    """What an action is about, as far as a right depends on it. Sets hold unit ids, groups already unfolded."""

    unit_id: int | None = None
    """Whose report, obligation or post it is."""
    office_id: int | None = None
    """The leading-group office of its plan."""
    lead_ids: frozenset[int] = frozenset()
    partner_ids: frozenset[int] = frozenset()
    member_ids: frozenset[int] = frozenset()
    """Units that take part only through a group: they read their own."""
    writer_ids: frozenset[int] = frozenset()
    """People who ever wrote or submitted what is judged."""
    signer_ids: frozenset[int] = frozenset()
    """People who ever signed it."""
    skips_signing: bool = False
    is_draft: bool = False
    """A slip or a bulletin that the office has not let out."""
    reader_ids: frozenset[int] = frozenset()
    """Units that a remark is shown to, or that an inspection visited."""
    leader_ids: frozenset[int] = frozenset()
    """Leaders in charge; none: any leader."""

    @property
    def involved(self) -> frozenset[int]:
        return self.lead_ids | self.partner_ids | self.member_ids


@dataclass(frozen=True)
class Decision:
    """Whether it is allowed; ``reason`` says why not, in a sentence one can act on."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


Check = Callable[[Actor, Subject], str | None]
"""Gives the reason against, or None."""


def own_plan(actor: Actor, subject: Subject) -> str | None:
    """The office does all of its own plan; other roles are not held by this."""
    if actor.role is Role.OFFICE and subject.office_id != actor.unit_id:
        return "这份方案由另一个办公室负责。"
    return None


def own_unit(actor: Actor, subject: Subject) -> str | None:
    return None if actor.unit_id is not None and actor.unit_id == subject.unit_id else "这不是本单位的事项。"


def own_unit_leads(actor: Actor, subject: Subject) -> str | None:
    return None if actor.unit_id in subject.lead_ids else "只有牵头单位可以申请。"


def leads_by_name(actor: Actor, subject: Subject) -> str | None:
    """The reports of the partners are the lead's to gather; a member of a leading group reads its own alone."""
    return None if actor.unit_id in subject.lead_ids else "只有按名牵头的单位可以汇总、催办参与单位。"


def takes_part(actor: Actor, subject: Subject) -> str | None:
    """A unit reads the plans and tasks it takes part in; office and leader read all of theirs."""
    if actor.role in UNIT_ROLES and actor.unit_id not in subject.involved:
        return "这里没有分给本单位的任务。"
    return None


def may_read_report(actor: Actor, subject: Subject) -> str | None:
    """A lead reads all reports of its task; a partner its own and the lead's; a member of a group its own."""
    if actor.role not in UNIT_ROLES or actor.unit_id == subject.unit_id or actor.unit_id in subject.lead_ids:
        return None
    if actor.unit_id in subject.partner_ids and subject.unit_id in subject.lead_ids:
        return None
    return "只能看本单位和牵头单位的填报内容。"


def own_sheet(actor: Actor, subject: Subject) -> str | None:
    """A unit reads its own points; office and leader those of every unit."""
    if actor.role in UNIT_ROLES and (actor.unit_id is None or actor.unit_id != subject.unit_id):
        return "只能看本单位的考核明细。"
    return None


def did_not_write(actor: Actor, subject: Subject) -> str | None:
    """Writing and signing by one person is refused, unless the unit is set to skip signing."""
    if actor.person_id in subject.writer_ids:
        return "本件由您填写，请另一位负责人签字。"
    return None


def neither_wrote_nor_signed(actor: Actor, subject: Subject) -> str | None:
    """The person who verifies never wrote or signed it: the office often sits inside the biggest unit."""
    if actor.person_id in subject.signer_ids:
        return "本件由您签字，请另一位审核。"
    if actor.person_id in subject.writer_ids:
        return "本件由您填写，请另一位审核。"
    return None


def is_out(actor: Actor, subject: Subject) -> str | None:
    """What the office still writes is for the office."""
    return "办公室还没有印发。" if subject.is_draft and actor.role is not Role.OFFICE else None


def addressed_to_own_unit(actor: Actor, subject: Subject) -> str | None:
    """A unit reads the slips it got; office and leader read all of theirs."""
    return own_unit(actor, subject) if actor.role in UNIT_ROLES else None


def remark_is_for(actor: Actor, subject: Subject) -> str | None:
    """A unit reads a remark that is meant for it; office and leaders read all."""
    if actor.role in UNIT_ROLES and actor.unit_id not in subject.reader_ids:
        return "这条批示没有给本单位看。"
    return None


def in_charge(actor: Actor, subject: Subject) -> str | None:
    """The leader in charge of the task or its plan, where one is named."""
    if subject.leader_ids and actor.person_id not in subject.leader_ids:
        return "这项任务由另一位领导分管。"
    return None


def was_visited(actor: Actor, subject: Subject) -> str | None:
    """A unit reads the inspections at which it was visited; office and leader read all of theirs."""
    if actor.role in UNIT_ROLES and actor.unit_id not in subject.reader_ids:
        return "这次检查没有查本单位。"
    return None


@dataclass(frozen=True)
class Permission:
    """One thing that can be done: its name for people, the roles that may, and what else must hold."""

    title: str
    roles: frozenset[Role]
    checks: tuple[Check, ...] = field(default=())


def _may(title: str, roles: frozenset[Role] | set[Role], *checks: Check) -> Permission:
    return Permission(title, frozenset(roles), checks)


OFFICE_ONLY = {Role.OFFICE}
EVERYONE = frozenset(Role)

PERMISSIONS: dict[str, Permission] = {
    "home.read": _may("看首页", EVERYONE),
    "account.own": _may("改自己的密码和偏好、换岗位", EVERYONE),
    "inbox.read": _may("看自己的消息", EVERYONE),
    "plan.read": _may("看方案", READING_ROLES, own_plan, takes_part),
    "plan.import": _may("导入方案文件", OFFICE_ONLY, own_plan),
    "plan.edit": _may("改方案设置、催办规则、结束方案", OFFICE_ONLY, own_plan),
    "coverage.read": _may("看上级任务对照", {Role.OFFICE, Role.LEADER}, own_plan),
    "coverage.decide": _may("定上级任务对照、选上级方案", OFFICE_ONLY, own_plan),
    "task.read": _may("看任务", READING_ROLES, own_plan, takes_part),
    "task.edit": _may("改分工、时限", OFFICE_ONLY, own_plan),
    "task.acknowledge": _may("签收任务", UNIT_ROLES, own_unit),
    "ledger.read": _may("看台账", READING_ROLES),
    "ledger.export": _may("导出、打印台账", READING_ROLES),
    "dashboard.read": _may("看各单位总览", {Role.OFFICE, Role.LEADER}, own_plan),
    "overview.print": _may("导出领导总览", {Role.LEADER}, own_plan),
    "unit_page.read": _may("看本单位填报表", UNIT_ROLES),
    "report.read": _may("看填报内容和佐证材料", READING_ROLES, own_plan, takes_part, may_read_report),
    "report.write": _may("填写进展、加佐证材料", {Role.REPORTER}, own_unit),
    "report.submit": _may("送签", {Role.REPORTER}, own_unit),
    "report.withdraw": _may("撤回送签", {Role.REPORTER}, own_unit),
    "report.gather": _may("汇总参与单位的填报", UNIT_ROLES, own_unit, leads_by_name),
    "report.sign": _may("签字", {Role.HEAD}, own_unit, did_not_write),
    "report.return_to_writer": _may("退回填报人", {Role.HEAD}, own_unit),
    "report.verify": _may("审核：接受或退回", OFFICE_ONLY, own_plan, neither_wrote_nor_signed),
    "closing.apply": _may("申请销号", UNIT_ROLES, own_unit_leads),
    "closing.read": _may("看销号申请的材料", READING_ROLES, own_plan, takes_part, may_read_report),
    "closing.decide": _may("核定销号、重新打开、回头看", OFFICE_ONLY, own_plan, neither_wrote_nor_signed),
    "extension.apply": _may("申请延期", {Role.REPORTER}, own_unit_leads),
    "extension.read": _may("看延期申请", READING_ROLES, own_plan, takes_part, may_read_report),
    "extension.agree": _may("同意上报延期申请，或者退回", {Role.HEAD}, own_unit, did_not_write),
    "extension.decide": _may("核定延期申请", OFFICE_ONLY, own_plan, neither_wrote_nor_signed),
    "extension.grant": _may("批准延期申请", {Role.LEADER}, in_charge, neither_wrote_nor_signed),
    "review.decide": _may("年度评估：继续、改时限、不再列入", OFFICE_ONLY, own_plan),
    "reminder.send": _may("催办", OFFICE_ONLY, own_plan),
    "reminder.send_to_partners": _may("催办本单位牵头任务的参与单位", UNIT_ROLES, own_unit, leads_by_name),
    "delivery.read": _may("看催办送达情况、明日催办", OFFICE_ONLY, own_plan),
    "assessment.read": _may("看考核结果和排名", {Role.OFFICE, Role.LEADER}, own_plan),
    "assessment.edit": _may("改考核办法、算分、公示、定稿", OFFICE_ONLY, own_plan),
    "assessment.read_sheet": _may("看考核明细", READING_ROLES, own_plan, own_sheet),
    "assessment.appeal": _may("对计分申诉", UNIT_ROLES, own_unit),
    "assessment.decide": _may("复核申诉", OFFICE_ONLY, own_plan),
    "indicator.read": _may("看指标", READING_ROLES, own_plan, takes_part),
    "indicator.read_value": _may("看各单位报的指标值", READING_ROLES, own_plan, may_read_report),
    "indicator.edit": _may("加、改指标，定责任单位", OFFICE_ONLY, own_plan),
    "indicator.enter": _may("填指标值", {Role.REPORTER}, own_unit),
    "indicator.verify": _may("核定、退回指标值", OFFICE_ONLY, own_plan, neither_wrote_nor_signed),
    "slip.read": _may("看督办单", READING_ROLES, own_plan, is_out, addressed_to_own_unit),
    "slip.issue": _may("拟、签发督办单，核定答复", OFFICE_ONLY, own_plan),
    "slip.answer": _may("答复督办单", UNIT_ROLES, own_unit),
    "inspection.read": _may("看督导检查", READING_ROLES, own_plan, is_out, was_visited),
    "inspection.read_whole": _may("看检查的总的情况、查了哪些单位", {Role.OFFICE, Role.LEADER}, own_plan, is_out),
    "notice.read": _may("看整改通知书", READING_ROLES, own_plan, is_out, addressed_to_own_unit),
    "inspection.write": _may("记督导检查、下达和撤回整改", OFFICE_ONLY, own_plan),
    "rectification.read": _may("看整改事项", READING_ROLES, own_plan, is_out, addressed_to_own_unit),
    "rectification.report": _may("报整改情况", UNIT_ROLES, own_unit),
    "rectification.decide": _may("核定整改：销号或退回", OFFICE_ONLY, own_plan, neither_wrote_nor_signed),
    "remark.write": _may("批示", {Role.LEADER}),
    "remark.read": _may("看批示", READING_ROLES, own_plan, takes_part, remark_is_for),
    "bulletin.read": _may("看通报", READING_ROLES, own_plan, is_out),
    "bulletin.write": _may("拟、印发通报", OFFICE_ONLY, own_plan),
    "unit.read": _may("看单位名册", READING_ROLES | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "unit.edit": _may("改单位、别名、群体成员", OFFICE_ONLY),
    "person.read": _may("看人员", {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "person.edit": _may("建账号、停用、重设密码", {Role.SYSTEM_ADMIN}),
    "post.edit": _may("给岗位、收岗位", {Role.SECURITY_ADMIN}),
    "settings.read": _may("看系统设置、任务运行情况", {Role.SYSTEM_ADMIN}),
    "login.read": _may("看登录失败", {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}),
    "audit.read": _may("看审计日志", {Role.AUDIT_ADMIN}),
}


def roles_of(action: str) -> frozenset[Role]:
    """The roles that may do ``action`` at all, before looking at what it is done to."""
    return PERMISSIONS[action].roles


def decide(actor: Actor, action: str, subject: Subject | None = None) -> Decision:
    """Whether ``actor`` may do ``action`` to ``subject``; None asks about the role alone."""
    permission = PERMISSIONS[action]
    if actor.role not in permission.roles:
        allowed = "、".join(ROLE_NAMES[role] for role in Role if role in permission.roles)
        return Decision(False, f"{permission.title}要由{allowed}来办，您现在的岗位是{ROLE_NAMES[actor.role]}。")
    if subject is None:
        return Decision(True)
    reasons = (check(actor, subject) for check in permission.checks)
    reason = next((reason for reason in reasons if reason is not None), None)
    return Decision(reason is None, reason or "")
