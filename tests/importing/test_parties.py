"""The ways in which responsible units are written."""

import pytest

from tracker.importing.extract.labels import Label, Role, column_label, unit_roles
from tracker.importing.extract.parties import read_parties

GRAMMAR = [
    ("县卫健委牵头，县教体局、县民政局等相关部门配合", ["县卫健委"], ["县教体局", "县民政局"]),
    ("区卫计委牵头负责，区市场监管局、体育局参与", ["区卫计委"], ["区市场监管局", "区体育局"]),
    ("县卫健委、赣州市信丰生态环境局牵头，各有关部门配合", ["县卫健委", "赣州市信丰生态环境局"], ["各有关部门"]),
    ("市残联、市财政局、市税务局负责", ["市残联", "市财政局", "市税务局"], []),
    ("县科技局、县卫健委分别负责，各有关部门配合", ["县科技局", "县卫健委"], ["各有关部门"]),
    ("省科技厅、工业和信息化厅按职责分工负责", ["省科技厅", "省工业和信息化厅"], []),
    ("市财政局、市人社局等按职责分工负责", ["市财政局", "市人社局"], []),
    ("省发展改革委牵头,省财政厅按职责分工负责", ["省发展改革委"], ["省财政厅"]),
    (
        "市生态环境局牵头,市水利局参与,各县、区人民政府(管委会)负责落实",
        ["市生态环境局"],
        ["市水利局", "各县、区人民政府(管委会)"],
    ),
    ("牵头单位：州生态环境局;责任单位:州司法局、州财政局", ["州生态环境局"], ["州司法局", "州财政局"]),
    ("牵頭單位:州生態環境局;責任單位:州司法局", ["州生態環境局"], ["州司法局"]),
    ("责任部门:城建局、农海局 配合部门:各街道", ["城建局", "农海局"], ["各街道"]),
    ("主要责任单位:区发展改革委；协同配合单位：区财政局", ["区发展改革委"], ["区财政局"]),
    ("环保局(牵头)、发改委、住建委", ["环保局"], ["发改委", "住建委"]),
    ("市生态环境局、市市场监管局按职责分工,分别负责", ["市生态环境局", "市市场监管局"], []),
    ("县生态环境局、县住建局（按职责分工，分别负责）", ["县生态环境局", "县住建局"], []),
    ("各区镇街道市委编办、市卫生健康委根据职责开展工作", ["各区镇街道", "市委编办", "市卫生健康委"], []),
    ("县民政局、县卫健委及有关部门负责", ["县民政局", "县卫健委"], []),
    ("由公安部门负责,有关部门配合", ["公安部门"], ["有关部门"]),
    ("区卫健委会同区教育局、民政局", ["区卫健委"], ["区教育局", "区民政局"]),
    ("国务院各部门分别负责,年内持续推进", ["国务院各部门"], []),
    ("市教育局和市水利和湖泊局", ["市教育局", "市水利和湖泊局"], []),
    ("区教育局、团区委、杭州市政府、国网供电公司", ["区教育局", "团区委", "杭州市政府", "国网供电公司"], []),
    ("预期性指标,牵头单位:市发改委;责任单位:市统计局", ["市发改委"], ["市统计局"]),
    ("无", [], []),
    ("—", [], []),
]


@pytest.mark.parametrize(("words", "leads", "partners"), GRAMMAR)
def test_words_give_leads_and_partners(words: str, leads: list[str], partners: list[str]) -> None:
    parties = read_parties(words)
    assert ([name.name for name in parties.leads], [name.name for name in parties.partners]) == (leads, partners)


@pytest.mark.parametrize(("words", "leads", "partners"), GRAMMAR)
def test_every_name_stands_where_it_says(words: str, leads: list[str], partners: list[str]) -> None:
    for name in (parties := read_parties(words)).leads + parties.partners:
        assert words[name.start : name.end] == name.raw


@pytest.mark.parametrize(
    "rule",
    [
        "排在首位的为牵头单位,下同",
        "列第一位者为牵头或汇总单位,下同",
        "排名第一位为牵头单位,下同",
        "列第一位的责任单位为牵头单位",
    ],
)
def test_a_rule_in_the_list_makes_its_first_the_lead(rule: str) -> None:
    parties = read_parties(f"市卫生健康委、市委宣传部,{rule}")
    assert ([n.name for n in parties.leads], [n.name for n in parties.partners]) == (["市卫生健康委"], ["市委宣传部"])
    assert parties.first_leads


def test_a_bare_list_without_a_rule_leads_together_and_says_so() -> None:
    parties = read_parties("市卫生健康委、市医保局，市市场监管局")
    assert (len(parties.leads), parties.bare) == (3, True)


def test_verbs_win_over_the_rule_that_the_first_leads() -> None:
    assert len(read_parties("市教育局、市卫生健康委分别负责", None, first_leads=True).leads) == 2


def test_a_time_among_the_units_is_no_unit() -> None:
    words = "牵头单位:州生态环境局,6月底完成"
    parties = read_parties(words)
    assert parties.limit is not None
    assert words[slice(*parties.limit)] == "6月底完成"


@pytest.mark.parametrize(
    ("head", "label"),
    [
        ("序 号", Label.NUMBER),
        ("牵头单位", Label.LEAD),
        ("主要责任单位", Label.LEAD),
        ("主办单位", Label.LEAD),
        ("责任单位", Label.RESPONSIBLE),
        ("主责单位", Label.DOER),
        ("协同配合单位", Label.PARTNER),
        ("参与单位", Label.PARTNER),
        ("完成时限", Label.LIMIT),
        ("时间节点", Label.LIMIT),
        ("分管县领导", Label.PERSON),
        ("主要责任人", Label.PERSON),
        ("备注", Label.NOTE),
        ("1-10月推进情况", Label.PROGRESS),
        ("一季度", Label.PROGRESS),
        ("重点领域", Label.CATEGORY),
        ("细化措施", Label.DETAIL),
        ("重点工作任务", Label.TEXT),
        ("全年目标任务", Label.TEXT),
        ("任务目标", Label.TEXT),
        ("实事内容", Label.DETAIL),
        ("项目名称", Label.TEXT),
        ("責任單位", Label.RESPONSIBLE),
    ],
)
def test_a_head_of_a_column_is_known_in_each_wording(head: str, label: Label) -> None:
    assert column_label(head) is label


@pytest.mark.parametrize("words", ["", "市卫生健康委牵头负责全市的健康教育工作任务落实", "持续推进"])
def test_other_words_are_no_head(words: str) -> None:
    assert column_label(words) is None


def test_a_label_changes_its_role_with_its_neighbours() -> None:
    assert unit_roles([Label.RESPONSIBLE])[Label.RESPONSIBLE] is Role.RESPONSIBLE
    assert unit_roles([Label.RESPONSIBLE, Label.PARTNER])[Label.RESPONSIBLE] is Role.LEAD
    assert unit_roles([Label.LEAD, Label.RESPONSIBLE])[Label.RESPONSIBLE] is Role.PARTNER
    assert unit_roles([Label.LEAD, Label.DOER])[Label.DOER] is Role.PARTNER
