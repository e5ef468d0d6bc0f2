"""A paper ledger taken over: every total checked, every mistake told, all of it or nothing."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import Refusal
from core.points.operations import import_paper_ledger
from core.points.paper import PaperLedger, read_paper_ledger
from core.tasks.rules import Actor
from tests.points_office import PointsOffice
from tests.points_people import OTHER_JIN, move_in
from tests.world import GRANDMA_JIN, KEEPER_ZHOU, MA_YONGFU

HEAD = ["日期", "姓名", "电话", "类别", "事由", "分数", "结余"]
ROWS = [
    ["2026-03-01", "金桂兰", "13900000101", "践", "扫雪", "5", "5"],
    ["2026年3月8日", "马永福", "", "学", "读书会", "4", "4"],
    ["2026/3/9", "金桂兰", "13900000101", "", "看望老人", "10", "15"],
    ["2026.4.1", "金桂兰", "13900000101", "践", "换纸巾", "-10", "5"],
    ["合计", "", "", "", "", "9", ""],
]


@pytest.fixture
def office(database: Database) -> PointsOffice:
    return PointsOffice(database)


def csv(rows: list[list[str]] = ROWS, *, head: list[str] = HEAD, encoding: str = "utf-8") -> bytes:
    lines = [",".join(row) for row in [head, *rows]]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def excel(rows: list[list[str]] = ROWS) -> bytes:
    """Write a workbook as an office does: amounts as numbers, one day as a real date."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([HEAD, *rows]):
        for column, cell in enumerate(row):
            if cell.lstrip("-").isdecimal():
                sheet.write_number(at, column, int(cell))
            else:
                sheet.write_string(at, column, cell)
    book.close()
    return content.getvalue()


def read(office: PointsOffice, content: bytes) -> PaperLedger:
    with office.database.reading() as session:
        return read_paper_ledger(
            session, community=office.community(session), content=content, now=office.now
        )


def take_over(office: PointsOffice, session: Session, content: bytes) -> int:
    community = office.community(session)
    keeper = office.staff(session, KEEPER_ZHOU)
    return import_paper_ledger(
        session,
        community=community,
        ledger=read_paper_ledger(session, community=community, content=content, now=office.now),
        recorder=Actor(keeper.key, keeper.id),
        channel="import",
        now=office.now,
    )


@pytest.mark.parametrize(
    "content",
    [csv(), csv(encoding="utf-8-sig"), csv(encoding="gbk"), excel()],
    ids=["utf-8", "utf-8 with a mark", "gbk", "excel"],
)
def test_a_ledger_that_adds_up_is_booked_whole(office: PointsOffice, content: bytes) -> None:
    assert office.in_transaction(lambda session: take_over(office, session, content)) == 4

    assert office.points(GRANDMA_JIN) == (5, 0)
    assert office.points(MA_YONGFU) == (4, 0)
    assert [reason for reason, _ in office.entries()] == ["扫雪", "读书会", "看望老人", "换纸巾"]
    assert office.texts(GRANDMA_JIN) == []  # nobody is told of what they have long known
    office.check_sums()
    assert office.verdict().is_sound


def test_no_line_is_booked_twice_whatever_file_it_stands_in(office: PointsOffice) -> None:
    office.in_transaction(lambda session: take_over(office, session, csv()))
    more = ["2026-05-01", "马永福", "", "践", "扫雪", "５分", "9"]
    longer = [*ROWS[:-1], more]

    refused = office.refusal(lambda session: take_over(office, session, csv()))
    anew = read(office, excel(longer))

    assert refused == ("import_mistakes", {"count": "4"})
    assert [(one.line, one.wording[-5:]) for one in anew.mistakes] == [
        (line, "twice") for line in (2, 3, 4, 5)
    ]
    assert [(one.line, one.points) for one in anew.lines][-1] == (6, 5)


@pytest.mark.parametrize(
    ("line", "changed", "column", "what", "found", "expected"),
    [
        (2, {6: "6"}, "total", "total", "6", "5"),
        (3, {1: "马永富"}, "name", "name", "马永富", ""),
        (2, {2: "13900000104"}, "phone", "phone", "13900000104", ""),
        (2, {0: "2026-13-01"}, "day", "day", "2026-13-01", ""),
        (2, {0: "2027-01-01"}, "day", "day", "2027-01-01", ""),
        (2, {5: "1.5"}, "points", "number", "1.5", ""),
        (2, {5: "0", 6: "0"}, "points", "zero", "0", ""),
        (2, {5: "9999999"}, "points", "number", "9999999", ""),
        (2, {3: "学习"}, "point_class", "class", "学习", ""),
        (2, {4: " "}, "reason", "reason", "", ""),
        (6, {5: "10"}, "points", "sum", "10", "9"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_nothing_is_booked(
    office: PointsOffice,
    line: int,
    changed: dict[int, str],
    column: str,
    what: str,
    found: str,
    expected: str,
) -> None:
    rows = [list(row) for row in ROWS]
    for at, cell in changed.items():
        rows[line - 2][at] = cell

    first = read(office, csv(rows)).mistakes[0]

    assert (first.line, first.column, first.wording, first.found, first.expected) == (
        line,
        column,
        f"sms.points.import_{what}",
        found,
        expected,
    )
    refused = office.refusal(lambda session: take_over(office, session, csv(rows)))
    assert refused[0] == "import_mistakes"


def test_every_mistake_is_listed_at_once_and_one_slip_is_told_once(office: PointsOffice) -> None:
    rows = [list(row) for row in ROWS]
    rows[0][6] = "7"  # and the balances after it go on from there
    rows[2][6], rows[3][6] = "17", "7"
    rows[1][5] = "vier"
    rows[4][0] = '"合计'  # a quote that nobody closes

    mistakes = [(one.line, one.column) for one in read(office, csv(rows)).mistakes]

    assert mistakes == [(2, "total"), (3, "points"), (6, "")]


def test_spending_more_than_there_was_is_a_mistake(office: PointsOffice) -> None:
    rows = [["2026-03-01", "金桂兰", "", "践", "换油", "-60", "-60"]]

    assert [one.wording for one in read(office, csv(rows)).mistakes] == [
        "sms.points.import_below_zero"
    ]


def test_two_of_one_name_need_a_telephone(office: PointsOffice) -> None:
    office.in_transaction(lambda session: move_in(session, office.community_id, OTHER_JIN))
    rows = [["2026-03-01", "金桂兰", "", "践", "扫雪", "5", "5"]]

    assert read(office, csv(rows)).mistakes[0].wording == "sms.points.import_several"
    rows[0][2] = OTHER_JIN.phone
    assert read(office, csv(rows)).mistakes == ()


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (csv(head=["日期", "姓名", "电话", "类别", "事由", "分", "余"]), "import_columns"),
        (b"", "import_columns"),
        (b"\xff\xfe\x00\x81\x00", "unreadable_file"),
        (b"PK\x03\x04 no workbook", "unreadable_file"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(
    office: PointsOffice, content: bytes, refused: str
) -> None:
    with pytest.raises(Refusal, match=refused):
        read(office, content)


def test_a_sheet_without_lines_books_nothing(office: PointsOffice) -> None:
    assert office.refusal(lambda session: take_over(office, session, csv([])))[0] == "import_empty"
