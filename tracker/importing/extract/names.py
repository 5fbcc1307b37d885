"""Names of units in a list: where each begins and ends, what is no name, and the prefix that was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tracker.importing.extract.words import fold, squeeze

_OPEN, _CLOSE = "([<〈{", ")]>〉}"
_SEPARATORS = "、,;\n/|·"
_ENDS = (
    "局|委|办|部|厅|署|院|会|处|科|室|站|所|队|台|社|行|校|园|团|厂|库|馆|股|"
    "中心|政府|街道|乡镇|镇街|镇|乡|公司|集团|单位|部门|部委|法院|学院|大学|联盟|机构|企业|园区|新区|城区|景区|高新区|开发区|"
    "委员会|管委会|居委会|市委|县委|区委|省委|党委|专班|分局|总工会|妇联|残联|文联|侨联|台联|社科联|科协|记协|工商联|关工委|工会|人大|政协|"
    "县市区|市县|地区|区县|州|盟|各县|各区|各市|总队|支队|大队|指挥部|领导小组|小组|协调机制|医共体|联席会议|供电|供销社|银行|支行|医院|卫生院|学校|中学|小学|幼儿园|媒体|报社|电视台"
)
UNIT_END = re.compile(rf"(?:{_ENDS})(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?$")
_PREFIX = re.compile(r"(?:[省市县区州旗盟])(?!场|域|政工程|政公用|政园林|容|级|直|属|内|外|管|中)")
_BRANCH = "公安|国土|税务|国税|自然资源|规划|生态环境|环保|银保监|金融监管|工商|市场监管|气象|消防|交警|水务"
_OWN = re.compile(
    r"^(?:[省市县区州旗盟](?!场|域|容)|团[省市县区州旗]|各|全|国(?:网|家|务|防|铁|开|投)|中央|中国|中共|人民银行|海关|驻|沿|涉|有关|相关|其他|自治区|兵团|健康)|"
    r"(?:公司|集团|学校|大学|学院|中学|小学|医院|实验室|银行|支行|协会|学会|联盟|院校|企业|成员单位|部门|单位|领导小组.*)$|"
    rf"^(?!(?:{_BRANCH})分局$).*分局$|"
    r"^(?!城[市镇])[^省市县区]{1,4}(?:省|市|县|区|镇|街道|州|旗)(?:委|人民政府|政府|管委会|办事处|.{2,}局|.{2,}委|$)|"
    r"^[^省市县区]{1,6}(?:乡|园)(?:人民政府|政府|管委会|办事处|$)"
)
_TAIL = re.compile(
    r"(?:(?:等|及|和|与|以及)(?:其他|其它|各)?(?:相关|有关|市直|县直|区直|职能|责任|成员)*(?:职能)?(?:部门|单位|部门和单位|部门单位|方面|企业)+"
    r"|等)$"
)
_TAIL_NAMED = re.compile(r"(?:等|(?:及|和|与|以及)(?:其他|其它)?(?:相关|有关))")
_JOINS = re.compile(r"和|与|及|以及|暨")
_HALF_COLLECTIVE = re.compile(r"^各(?:[省市州县区旗盟乡镇街]{1,3}|街道|镇街道|乡镇街道)$")
_OTHER_HALF = re.compile(
    r"^(?:[省市州县区旗盟乡镇]{1,2}(?:\(.*\))?(?:党委|人民政府|政府|党工委|管委会|$)|(?:街道|乡镇?|镇|园区|开发区|功能区|办事处)(?:$|\(|办|人民政府|政府|党))"
)
_WORDS = re.compile(r"^(?:无|-+|—+|－+|/|\\|下同|同时|其他|其它|等|分别|共同|协同|由|并)$")


@dataclass(frozen=True)
class Name:
    """A name and its characters ``start``..``end`` in the text it was read from. ``raw`` is as printed."""

    name: str
    raw: str
    start: int
    end: int
    glued: bool = False  # the separator before it was lost


def is_unit(name: str) -> bool:
    """Whether words look like the name of a unit or of a group of units."""
    words = squeeze(fold(name))
    return 2 < len(words) <= 40 and bool(UNIT_END.search(words)) and not re.search(r"[。:!?“”]", words)


def has_level_prefix(name: str) -> bool:
    """Whether a name begins with 省, 市, 县, 区 … as the level it stands on, or names a group (各…)."""
    return bool(_PREFIX.match(fold(name)) or re.match(r"各|团[省市县区州旗]委", fold(name)))


def pieces(folded: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The ranges between separators, brackets kept whole. A run of two blanks, or one between two units, separates."""
    end = len(folded) if end is None else end
    depth, begin, found = 0, start, []
    for place in range(start, end):
        char = folded[place]
        depth += (char in _OPEN) - (char in _CLOSE and depth > 0)
        if depth == 0 and (char in _SEPARATORS or _blank_separates(folded, begin, place)):
            found.append((begin, place))
            begin = place + 1
    found.append((begin, end))
    return [(a, b) for a, b in (_trim(folded, a, b) for a, b in found) if b > a]


