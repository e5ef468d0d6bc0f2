"""At the desk: households are asked, notices go out, standing orders are kept."""

from __future__ import annotations

import csv
import io
import re

from sqlalchemy import select

from core.cases.tables import CaseRow
from core.residents.tables import ResidentRow
from core.standing.tables import StandingOrderRow, WelfareRow
from tests.console import Clerk
from tests.line import DEMO_FILE, Line
from tests.neighbours_line import DENG, JIANG, QIU, consultation, notice
from tests.world import (
    DEPUTY_CHEN,
    GRANDMA_CAO,
    GRANDMA_JIN,
    LEADER_SUN,
    LEADER_ZHAO,
    MA_YONGFU,
    XIAO_LI,
    ZHANG_MIN,
    local,
)

_QUESTION = {"words": "疏通主管道", "place": "3-3", "total": "360", "each": "30", "rule": "usual"}


def _estate(clerk: Clerk, path: str) -> str:
    page = clerk.get(path).get_data(as_text=True)
    found = re.search(r'<option value="(\d+)"[^>]*>青湖华庭', page)
    assert found is not None
    return found[1]


def test_households_are_asked_counted_and_charged_at_the_desk(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    leader = Clerk(line).enter(XIAO_LI)
    asked = {**_QUESTION, "estate": _estate(leader, "/staff/consultations/new"), "case": "1"}
    for changed, said in (
        ({"each": "40"}, "对一对"),
        ({"place": "天上"}, "请选小区"),
        ({"place": "77-7"}, "没有登记的住户"),
        ({"words": "长" * 80}, "太长"),
        ({"days": "90"}, "天数"),
        ({"rule": "major"}, "没登记面积"),
        ({"total": "三毛", "each": ""}, "看不懂"),
    ):
        refused = leader.post("/staff/consultations/new", **(asked | changed), step="open")
        assert (refused.status_code, said in refused.get_data(as_text=True)) == (422, True), said
    looked = leader.post("/staff/consultations/new", **asked)
    assert "问这12户" in looked.get_data(as_text=True)
    assert "还没有问过住户" in leader.page("/staff/consultations")  # looking asks nobody
    sun = Clerk(line).enter(LEADER_SUN)  # of another grid
    foreign = sun.post("/staff/consultations/new", **asked, step="open")
    assert "别的网格" in foreign.get_data(as_text=True)

    for _ in range(2):  # the same form, sent twice
        leader.does("/staff/consultations/new", **asked, step="open", once="once-and-no-more")
    line.settle()
    assert line.inbox(JIANG)[-1].startswith("【东城社区】疏通主管道。同意回1")
    assert len(consultation(line)["households"]) == 12
    assert sun.get("/staff/consultations/1").status_code == 404
    assert sun.post("/staff/consultations/1/close").status_code == 404
    line.text(JIANG, "2")
    one = "/staff/consultations/1"
    assert "记下了" in leader.does(f"{one}/ballot", room="3-3-601", answer="agree", words="方大爷")
    assert leader.post(f"{one}/ballot", room="9-9-999", answer="agree").status_code == 422
    assert leader.post(f"{one}/ballot", room="3-3-601").status_code == 422
    assert leader.post(f"{one}/paid", room="3-3-601").status_code == 422  # nothing is owed yet
    page = leader.page(one)
    assert "1户同意，1户不同意，10户没回 一样" in page
    assert "没问到的门里来的意见" in page
    for home in consultation(line)["households"]:
        if home["answer"] is None:
            leader.does(f"{one}/ballot", room=home["place"], answer="agree")
    leader.does(f"{one}/close")
    assert leader.post(f"{one}/close").status_code == 409
    assert leader.post(f"{one}/ballot", room="3-3-601", answer="disagree").status_code == 303
    assert consultation(line)["agree"] == 11  # what came late is kept, and not counted
    leader.does(f"{one}/paid", room="3-3-601")
    leader.does(f"{one}/paid", room="3-3-602", yuan="12.50")
    assert leader.post(f"{one}/paid", room="3-3-602", yuan="31").status_code == 422
    leader.does(f"{one}/paid", room="3-3-601", undo="1")
    assert consultation(line)["paid_fen"] == 1250
    sheet = leader.get(f"{one}.csv").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(sheet.removeprefix("\ufeff"))))
    assert len(rows) == 13
    assert sum(row[2] == "同意" for row in rows) == 11
    line.settle()
    assert "您家30元" in line.inbox(QIU)[-1]
    leader.does("/staff/consultations/new", **(asked | {"case": ""}), step="open")
    leader.does("/staff/consultations/2/stop")
    assert consultation(line, 2)["state"] == "called_off"


