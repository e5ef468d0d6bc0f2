"""What a telephone number proves: whoever forges one can learn nothing and take nothing.

A forger sends texts and rings with somebody's number, but reads and answers nothing that goes
there. What follows is the table of who may do what with which proof, row by row.
"""

from __future__ import annotations

from sqlalchemy import select

from core.residents.pins import set_pin
from core.residents.queries import find_residents
from core.staff.tables import StaffCodeRow
from tests.line import Line
from tests.points_line import credit, points_of, stock_of
from tests.world import (
    GRANDMA_CAO,
    GRANDMA_JIN,
    GRANDMA_ZHANG,
    GRANDPA_WANG,
    KEEPER_ZHOU,
    LIU_YULAN,
    MA_YONGFU,
    MASTER_WANG,
    STRANGER,
)

HIDDEN = "anonymous"
_KEYS = ("2", "21", "311", "4", "82", "99*")  # every door of the first menu, and what is behind
_NEVER_SPOKEN = ("透析", "管子", "金桂兰", "曹桂兰", "马永福", "三号楼", "402", "四零二")
_NEVER_TEXTED = ("3-2", "402", "金桂兰", "透析", MASTER_WANG.phone.removeprefix("+86"))


def test_any_telephone_may_ask_for_help_and_hear_when_we_are_there(line: Line) -> None:
    line.ring(HIDDEN).press("1", "1").speak("北苑楼道的灯坏了", key="#").hang_up()
    assert "记下了" in line.text(STRANGER, "下水道堵了")
    assert "5800000" in line.text(STRANGER, "几点上班")
    assert line.text(STRANGER, "退订")  # at once, whoever asks
    assert "120" in line.text(STRANGER, "救命，老头子叫不应了")
    assert len(line.cases()) == 3
    assert [case["urgency"] for case in line.cases()].count("P0") == 1


def test_a_forged_voice_hears_and_moves_nothing(line: Line) -> None:
    line.text(GRANDMA_JIN, "我透析的管子漏水了")
    for who in (GRANDMA_CAO, GRANDMA_ZHANG, GRANDPA_WANG):
        credit(line, who, "扫雪 17")
    line.settle()
    stock, status = stock_of(line, "oil"), line.case(1)["status"]

    heard = ""
    for who in (GRANDMA_JIN, GRANDMA_CAO):
        for keys in _KEYS:
            call = line.ring(who).press(*keys)
            heard += call.everything_heard
            call.hang_up()
    line.settle()
    for secret in (*_NEVER_SPOKEN, "十七分"):
        assert secret not in heard, secret
    for person in (GRANDMA_JIN, GRANDMA_CAO, MASTER_WANG):
        digits = person.phone.removeprefix("+86")
        assert digits not in heard
        assert _spoken(digits) not in heard
    assert (line.case(1)["status"], stock_of(line, "oil")) == (status, stock)
    assert any("17分" in words for words in line.inbox(GRANDMA_CAO))  # to her telephone instead

    assert "十七分" in line.ring(GRANDMA_ZHANG).press("3").everything_heard  # she agreed to it
    with line.database.transaction() as session:
        (resident,) = find_residents(session, line.community(session).id, GRANDPA_WANG.name)
        set_pin(session, resident=resident, pin="4807", now=line.now)
    for guess in ("1234", "2580", "0001", "1949", "8888"):
        call = line.ring(GRANDPA_WANG).press("3")
        assert "十七分" not in call.press(guess).heard
        call.hang_up()
    assert "密码" not in line.ring(GRANDPA_WANG).press("3").heard  # the office sets another


def test_a_forged_text_learns_and_moves_nothing(line: Line) -> None:
    line.text(GRANDMA_JIN, "厨房下水道堵了")
    credit(line, LIU_YULAN, "扫雪 20")
    line.settle()
    for words in ("进度", "进度 1", "积分"):
        reply = line.text(GRANDMA_JIN, words)  # goes to her own telephone, and says little
        assert [secret for secret in _NEVER_TEXTED if secret in reply] == []
    assert "0001" not in line.text(MA_YONGFU, "进度 1")  # nobody else's matter
    assert "20分" not in line.text(LIU_YULAN, "积分")  # who shares a phone is asked which of them

    line.text(MASTER_WANG, "接1")
    line.text(MASTER_WANG, "办结1 通了")
    line.text(GRANDMA_JIN, "1")  # no question is open: a one closes nothing
    assert line.case(1)["status"] == "awaiting_confirmation"

    line.advance(minutes=31)  # the keeper's code serves half an hour
    for who, wish in ((KEEPER_ZHOU, "加分 马永福 扫雪 20"), (GRANDMA_JIN, "取消 1")):
        assert "两位数" in line.text(who, wish)
        for _ in range(3):
            assert "对不上" in line.text(who, _wrong_code(line, who.phone))
            line.advance(minutes=1)
        line.advance(minutes=11)  # the same words sooner are answered and not obeyed
        line.text(who, wish)
        assert len(_newest_code(line, who.phone)) == 6
    assert (line.case(1)["status"], points_of(line, MA_YONGFU)) == ("awaiting_confirmation", (0, 0))
    assert "取消了" in line.text(GRANDMA_JIN, _newest_code(line, GRANDMA_JIN.phone))  # she herself


def _newest_code(line: Line, phone: str) -> str:
    with line.database.reading() as session:
        newest = select(StaffCodeRow.code).where(StaffCodeRow.phone == phone)
        return session.scalars(newest.order_by(StaffCodeRow.id.desc())).first() or ""


def _wrong_code(line: Line, phone: str) -> str:
    code = _newest_code(line, phone)
    return str(int(code) + 1) if int(code) + 1 < 10 ** len(code) else str(int(code) - 1)


def _spoken(digits: str) -> str:
    return "".join("零幺二三四五六七八九"[int(one)] for one in digits)
