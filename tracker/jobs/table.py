"""The table of jobs: what runs when. A job reads from the database what is due, so it can run twice or late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, time

from tracker.extensions import file_store
from tracker.jobs.sending import send_pending
from tracker.ledger.keeping import refresh_due
from tracker.obligations.actions import derive
from tracker.reminders.actions import open_plans, remind
from tracker.reminders.rules import OPENS
from tracker.supervision.proposing import propose_all
from tracker.supervision.reminding import remind_of_slips

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Job:
    """One job. ``at``: the time of day at which it runs, every day; None: every minute."""

    name: str
    about: str
    run: Callable[[date], Counts]
    at: time | None = None

    @property
    def schedule(self) -> str:
        """每天 08:30, 每分钟."""
        return f"每天 {self.at:%H:%M}" if self.at else "每分钟"


def derive_all(today: date) -> Counts:
    """Open the periods that begin and derive what is owed, for every open plan."""
    derived = [asdict(derive(plan, today)) for plan in open_plans(today)]
    return {key: sum(one[key] for one in derived) for key in ("periods", "added", "withdrawn", "revised")}


def refresh_standings(today: date) -> Counts:
    """Work out again the tasks whose lamp can have changed with the day."""
    return {"refreshed": refresh_due(today)}


def remind_all(today: date) -> Counts:
    """Write today's reminders; on a day off there are none."""
    return asdict(remind(today))


def propose_slips(today: date) -> Counts:
    """Propose slips for what lags, and take back proposals without reason."""
    return asdict(propose_all(today))


def remind_slips(today: date) -> Counts:
    """Write today's reminders of slips and items that units have not answered; on a day off there are none."""
    return asdict(remind_of_slips(today))


def send_outbox(today: date) -> Counts:
    """Send what waits in the outbox, in working hours."""
    return send_pending()


def clear_incoming(today: date) -> Counts:
    """Remove files that never arrived whole, because the process that took them died."""
    return {"removed": file_store().clear_incoming()}


def beat(today: date) -> Counts:
    """Nothing but the sign that the scheduler is alive."""
    return {}


HEARTBEAT = "heartbeat"
JOBS = {
    job.name: job
    for job in (
        Job("derive", "开启新的填报期，推算各单位应报事项", derive_all, time(0, 10)),
        Job("standings", "重算到日子会变的预警灯", refresh_standings, time(0, 20)),
        Job("slips", "按台账拟督办单", propose_slips, time(0, 40)),
        Job("remind", "写好当天的催办（工作日）", remind_all, OPENS),
        Job("remind_slips", "写好当天督办单、整改事项的催答复（工作日）", remind_slips, OPENS),
        Job("send", "发出待发的消息（工作日 8:30—17:30）", send_outbox),
        Job("clear", "清理没有收完的文件", clear_incoming, time(0, 30)),
        Job(HEARTBEAT, "定时任务还在运行的信号", beat),
    )
}
COUNT_NAMES = {
    "periods": "新开填报期",
    "added": "新增",
    "withdrawn": "撤销",
    "revised": "改期",
    "refreshed": "重算任务",
    "dropped": "收回",
    "messages": "消息",
    "reminders": "催办事项",
    "deliveries": "送达",
    "without_contact": "无联系人",
    "slips": "督办单",
    "items": "整改事项",
    "sent": "发出",
    "failed": "没有发成",
    "taken_up": "接着发",
    "removed": "清理文件",
}
"""What the page calls the counts that jobs give."""
