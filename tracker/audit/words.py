"""What changed, as the auditor reads it: the words of the glossary in place of column names and codes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.units.rules import KIND_NAMES

FIELD_NAMES = {
    "above": "上级任务（编号）",
    "alias": "别名",
    "as": "认作",
    "as_of": "截至",
    "baseline": "基期值",
    "carries_on_id": "接续的任务（编号）",
    "colour": "颜色",
    "continues": "之后持续",
    "count": "处数",
    "decided": "定为",
    "doc_number": "文号",
    "due_day": "截止日（号）",
    "due_on": "到期日",
    "email": "邮箱",
    "ended_on": "止于",
    "every": "频次",
    "extended_from": "延期前到期日",
    "extension": "延期申请",
    "extension_asks_leader": "延期由分管领导批准",
    "field": "哪一栏",
    "filename": "文件名",
    "formula": "汇总办法",
    "from_on": "从哪天起",
    "heads": "表头",
    "held_on": "哪天办的",
    "how": "处理",
    "implements_id": "上级方案（编号）",
    "is_task": "是任务",
    "issuer": "发文单位",
    "kind": "类型",
    "lead": "牵头单位",
    "leader_id": "分管领导（人员编号）",
    "leads": "牵头单位",
    "limit": "完成时限",
    "local": "本地任务（编号）",
    "login": "登录名",
    "look_back_days": "回头看天数",
    "meanings": "各列含义",
    "measure": "计量单位",
    "name": "名称",
    "new": "改成",
    "no": "序号",
    "no_news": "本期无新进展",
    "note": "说明",
    "number": "编号",
    "old": "原写法",
    "part": "部分",
    "partner": "参与单位",
    "partners": "参与单位",
    "percent": "完成比例",
    "phone": "电话",
    "plan": "方案（编号）",
    "progress": "进展情况",
    "purpose": "用途",
    "raw": "原文",
    "readers": "谁能看",
    "row": "第几项",
    "rows": "处数",
    "sha256": "文件指纹",
    "short_title": "简称",
    "size": "字节数",
    "skips_signing": "免签",
    "source_document_id": "来源文件（编号）",
    "start_on": "起始日",
    "state": "状态",
    "successor": "并入",
    "targets": "目标",
    "task": "任务",
    "tasks": "任务数",
    "text": "任务内容",
    "times": "次数",
    "title": "标题",
    "unit_id": "单位编号",
    "units": "单位数",
    "until_on": "到哪天前",
    "value": "指标值",
    "values": "指标值",
    "verdict": "对照结果",
    "words": "原文",
}
"""Field as recorded -> what the reader sees; what is Chinese already stands for itself. Complete by a guard test."""
VALUE_NAMES: dict[str, dict[str, str]] = {
    "as": {"new": "新单位", "group": "群体", "alias": "别名", "known": "写法有误"},
    "every": {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年", "two_years": "每两年"},
    "extension": {
        "applied": "待单位负责人同意",
        "head_agreed": "待办公室核定",
        "office_agreed": "待分管领导批准",
        "granted": "已准予延期",
        "refused": "未同意延期",
    },
    "formula": {"sum": "合计", "average": "平均", "latest": "取最近核定的一家"},
    "field": {"unit": "单位", "limit": "完成时限"},
    "how": {"ignored": "不处理", "row_added": "加了一行", "units_added": "加为参与单位", "agreed": "确认"},
    "kind": {kind.value: name for kind, name in KIND_NAMES.items()}
    | {
        "date": "写明日期",
        "year": "年底",
        "continuous": "持续推进",
        "start_then_continuous": "启动后持续推进",
        "recurring": "定期开展",
        "none": "没有写",
    },
    "state": {
        "draft": "草稿",
        "submitted": "待签字",
        "signed": "待审核",
        "accepted": "已接受",
        "returned": "已退回",
        "applied": "已申请销号",
        "closed": "已办结",
        "merged": "已并入其他任务",
        "refused": "未同意销号",
        "reopened": "已重启",
        "filed": "待复核",
        "upheld": "申诉成立",
        "rejected": "维持原分",
        "proposed": "拟发",
        "issued": "待答复",
        "answered": "已答复，待核",
        "settled": "已销号",
        "escalated": "已升级",
        "dropped": "没有发",
        "published": "已印发",
        "entered": "待核定",
        "verified": "已核定",
    },
    "meanings": {
        "number": "序号",
        "text": "任务",
        "category": "类别",
        "lead": "牵头单位",
        "partner": "参与单位",
        "responsible": "责任单位",
        "limit": "完成时限",
        "leader": "分管领导",
        "person": "责任人",
        "note": "备注",
        "unused": "不用",
    },
    "colour": {"blue": "蓝色提醒", "yellow": "黄色预警", "red": "红色警告"},
    "readers": {"office": "只给办公室", "leads": "办公室和牵头单位", "parts": "办公室和所有有分工的单位"},
    "purpose": {"new": "一份新方案", "adjust": "对现有方案的调整", "succeed": "接续上一年的方案"},
    "verdict": {"confirmed": "就是它", "rejected": "不是", "not_concerned": "本地不涉及", "open": "收回"},
}
UNSHOWN = frozenset({"code"})
"""Codes of the program that say nothing beside the words recorded with them."""
REPORTED = frozenset({"progress", "problems", "next_steps", "value", "values"})
"""What a report says: kept in the log and covered by its hashes, but the administrators read no reports."""
NOTHING = "无"


def change(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """Before and after in one line each; where both are known, only what differs."""
    same = {name for name in before if name in after and before[name] == after[name]}
    return _line(before, same), _line(after, same)


def _line(values: Mapping[str, Any], without: set[str] | frozenset[str] = frozenset()) -> str:
    shown = {name: value for name, value in values.items() if name not in UNSHOWN | without}
    return "，".join(f"{FIELD_NAMES.get(name, name)} {_value(name, value)}" for name, value in shown.items())


def _value(name: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return NOTHING
    if name in REPORTED:
        return f"（{len(str(value))} 字，内容不在日志里显示）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return f"（{_line(value)}）"
    if isinstance(value, list):
        return "、".join(_value(name, one) for one in value)
    return VALUE_NAMES.get(name, {}).get(str(value), str(value))
