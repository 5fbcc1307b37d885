"""Drafts for tests: the seed documents, and a clerk who takes what is likely everywhere."""

from __future__ import annotations

from pathlib import Path

from tracker.importing.actions import receive
from tracker.importing.corrections import decide_doubt
from tracker.importing.models import ImportDraft
from tracker.importing.names import decide_units, names, open_names
from tracker.importing.queries import doubts
from tracker.permissions import Actor

SEED = Path(__file__).parents[2] / "seed"
FORMS = ("潜江323通知.docx", "潜江323任务清单.xlsx", "潜江323通知.html", "潜江323通知.txt")

LIST = """<p>健康县2021年工作任务清单</p><table>
<tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>参与单位</th><th>完成时限</th></tr>
<tr><td>1</td><td>开展健康教育进社区活动。</td><td>市卫生健康委</td><td>市财政局</td><td>2021年底</td></tr>
<tr><td>2</td><td>建立学校卫生监测点。</td><td>市教育局</td><td>市卫生健康委</td><td>持续推进</td></tr>
</table>"""
"""A list without a doubt about its rows, on units that the world knows."""


def seed(name: str) -> bytes:
    return (SEED / name).read_bytes()


def small_draft(actor: Actor, html: str = LIST) -> ImportDraft:
    return receive(html.encode(), "清单.html", actor)


def decide_all(draft: ImportDraft, actor: Actor) -> None:
    """Take the likely candidate of every doubt and the proposal for every unknown name."""
    while found := doubts(draft):
        likely = next((n for n, way in enumerate(found[0].candidates) if way["likely"]), 0)
        decide_doubt(draft, found[0], likely, actor, same=True)
    decide_units(draft, {name.written.name: name.proposal for name in open_names(names(draft))}, actor)
