"""The register, lists, the office's own settings, reports and exports; hostile words in all."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import python_calamine
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from core.audit.tables import AuditRow
from core.cases.tables import CaseRow
from core.loading.operations import load_file
from core.loading.rebuilding import raw_file
from core.loading.writing import as_toml
from core.residents.tables import ResidentRow
from tests.console import Clerk, tags_of, text_of
from tests.line import DEMO_FILE, Line
from tests.world import DIRECTOR_GUO, GRANDMA_JIN, LIU_YULAN, MA_YONGFU, ZHANG_MIN

HOSTILE = (
    '"><svg onload=alert(1)>',
    "{{7*7}}",
    '=HYPERLINK("https://evil.example","点我")',
    "@SUM(1+1)",
    "\u202etxt.exe",
    "a\x00b",
    "长" * 5_000,
    "' onfocus='alert(1)",
)


def _list(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(("姓名,电话,小区,地址,出生年", *lines)).encode(encoding)


def _upload(clerk: Clerk, content: bytes, name: str = "名单.csv") -> Any:
    return clerk.send("/staff/residents/import", {"list": (io.BytesIO(content), name)})


def _a_list_full_of_slips(clerk: Clerk) -> None:
    """Each slip is told on its own line, and takes no other line with it."""
    lines = (
        '"><svg onload=alert(1)>,13900000700,青湖华庭,3-2-1,1950',
        "金小宝,13900000701,青湖华庭,3-2-402,1980",
        "金小宝,139 0000 0701,青湖华庭,3号楼2单元402,1980",
        "金大宝,13900000701,青湖华庭,3-2-402,1950",
        "没小区,13900000702,没有的小区,1-1-1,1950",
        f"{'长' * 5_000},13900000703,青湖华庭,1-1-1,1950",
        '"张\n三",13900000704,青湖华庭,1-1-1,1950',
        "打社区,0993-5800000,青湖华庭,1-1-1,1950",
    )
    looked = clerk.get(_upload(clerk, _list(*lines)).headers["Location"])
    wrong, right = text_of(looked).split("可以收进来的")
    assert "对的2行：新增2人" in wrong
    for number, said in (
        (2, "引号没有成对"),
        (4, "和第3行一样"),
        (6, "没有“没有的小区”这个小区,有的是:青湖华庭、"),
        (7, "姓名：太长了:有 5000 个字"),
        (8, "姓名：里面有换行"),
        (10, "社区自己的号码"),
    ):
        assert re.search(rf"\b{number}\b[^。]{{1,120}}{re.escape(said)}", wrong), (number, wrong)
    assert "长" * 61 not in wrong
    assert "青湖华庭3-2-402" in right
    assert "和第5行的金大宝同一个电话" in right
    assert "和第3行的金小宝同一个电话" in right
    assert "qinghu" not in right


def test_a_list_is_looked_at_and_its_right_lines_are_taken(line: Line) -> None:
    clerk = Clerk(line).enter(ZHANG_MIN)
    lines = [
        f"新居民{n},1391{n:07d},青湖华庭,{n % 8 + 1}-1-{100 + n},19{n % 60 + 30}" for n in range(60)
    ]
    lines[7] = "没电话,12345,青湖华庭,1-1-101,1950"
    lines[20] = "没小区,13911111111,天上小区,1-1-102,1950"
    lines[33] = "没年份,13911111112,青湖华庭,1-1-103,大概五零"
    with line.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(ResidentRow)) or 0

    looked = _upload(clerk, _list(*lines, encoding="gbk"))
    assert looked.status_code == 303
    preview = clerk.page(looked.headers["Location"])
    assert "对的57行：新增57人" in preview
    assert "有问题的3行" in preview
    for number in (9, 22, 35):
        assert re.search(rf"\b{number}\b", preview.split("可以收进来的")[0])
    clerk.does(looked.headers["Location"])
    with line.database.reading() as session:
        after = session.scalar(select(func.count()).select_from(ResidentRow)) or 0
    assert after - before == 57
    assert clerk.get(looked.headers["Location"]).status_code == 404  # taken once

    # a load of the community file leaves whom the desk added
    line.load(DEMO_FILE.read_text(encoding="utf-8"))
    assert "新居民1" in clerk.page("/staff/residents", q="新居民1")
    # what is given out can be read in again, and changes nothing
    exported = clerk.get("/staff/residents/export.xlsx").get_data()
    again = clerk.page(_upload(clerk, exported, "again.xlsx").headers["Location"])
    assert "新增0人" in again
    assert "有问题的0行" in again
    refused = ((b"", "空的"), (b"\xff\xd8\xff", "打不开"), (b"a,b\n1,2", "姓名"))
    for content, said in refused:
        answer = _upload(clerk, content)
        assert (answer.status_code, said in text_of(answer)) == (422, True), said
    assert "请选一个" in text_of(_upload(clerk, b"", name=""))
    _a_list_full_of_slips(clerk)
    shared = _upload(clerk, _list("金小宝,13900000101,青湖华庭,3-2-402,1980"))
    assert "金桂兰同一个电话" in clerk.page(shared.headers["Location"])


def test_the_office_is_changed_under_the_checks_of_the_community_file(line: Line) -> None:
    with line.database.reading() as session:
        rebuilt = as_toml(raw_file(session, line.community(session), residents=True))
    assert tomllib.loads(rebuilt)["staff"][0]["name"] == "张敏"
    with line.database.transaction() as session:
        changes = load_file(session, name="rebuilt", text=rebuilt, now=line.now)
    assert changes.is_empty, str(changes)

    line.text(GRANDMA_JIN, "厨房下水道堵了")
    boss = Clerk(line).enter(DIRECTOR_GUO)
    assert "还没有联系人" in text_of(boss.post("/staff/office/staff/wangshifu/end"))
    page = boss.get("/staff/office/staff/wangshifu")
    assert "王建国" in page.get_data(as_text=True)
    fields = {"name": "王建国", "called": "王师傅", "roles": "property", "estates": "qinghu"}
    wrong = boss.post("/staff/office/staff/wangshifu", **fields, phones="12")
    assert wrong.status_code == 422
    assert "打得通的号码" in text_of(wrong)
    assert "王师傅" in wrong.get_data(as_text=True)
    boss.does("/staff/office/staff/wangshifu", **fields, phones="13900000002, 13900000099")
    new = {"name": "李新物业", "roles": "property", "phones": "13900000077", "estates": "qinghu"}
    boss.does("/staff/office/staff/new", **new)
    boss.does("/staff/office/staff/wangshifu/end")  # his case is handed over
    assert line.case(1)["assignee"] == "lixinwuye"
    boss.does("/staff/office/reward/new", name="毛巾", price="8", stock="5")
    assert "毛巾" in boss.page("/staff/shop")
    office = boss.get("/staff/office/office/office")
    given = {
        str(a["name"]): str(a.get("value") or "")
        for tag, a in tags_of(office)
        if tag == "input" and a.get("name") not in (None, "csrf", "q", "back")
    }
    given |= {
        "deputy": "chendeputy",
        "director": "guodirector",
        "local_days": "2026-12-01 停暖检修",
    }
    boss.does("/staff/office/office/office", **given)
    with line.database.reading() as session:
        assert line.community(session).office["local_days"][0]["name"] == "停暖检修"
    clerk = Clerk(line).enter(ZHANG_MIN)
    assert clerk.get("/staff/office/staff/keeper").status_code == 403
    given_out = tomllib.loads(boss.get("/staff/office/community.toml").get_data(as_text=True))
    assert given_out["office"]["local_days"][0]["name"] == "停暖检修"
    assert "wangshifu" not in {person["key"] for person in given_out["staff"]}

    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises(DBAPIError), line.database.transaction() as session:
            session.execute(text(statement))
    with line.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow))


def test_a_report_says_what_counting_from_scratch_says(line: Line) -> None:
    for who, words in ((GRANDMA_JIN, "下水道堵了"), (LIU_YULAN, "灯不亮"), (MA_YONGFU, "没暖气")):
        line.text(who, words)
    line.text(GRANDMA_JIN, "电梯坏了")
    line.settle()
    clerk = Clerk(line).enter(ZHANG_MIN)
    clerk.does("/staff/cases/1/accept")
    line.clock.set(line.now + timedelta(hours=2))
    clerk = Clerk(line).enter(ZHANG_MIN)
    clerk.does("/staff/cases/1/done", words="通了")
    clerk.does("/staff/cases/1/answer", solved="yes")
    clerk.does("/staff/cases/2/done", words="换了")
    clerk.does("/staff/cases/2/answer", solved="no", words="还是不亮")
    line.clock.set(line.now + timedelta(days=7))
    clerk = Clerk(line).enter(ZHANG_MIN)

    page = clerk.page("/staff/report", month="2026-11")
    with line.database.reading() as session:
        cases = session.scalars(select(CaseRow)).all()
        now = line.now
        on_time = [
            c for c in cases if c.first_feedback_at and c.first_feedback_at <= c.first_due_at
        ]
        decided = [c for c in cases if c.first_feedback_at or c.first_due_at < now]
        late = [c for c in decided if c not in on_time]
        session.expunge_all()
    assert (len(cases), len(on_time), len(decided), len(late)) == (4, 2, 4, 2)
    assert "4 收到" in page
    assert "2 过期" in page
    assert "三个工作日内回话 50.0% 2 / 4" in page
    assert "居民说办好了 50.0% 1 / 2" in page  # of two who said; the silent are in neither
    assert "居民满意 — 0 / 0" in page
    behind = clerk.page("/staff/report/cases", month="2026-11", figure="late")
    assert {c.words for c in late} == {c.words for c in cases if c.words in behind}
    by = clerk.page(
        "/staff/report/cases", month="2026-11", figure="received", by="category", value="repair"
    )
    assert {c.words for c in cases if c.category == "repair"} == {
        c.words for c in cases if c.words in by
    }
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(clerk.get("/staff/report.xlsx", month="2026-11").get_data())
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert ["收到", 4.0, "", 0.0, 0.0, 4.0] in rows
    assert ["三个工作日内回话", 2.0, 4.0, "", "", ""] in rows
    pdf = clerk.get("/staff/report.pdf", month="2026-11")
    assert pdf.get_data()[:5] == b"%PDF-"
    assert "2026年" in clerk.page("/staff/report", year="2026")
    assert "没有找到" in clerk.page("/staff/report/cases", year="2025", figure="received")

    line.settle()  # it is the Monday after
    assert (
        "上周收到4件，按时回话2/4，居民说好1/2，过期2件，还在办3件" in line.inbox(DIRECTOR_GUO)[-1]
    )


def test_hostile_words_are_shown_as_words_everywhere(line: Line) -> None:
    boss = Clerk(line).enter(DIRECTOR_GUO)
    for words in HOSTILE:
        assert boss.post("/staff/cases/new", words=words, place=words, once="").status_code == 303
        boss.post("/staff/residents/new", name=words[:90] or "x", called=words[:90], place="")
        boss.post("/staff/office/estate/new", name=words[:80])
        boss.get("/staff/cases", q=words)
        boss.post("/staff/cases/1/note", words=words)
        estate = {"name": "青湖华庭", "plan": words[:60]}
        boss.post("/staff/office/estate/qinghu", **estate)
        asked = {"words": words[:40], "estate": 1, "place": "3-3", "step": "open"}
        boss.post("/staff/consultations/new", **asked)
        boss.post("/staff/consultations/1/ballot", room=words[:30], answer="agree", words=words)
        boss.post("/staff/notices/new", **asked, whom="everybody")
        order = {"who": "金桂兰", "name": words[:30], "kind": "other", "day": "5"}
        boss.post("/staff/standing/new", **order)
        boss.post("/staff/wording/sms.resident.greeting", words=words, language="zh_CN")
        boss.post("/staff/lexicon", lexicon=words)
        for path in ("/staff/prompts/first.report", "/staff/office/staff/xiaoli/picture"):
            boss.send(path, {"sound": (io.BytesIO(b"x"), words[:80]), "picture": words})
    case_page = boss.get("/staff/cases/1").get_data(as_text=True)
    assert "<svg onload" not in case_page
    for path in (
        *("/staff", "/staff/cases", "/staff/cases/1", "/staff/residents", "/staff/office"),
        *("/staff/report", "/staff/audit", "/staff/stuck", "/staff/tasks", "/staff/cards"),
        *("/staff/consultations", "/staff/consultations/1", "/staff/notices", "/staff/notices/1"),
        *("/staff/standing", "/staff/standing/1", "/staff/wording", "/staff/lexicon"),
        *("/staff/office/estate/qinghu", "/staff/prompts/first.report"),
    ):
        answer = boss.get(path)
        assert answer.status_code == 200, path
        for tag, attributes in tags_of(answer):
            assert tag != "svg" or "onload" not in attributes
            assert not any(name.startswith("on") for name in attributes), (path, tag, attributes)
            assert "style" not in attributes, (path, tag)
        assert "\x00" not in answer.get_data(as_text=True)
        assert "\u202e" not in answer.get_data(as_text=True)
    for path in (
        *("/staff/cases/export.csv", "/staff/residents/export.csv"),
        *("/staff/consultations/1.csv", "/staff/office/estate.csv"),
    ):
        rows = list(csv.reader(io.StringIO(boss.get(path).get_data(as_text=True))))
        live = [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert live == [], path
        if "residents" in path:
            assert any(cell.startswith("\t139") or "139" in cell for row in rows for cell in row)
    book = boss.get("/staff/cases/export.xlsx").get_data()
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet.lower()