def _blank_separates(folded: str, begin: int, place: int) -> bool:
    if not folded[place].isspace() or not is_unit(folded[begin:place]):
        return False
    return has_level_prefix(folded[place:].lstrip()) or folded[place : place + 2].isspace()


def _trim(folded: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (folded[start].isspace() or folded[start] in "。."):
        start += 1
    while end > start and (folded[end - 1].isspace() or folded[end - 1] in "。.;"):
        end -= 1
    return start, end


def names_in(text: str, folded: str, start: int, end: int) -> list[Name]:
    """The names in one piece between separators: none for words that are no name, several where 和 joins two units
    or a separator was lost."""
    start, end = _without_tail(folded, start, end)
    start, end = _trim(folded, start, end)
    if end <= start or _WORDS.match(squeeze(folded[start:end])):
        return []
    for cut, width in _joints(folded, start, end):
        return names_in(text, folded, start, cut) + names_in(text, folded, cut + width, end)
    lost = _lost_separator(folded, start, end)
    if lost:
        first = names_in(text, folded, start, lost)
        return first + [replace(name, glued=True) for name in names_in(text, folded, lost, end)]
    raw = squeeze(text[start:end])
    return [Name(raw, raw, start, end)]


def _without_tail(folded: str, start: int, end: int) -> tuple[int, int]:
    """等, 等相关部门, 及有关部门 after a name say that there are more; they name nobody."""
    found = _TAIL.search(folded, start, end)
    if not found or not _TAIL_NAMED.match(found[0]):
        return start, end
    named = folded[start : found.start()]
    if found.start() == start or is_unit(named) or found[0].startswith("等"):
        return start, found.start()
    return start, end


def _joints(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where 和, 与, 及 join two units, not two words of one name (水利和湖泊局)."""
    found = []
    for joint in _JOINS.finditer(folded, start, end):
        left, right = folded[start : joint.start()], folded[joint.end() : end]
        if left.count("(") == left.count(")") and is_unit(left) and is_unit(right) and has_level_prefix(right):
            found.append((joint.start(), len(joint[0])))
    return found


def _lost_separator(folded: str, start: int, end: int) -> int | None:
    """Where one name ends and the next begins without a mark between: 各区镇街道|市委编办."""
    for cut in range(start + 3, end - 2):
        left, right = folded[start:cut], folded[cut:end]
        if left.count("(") != left.count(")") or not re.match(
            r"[省市县区州旗](?![省市县区州旗中北南辖])(?:委|政|[^场域直属级]{2})", right
        ):
            continue
        if is_unit(left) and is_unit(right) and (re.search(r"(?:街道|乡镇)$", left) or _both_full(left, right)):
            return cut
    return None


def _both_full(left: str, right: str) -> bool:
    return (
        bool(_PREFIX.match(left)) and left[0] == right[0] and bool(re.search(r"[局委厅办]$", left)) and len(right) > 3
    )


def join_collectives(folded: str, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """各县、区人民政府 is one group, whatever stands between its halves."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and _is_second_half(folded[slice(*joined[-1])], folded[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_second_half(left: str, right: str) -> bool:
    return bool(_HALF_COLLECTIVE.match(squeeze(left)) and _OTHER_HALF.match(squeeze(right)))


def restore_prefixes(names: list[Name]) -> list[Name]:
    """区卫计委、教育局 → 区教育局: the level left out is that of the name before, not onto names with their own."""
    prefix, restored = "", []
    for name in names:
        folded = fold(name.raw)
        if _PREFIX.match(folded):
            prefix = name.raw[0]
        elif prefix and not _OWN.search(folded) and is_unit(name.raw):
            name = replace(name, name=prefix + name.raw)
        restored.append(name)
    return restored
