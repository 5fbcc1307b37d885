"""Plain lists, opened again."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tracker.clock import SHANGHAI
from tracker.exports.sheet import Value
from tracker.exports.table import TableColumn, table_xlsx

COLUMNS = (TableColumn("单位", 60), TableColumn("欠报", 20, "number"), TableColumn("最后催办", 30, "date"))


def test_a_list_has_a_title_heads_filters_and_rows() -> None:
    sheet = load_workbook(BytesIO(table_xlsx("欠报单位", COLUMNS, [("市教育局", 3, date(2021, 10, 26))]))).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["欠报单位", None, None],
        ["单位", "欠报", "最后催办"],
        ["市教育局", 3, datetime(2021, 10, 26)],
    ]
    assert (sheet.auto_filter.ref, sheet.freeze_panes, sheet.print_title_rows) == ("A2:C3", "A3", "$1:$2")


@pytest.mark.parametrize("moment", [datetime(2021, 10, 26, 17, 20), datetime(1999, 12, 31, 23, 59)])
def test_a_moment_keeps_its_hour_and_minute(moment: datetime) -> None:
    data = table_xlsx("送达", [TableColumn("时间", kind="moment")], [(moment,)])
    assert load_workbook(BytesIO(data)).worksheets[0]["A3"].value == moment


def test_a_moment_shows_the_time_of_its_own_zone() -> None:
    moment = datetime(2021, 10, 26, 0, 30, tzinfo=SHANGHAI)
    data = table_xlsx("送达", [TableColumn("时间", kind="moment")], [(moment,)])
    assert load_workbook(BytesIO(data)).worksheets[0]["A3"].value == datetime(2021, 10, 26, 0, 30)


def test_a_template_offers_the_allowed_values() -> None:
    columns = [TableColumn("姓名"), TableColumn("岗位", choices=["填报人", "单位负责人"])]
    workbook = load_workbook(BytesIO(table_xlsx("人员名单", columns, [])))
    sheet, listed = workbook.worksheets
    (rule,) = sheet.data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("B3:B502", "'可选值2'!$A$1:$A$2")
    assert [cell.value for cell in listed["A"]] == ["填报人", "单位负责人"]
    assert listed.sheet_state == "hidden"


@pytest.mark.parametrize("value", ["=1+1", "@x", "\x00\x1f清\ud800洁", None, ""])
def test_hostile_values_stay_harmless(value: Value) -> None:
    cell = load_workbook(BytesIO(table_xlsx("表", [TableColumn("甲")], [(value,)]))).worksheets[0]["A3"]
    assert cell.data_type != "f"
    assert "\x00" not in str(cell.value)


def test_the_sheet_tells_its_reach() -> None:
    data = table_xlsx("表", COLUMNS, [("甲", 1, None)] * 7)
    assert load_workbook(BytesIO(data), read_only=True).worksheets[0].calculate_dimension() == "A1:C9"
