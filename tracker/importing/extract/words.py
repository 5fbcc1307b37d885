"""How words are compared: one width, one script, the same number of characters."""

from __future__ import annotations

import re

# Traditional characters of the words this package looks for; the printed text keeps its own.
_TRADITIONAL = str.maketrans(
    "牽頭責單門參與協辦負職責進實啟動續長堅時間節點項務內類領導備註說關標題編號發區縣鄉鎮廳衛財總體會黨團聯業農環應監規劃產電國稅資經濟濟過為無縣館廣視歸開處學校醫陽據組織統籌匯總執強東漢當",
    "牵头责单门参与协办负职责进实启动续长坚时间节点项务内类领导备注说关标题编号发区县乡镇厅卫财总体会党团联业农环应监规划产电国税资经济济过为无县馆广视归开处学校医阳据组织统筹汇总执强东汉当",
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("　"): ord(" "),
    ord("〔"): ord("("),
    ord("〕"): ord(")"),
    ord("﹝"): ord("("),
    ord("﹞"): ord(")"),
    ord("｡"): ord("。"),
}


def fold(text: str) -> str:
    """``text`` for matching: half width, simplified keywords, round brackets. Character for character, so that a
    place in it is the same place in ``text``."""
    return text.translate(_WIDE).translate(_TRADITIONAL)


def squeeze(text: str) -> str:
    """Without any blank: for names, heads of columns and short cells."""
    return re.sub(r"\s+", "", text)


def tidy(text: str) -> str:
    """A cell's or item's text as printed, its line breaks and outer blanks apart."""
    return re.sub(r"[ \t]*[\r\n]+[ \t]*", "", text).strip()


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without blanks at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
