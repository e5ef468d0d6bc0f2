"""Lists of residents as offices type them: stray quotes, the same line twice, unknown estates."""

from __future__ import annotations

from typing import Any

import pytest

from core.loading.list_checks import Said, problem_words, same_as, sharing_lines
from core.loading.problems import Problem
from core.points.csv_lines import CsvLine, lines_of_csv

HEAD = "姓名,电话,备注"
HEADING = CsvLine(1, ["姓名", "电话", "备注"])


def said(line: int, name: str, **fields: Any) -> Said:
    given = {"name": name, **fields}
    return Said(line=line, said=given, entry=given, is_new=True)


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (  # nobody closes it: it once took every line behind it into one name
            '"><svg onload=x>,1,\n王,2,\n李,3,',
            [
                CsvLine(2, ['"><svg onload=x>', "1", ""], is_torn=True),
                CsvLine(3, ["王", "2", ""]),
                CsvLine(4, ["李", "3", ""]),
            ],
        ),
        (  # a second stray quote further down does not close it
            '张,1,"住院\n王,2,\n李,3,回来"',
            [
                CsvLine(2, ["张", "1", '"住院'], is_torn=True),
                CsvLine(3, ["王", "2", ""]),
                CsvLine(4, ["李", "3", '回来"']),
            ],
        ),
        (  # two of them, each at the beginning
            '"张,1,\n"王,2,',
            [
                CsvLine(2, ['"张', "1", ""], is_torn=True),
                CsvLine(3, ['"王', "2", ""], is_torn=True),
            ],
        ),
        ('小"王,2,5"管', [CsvLine(2, ['小"王', "2", '5"管'])]),  # within a cell it is a sign
        ('"张,三","1","说""好"""', [CsvLine(2, ["张,三", "1", '说"好"'])]),
        (  # what a spreadsheet writes for a cell of two lines
            '张,1,"一楼\r\n拄拐"\r\n王,2,\r\n',
            [CsvLine(2, ["张", "1", "一楼\r\n拄拐"]), CsvLine(4, ["王", "2", ""])],
        ),
    ],
    ids=["not closed", "closed far away", "two", "within", "in order", "two lines in a cell"],
)
def test_a_stray_quote_ends_with_its_own_line(written: str, lines: list[CsvLine]) -> None:
    assert lines_of_csv(f"{HEAD}\n{written}") == [HEADING, *lines]


def test_a_line_that_was_there_already_is_told_with_the_first() -> None:
    home = {"phones": ["13900000701"], "estate": "qinghu", "place": "3-2-402"}
    lines = [
        said(2, "金小宝", **home),
        said(3, "金小宝", **{**home, "phones": ["139 0000 0701"], "place": "3号楼2单元402"}),
        said(4, "金大宝", **home),
        said(5, "金小宝", **{**home, "place": "3-2-401"}),
        said(6, "金小宝", **home, key="xiaobao-2"),  # a key of one's own: somebody else
        said(7, "金小宝", **home),
        said(8, "王伟"),
    ]

    assert same_as(lines, "0993") == {3: 2, 7: 2}


def test_one_telephone_on_several_lines_is_told_on_each() -> None:
    lines = [
        said(2, "马永福", phones=["5800302"]),
        said(3, "马小红", phones=["0993-5800302", "13900000702"]),
        said(4, "刘玉兰", phones=["13900000703"]),
        said(5, "没电话"),
    ]

    assert sharing_lines(lines, "0993") == {2: [(3, "马小红")], 3: [(2, "马永福")], 4: [], 5: []}


@pytest.mark.parametrize("written", ["没有的小区", "nowhere"])
def test_an_unknown_estate_is_named_with_those_there_are(written: str) -> None:
    words = problem_words(
        Problem("resident[1] wang estate", "代号只用小写英文字母"),
        {"estate": written},
        headings={"estate": "小区"},
        estates={"qinghu": "青湖华庭", "beiyuan": "北苑小区"},
    )

    assert words.startswith(
        f"小区：没有“{written}”这个小区,有的是:青湖华庭、北苑小区 (no such estate"
    )


def test_what_is_wrong_begins_with_its_column() -> None:
    words = problem_words(
        Problem("resident[9] wang phones[1]", "写一个打得通的号码"),
        {"estate": "qinghu"},
        headings={"phones": "电话"},
        estates={"qinghu": "青湖华庭"},
    )

    assert words == "电话：写一个打得通的号码"