def test_a_notice_is_looked_at_agreed_to_by_another_and_stopped(line: Line) -> None:
    clerk = Clerk(line).enter(ZHANG_MIN)
    given = {"words": "明天9点停水", "whom": "everybody", "channel": "text", "place": "3-3"}
    given["estate"] = _estate(clerk, "/staff/notices/new")
    for changed, said in (
        ({"whom": "nobody"}, "请选发给谁"),
        ({"words": "长" * 90}, "太长"),
        ({"until": "昨天"}, "时间看不懂"),
        ({"until": "2026-11-22T10:00"}, "时间已经过了"),
        ({"place": "77-7"}, "没有能通知到的人"),
    ):
        refused = clerk.post("/staff/notices/new", **(given | changed), step="open")
        assert (refused.status_code, said in refused.get_data(as_text=True)) == (422, True), said
    looked = clerk.post("/staff/notices/new", **given).get_data(as_text=True)
    assert "请陈静同意" in looked
    count = int(re.search(r"<b>(\d+)</b>", looked)[1])  # type: ignore[index]
    assert "还没有发过通知" in clerk.page("/staff/notices")
    for _ in range(2):
        clerk.does("/staff/notices/new", **given, step="open", once="once-and-no-more")
    assert clerk.post("/staff/notices/1/agree").status_code == 409  # not by oneself
    line.settle()
    assert not any("停水" in words for words in line.inbox(JIANG))
    deputy = Clerk(line).enter(DEPUTY_CHEN)
    assert "这一批等您同意" in deputy.page("/staff/notices/1")
    deputy.does("/staff/notices/1/agree")
    assert deputy.post("/staff/notices/1/agree").status_code == 409
    assert "没有" in line.text(DEPUTY_CHEN, "1") or notice(line)["stages"][0]["state"] == "running"
    line.settle()
    assert any("明天9点停水" in words for words in line.inbox(JIANG))
    assert notice(line)["phones"] == count
    assert "收到" in clerk.page("/staff/notices/1/live")
    members = {**given, "members_first": "1", "place": "", "estate": "", "words": "要换主管道"}
    clerk.does("/staff/notices/new", **members, step="open")
    deputy.does("/staff/notices/2/agree")
    line.advance(minutes=2)
    assert any("要换主管道" in words for words in line.inbox(DENG))  # a member
    assert not any("要换主管道" in words for words in line.inbox(QIU))
    clerk.does("/staff/notices/2/stop")
    assert clerk.post("/staff/notices/2/next").status_code == 409
    assert clerk.post("/staff/notices/2/stop").status_code == 409
    assert notice(line, 2)["stopped_at"]
    clerk.does("/staff/notices/new", **given, step="open")
    assert "没有发" in deputy.does("/staff/notices/3/refuse") or "没同意" in deputy.page(
        "/staff/notices/3"
    )


