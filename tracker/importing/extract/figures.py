"""Figures in words: 达到60%和70%, 控制在0.5%以下, 下降10%, ≥70%, 25%以内."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.importing.extract.drafts import Target
from tracker.importing.extract.words import fold, squeeze

_UNIT = (
    r"%|‰|/10万|/万人?|张/万人|万人次|万人|万亿元|亿元|万元|个百分点|平方米|平方公里|公里|千克|毫克|克|小时|分钟|"
    r"人次|人|名|张|个|项|家|所|次|场|岁|天|年|元|吨|倍"
)
_NUMBER = r"\d+(?:\.\d+)?"
_VALUE = rf"(?P<value>{_NUMBER})(?P<unit>{_UNIT})?"
_MORE = re.compile(rf"(?:、|和|以及|及)({_NUMBER})(?:{_UNIT})?")
_RANGE = re.compile(rf"({_NUMBER})(?:{_UNIT})?[-—~至]({_NUMBER})")
_WORDS = (
    (">=", r"不(?:得)?(?:低|少|小)于|至少(?:达到|达)?|(?:稳定)?(?:保持|维持)在|大于|超过|高于|≥|>="),
    ("<=", r"不(?:得)?(?:高|多|大)于|不超过|控制(?:在|到)|低于|小于|少于|≤|<=|(?:下降|降低|降|减少|压减)(?:到|至)"),
    (">=", r"(?:提高|提升|增加|增长|上升|扩大)(?:到|至)|达到|达|实现"),
    ("decrease_by", r"(?:下降|降低|减少|压减)(?:了|率达)?|降"),
    ("increase_by", r"(?:提高|提升|增加|增长|上升)(?:了)?|新增"),
)
_OP = "|".join(f"(?P<op{n}>{words})" for n, (_, words) in enumerate(_WORDS))
_BARE = rf"(?P<op{len(_WORDS)}>(?<=[率例重])(?={_NUMBER}[%‰]以[上下内]))"  # 建档率95%以上
_ENDS = r"(?![一-龥])|(?=以[上下内]|左右|之内|和|及)"
_FIGURE = re.compile(rf"(?P<name>[^,。;:]*?)(?P<each>分别|均|都)?(?:{_OP}|{_BARE}){_VALUE}(?:{_ENDS})")
_COMPARED = re.compile(r"(?:较|比|与)(?:(?:19|20)\d\d年|上年度?|上一?年)(?:相比)?")
_TAIL = re.compile(r"以上|以下|以内|之内|左右")
_YEAR = re.compile(r"(?:到|至|于)?((?:19|20)\d\d)年(?:底|末)?(?:前)?")
_WORSE = re.compile(r"死亡|发病|患病|吸烟|摄入|致残|复发|感染率|事故|能耗|排放|浓度|死亡率|近视率|超标|流失|负担")
_IS_MEASURE = re.compile(
    r"(?:率|比例|比重|人数|水平|量|数|寿命|覆盖面?|浓度|值|配置|病例|面积|时间|人口|医师|床位|占比|面|增加值|总值|收入|投入|产值|投资|规模|程度)$"
)
_BEGINS = re.compile(
    r"^(?:力争|确保|实现|使|其中|并|且|将|全区|全市|全县|全省|我[区市县省]的?|以及|和|,|、|在我[区市县省][^,]*中|逐步|显著|稳步|基本|总体|年均)+"
)
_BLANK_LATEX = re.compile(r"\$|\\(?=%)")


@dataclass(frozen=True)
class Figure:
    """One figure of a sentence. ``name`` is empty where the sentence goes on with the figure before."""

    name: str
    unit: str | None
    targets: list[Target]


def value_of(words: str) -> float | None:
    """The first number of a cell: 223.6 of 223.6/10万."""
    found = re.search(_NUMBER, fold(words))
    return float(found[0]) if found else None


def target_of(words: str, name: str) -> tuple[str, float | None]:
    """What a table's figure asks for: (op, value). A bare figure is the least, or the most where less is better."""
    text = squeeze(fold(words))
    if _RANGE.search(text):
        return "range", value_of(text)
    for op, pattern in _WORDS:
        if re.match(rf"(?:{pattern})\s*{_NUMBER}", text):
            return op, value_of(text)
    value = value_of(text)
    if value is None:
        return "=", None
    if re.search(r"以[下内]|之内", text):
        return "<=", value
    return ("<=" if _WORSE.search(name) and "以上" not in text else ">="), value