def test_a_standing_order_is_made_of_a_case_changed_skipped_and_ended(line: Line) -> None:
    line.text(MA_YONGFU, "帮我去医院取药")
    clerk = Clerk(line).enter(ZHANG_MIN)
    assert 'value="取药"' in clerk.get("/staff/standing/new", case="1").get_data(
        as_text=True
    ) or "马永福" in clerk.page("/staff/standing/new", case="1")
    given = {"case": "1", "name": "取药", "kind": "medicine", "rhythm": "month"}
    for changed, said in (({"day": "40"}, "每月几号"), ({"day": ""}, "每月几号")):
        refused = clerk.post("/staff/standing/new", **given, **changed)
        assert (refused.status_code, said in refused.get_data(as_text=True)) == (422, True)
    nobody = {"who": "天上的人", "name": "取药", "kind": "medicine", "day": "5"}
    assert "没有这位居民" in clerk.post("/staff/standing/new", **nobody).get_data(as_text=True)
    for _ in range(2):
        clerk.does("/staff/standing/new", **given, day="5", once="once-and-no-more")
    with line.database.reading() as session:
        (order,) = session.scalars(select(StandingOrderRow)).all()
        assert (order.month_day, order.vital, order.edited) == (5, True, ["added"])  # dialysis
        assert str(order.serves_on) == "2026-12-04"  # the 5th is a Saturday; never later
        order_id = order.id
    line.load(_demo())  # the file does not name it, and leaves it
    path = f"/staff/standing/{order_id}"
    assert "取药" in clerk.page("/staff/standing")
    clerk.does(path, **(given | {"day": "25", "lead_workdays": "1", "vital": "no"}))
    line.advance_to(local("2026-11-24 10:30"))
    clerk = Clerk(line).enter(ZHANG_MIN)
    clerk.does(f"{path}/skip")  # its case is open: it is withdrawn
    clerk.does(f"{path}/skip")  # the next is left out before it opens
    with line.database.reading() as session:
        order = session.get_one(StandingOrderRow, order_id)
        assert (str(order.skipped_on), str(order.falls_on)) == ("2026-12-25", "2027-01-25")
        assert not order.vital
    with line.database.reading() as session:
        case = session.scalars(select(CaseRow).order_by(CaseRow.id.desc())).first()
        assert case is not None
        assert (case.number, case.status) == (2, "withdrawn")
    zhao = Clerk(line).enter(LEADER_ZHAO)  # of another grid
    assert zhao.get(path).status_code == 404
    assert "取药" not in zhao.page("/staff/standing")
    assert zhao.post(f"{path}/end").status_code == 404
    sun = Clerk(line).enter(LEADER_SUN)
    with line.database.reading() as session:
        cao = (
            session.scalars(select(ResidentRow).where(ResidentRow.key == GRANDMA_CAO.key)).one().id
        )
    sun.does(
        "/staff/standing/new", resident=cao, name="助浴", kind="bath", rhythm="week",
        weekday="monday",
    )  # fmt: skip
    clerk.does(f"{path}/end")
    assert clerk.get(path).status_code == 404
    line.load(_demo())
    with line.database.reading() as session:
        assert session.get_one(StandingOrderRow, order_id).left_at is not None


def test_welfare_calls_are_entered_changed_and_ended_at_the_desk(line: Line) -> None:
    clerk = Clerk(line).enter(ZHANG_MIN)
    with line.database.reading() as session:
        resident = session.scalars(
            select(ResidentRow).where(ResidentRow.key == GRANDMA_CAO.key)
        ).one()
        whose, name = resident.id, resident.name
    given = {"resident": whose, "at": "09:30", "days": ["monday", "friday"]}
    contact = {"contact_name": "女儿", "contact_phone": "139 0000 0207"}
    for changed, said in (
        ({"at": "23:00"}, "06:00"),
        ({"at": "nine"}, "几点"),
        ({"days": []}, "哪几天"),
        ({"contact_phone": ""}, "一起写"),
        ({"contact_phone": "12"}, "联系人电话"),
    ):
        refused = clerk.post("/staff/welfare/new", **(given | contact | changed))
        assert (refused.status_code, said in refused.get_data(as_text=True)) == (422, True), said
    for _ in range(2):
        clerk.does("/staff/welfare/new", **given, **contact, once="once-and-no-more")
    with line.database.reading() as session:
        (call,) = session.scalars(
            select(WelfareRow).where(WelfareRow.resident_id == whose, WelfareRow.left_at.is_(None))
        )
        assert (call.weekdays, call.at, call.contact_phone) == ("15", "09:30", "+8613900000207")
        call_id, first = call.id, call.next_at
    path = f"/staff/welfare/{call_id}"
    assert name in clerk.page("/staff/standing")
    assert "已经有了" in clerk.post("/staff/welfare/new", **given, **contact).get_data(as_text=True)
    clerk.does(path, at="10:45", days=["tuesday"])
    line.load(_demo())  # the file does not name it, and leaves it
    with line.database.reading() as session:
        call = session.get_one(WelfareRow, call_id)
        assert (call.weekdays, call.at, call.contact_name) == ("2", "10:45", "")
        assert call.next_at != first
        assert call.left_at is None
    assert Clerk(line).enter(LEADER_ZHAO).get(path).status_code == 404  # of another grid
    clerk.does(f"{path}/end")
    assert clerk.get(path).status_code == 404


def _demo() -> str:
    return DEMO_FILE.read_text(encoding="utf-8").partition("\n# ── 邻里:定期帮办")[0]