def figures_in(sentence: str, years: list[int]) -> Iterator[Figure]:
    """The figures of a sentence in order. ``years``: those that count until the sentence names its own."""
    text = _tidied(sentence)
    current, place = years, 0
    for found in _FIGURE.finditer(text):
        current = _named_years(text[place : found.end("name")]) or current
        values, stop = _values(text, found)
        tail = _TAIL.match(text, stop)
        place = stop
        op = _op(found, tail[0] if tail else "", text[found.start("value") :])
        raw = text[found.end("name") : tail.end() if tail else stop]
        yield from _figures(_name(found["name"]), found["unit"], op, values, current, raw)


def _tidied(sentence: str) -> str:
    text = fold(sentence).replace("\\geq", "≥").replace("\\leq", "≤").replace("％", "%")
    return _COMPARED.sub("", squeeze(_BLANK_LATEX.sub("", text)))


def _named_years(text: str) -> list[int]:
    return [int(found[1]) for found in _YEAR.finditer(text)]


def _values(text: str, found: re.Match[str]) -> tuple[list[float], int]:
    """The number and those joined to it (60%和70%), and where they end."""
    values, stop = [float(found["value"])], found.end()
    while more := _MORE.match(text, stop):
        values.append(float(more[1]))
        stop = more.end()
    return values, stop


def _op(found: re.Match[str], tail: str, value: str) -> str:
    if _RANGE.match(value):
        return "range"
    op = next((op for n, (op, _) in enumerate(_WORDS) if found[f"op{n}"]), ">=")
    if tail in ("以下", "以内", "之内"):
        return "<="
    return ">=" if tail == "以上" and not op.endswith("_by") else op


def _name(words: str) -> str:
    """The words before the verb, without the year and what only leads to the name."""
    name = _YEAR.sub("", words).rsplit(":", 1)[-1]
    name = name.rsplit("(", 1)[-1] if name.count("(") > name.count(")") else name
    name = re.sub(r"^(?:以[上下内]|左右)+", "", name)
    name = re.sub(r"^(?:\(?[\d一二三四五六七八九十]+[)、.]|\(|和|、)+", "", name)
    name = _BEGINS.sub("", name).strip(",、的 ")
    name = re.sub(r"(?:要|应|须|需|较(?:上年度?|20\d\d年|.{2,6}年))$", "", name)
    return re.sub(r"较[^较]{0,8}$", "", name)


def _figures(name: str, unit: str | None, op: str, values: list[float], years: list[int], raw: str) -> Iterator[Figure]:
    names = _split(name)
    if name and not (_IS_MEASURE.search(names[-1]) and len(names[-1]) <= 40):
        return
    if len(values) > 1 and len(names) == len(values):
        year = years[-1] if years else None
        for one, value in zip(names, values, strict=True):
            yield Figure(one, unit, [Target(year, op, value, raw)])
    elif len(values) > 1 and len(years) >= len(values):
        targets = [Target(y, op, v, raw) for y, v in zip(years[-len(values) :], values, strict=True)]
        for one in names:
            yield Figure(one, unit, targets)
    else:
        year = years[-1] if years else None
        for one in names:
            yield Figure(one, unit, [Target(year, op, values[0], raw)])


def _split(name: str) -> list[str]:
    """规范管理率及面访率: two measures where each part is one."""
    parts = re.split(r"、|和|及", name)
    return parts if len(parts) > 1 and all(_IS_MEASURE.search(part) for part in parts) else [name]
