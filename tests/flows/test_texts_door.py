"""The door for texts: signatures, repeats, bad input, a database that is gone."""

from __future__ import annotations

import pytest
from sqlalchemy import text as sql

from app.intake import make_fallback_texts
from core.wording.segments import segments_of
from telephony.desk.posting import Answered
from telephony.fallback_texts import write_fallback_texts
from tests.line import Line
from tests.world import GRANDMA_JIN, LINE_NUMBER, MASTER_WANG, STRANGER, Person

_SID = "SM" + "1" * 32


def test_a_forged_or_missing_signature_changes_nothing(line: Line) -> None:
    for signature in ("", "forged", "伪造"):
        answered = line.post("/sms/inbound", _fields("下水道堵了"), signature=signature)
        assert answered.status == 403

    assert line.cases() == []
    assert line.client.post("/sms/inbound", data=_fields("下水道堵了")).status_code == 403
    assert line.client.post("/sms/inbound", json={"Body": "x"}).status_code == 403
    assert line.client.post("/sms/status?row=1&attempt=1", data={}).status_code == 403


def test_twenty_repeats_of_one_webhook_are_answered_alike_and_obeyed_once(line: Line) -> None:
    answers = {line.post("/sms/inbound", _fields("下水道堵了")) for _ in range(20)}

    assert len(answers) == 1
    assert len(line.cases()) == 1
    assert len(line.case(1)["events"]) == 2


def test_the_day_is_the_same_with_every_webhook_posted_twice(line: Line) -> None:
    line.twice = True
    line.text(GRANDMA_JIN, "下水道堵了")
    line.text(MASTER_WANG, "接1 明天来")
    line.text(MASTER_WANG, "办结1 通了")
    line.settle()

    whats = [event["what"] for event in line.case(1)["events"]]
    assert whats == ["received", "dispatched", "accepted", "done"]


def test_an_empty_text_is_answered_and_a_person_asks(line: Line) -> None:
    assert "没有字的短信" in line.text(GRANDMA_JIN, "")
    assert [task["kind"] for task in line.tasks()] == ["call_back"]


def test_five_thousand_characters_are_kept_whole(line: Line) -> None:
    words = "下水道堵了，" * 833 + "完"

    reply = line.text(GRANDMA_JIN, words)

    assert "0001号" in reply
    assert line.case(1)["text"] == words


def test_a_hundred_thousand_characters_are_kept_whole_and_alert_in_three_segments(
    line: Line,
) -> None:
    words = "厨房下水道堵了，" * 12_500

    assert "0001号" in line.text(GRANDMA_JIN, words)
    line.settle()

    assert line.case(1)["text"] == words
    assert {segments_of(message["body"]) for message in line.messages()} <= {1, 2, 3}


def test_emoji_stay_in_the_words(line: Line) -> None:
    line.text(GRANDMA_JIN, "🚰下水道堵了😭👵🏻")

    assert line.case(1)["text"] == "🚰下水道堵了😭👵🏻"


def test_a_nul_is_left_out_and_the_rest_kept(line: Line) -> None:
    answered = line.post("/sms/inbound", _fields("下水道\x00堵了"))

    assert answered.status == 200
    assert line.case(1)["text"] == "下水道堵了"
    assert line.post("/sms/inbound", _fields("\x00", sid="SM2")).status == 200


def test_only_a_picture_is_a_case_that_a_person_asks_about(line: Line) -> None:
    picture = {"NumMedia": "1", "MediaUrl0": "https://api.example/media/1"}
    answered = line.post("/sms/inbound", {**_fields(""), **picture})

    assert "图片收到了，0001号" in answered.body
    assert line.case(1)["text"] == "（只有图片）"
    assert [task["kind"] for task in line.tasks()] == ["picture"]


def test_a_picture_with_words_is_fetched_for_its_case(line: Line) -> None:
    picture = {"NumMedia": "1", "MediaUrl0": "https://api.example/media/1"}
    line.post("/sms/inbound", {**_fields("墙裂了"), **picture})

    with line.database.reading() as session:
        rows = session.execute(sql("SELECT kind, case_id FROM outbox WHERE kind = 'fetch'")).all()
    assert [tuple(row) for row in rows] == [("fetch", 1)]


@pytest.mark.parametrize("sender", ["anonymous", "+266696687", "", "Restricted"])
def test_a_hidden_number_is_a_case_of_its_own_each_time(line: Line, sender: str) -> None:
    for sid in ("SM1", "SM2"):
        fields = {**_fields("下水道堵了", sid=sid), "From": sender}
        assert "号" in line.post("/sms/inbound", fields).body

    assert len(line.cases()) == 2
    assert line.case(1)["resident"] == {"name": None, "phone": None}
    status = {**_fields("进度", sid="SM3"), "From": sender}
    assert "没有在办的事" in line.post("/sms/inbound", status).body
    assert line.post("/sms/inbound", {**_fields("1", sid="SM4"), "From": sender}).status == 200
    cry = {**_fields("救命", sid="SM5"), "From": sender}
    assert "120" in line.post("/sms/inbound", cry).body


@pytest.mark.parametrize("number", ["+869931111111", ""])
def test_a_text_to_nobodys_number_is_the_only_communitys(line: Line, number: str) -> None:
    answered = line.post("/sms/inbound", {**_fields("下水道堵了"), "To": number})

    assert "0001号" in answered.body


def test_of_several_communities_none_is_guessed(line: Line) -> None:
    line.expects_errors = True
    line.load(_OTHER, name="other.toml")
    answered = line.post("/sms/inbound", {**_fields("下水道堵了"), "To": "+869931111111"})

    assert (answered.status, "<Message>" in answered.body) == (200, False)
    assert line.cases() == []


def test_a_webhook_without_an_id_is_refused_in_words(line: Line) -> None:
    fields = _fields("下水道堵了")
    del fields["MessageSid"]

    assert line.post("/sms/inbound", fields).status == 400
    assert line.post("/sms/status", {"MessageSid": _SID}).status == 400
    assert line.post("/sms/status?row=x&attempt=1", {"MessageSid": _SID}).status == 400


def test_what_cannot_be_stored_waits_in_a_file_and_is_taken_in_once(line: Line) -> None:
    line.expects_errors = True
    intake, folder = line.services.intake, line.settings.var / "spool"
    with line.database.reading() as session:
        write_fallback_texts(session, make_fallback_texts(line.settings))
    _break(line)

    away = line.post("/sms/inbound", _fields("下水道堵了"))
    again = line.post("/sms/inbound", _fields("下水道堵了"))
    cry = line.post("/sms/inbound", _fields("着火了救命") | {"MessageSid": "SM" + "f" * 32})

    assert (away.status, again.body) == (200, away.body)
    assert "【东城社区】您的话记下了" in away.body
    assert "请马上打120、119或110" in cry.body
    assert (intake.spool.waiting(), intake.take_in()) == (2, 0)  # it is still away
    assert {file.stat().st_mode & 0o777 for file in folder.glob("*.kept")} == {0o600}
    _mend(line)

    assert [intake.take_in(), intake.take_in()] == [2, 0]
    line.settle()
    assert [case["urgency"] for case in line.cases()] == ["P2", "P0"]
    (reply,) = [words for words in line.inbox(GRANDMA_JIN) if "0001号" in words]
    assert "记下了" in reply
    late = line.post("/sms/inbound", _fields("下水道堵了"))  # the provider tries once more
    assert (late.status, "Message" in late.body) == (200, False)
    assert len(line.cases()) == 2


def test_what_cannot_even_be_put_aside_is_asked_for_again(line: Line) -> None:
    line.expects_errors = True
    line.settings.var.mkdir(exist_ok=True)
    (line.settings.var / "spool").write_text("no folder")
    _break(line)
    assert line.post("/sms/inbound", _fields("下水道堵了")).status == 503
    _mend(line)

    assert line.post("/sms/inbound", _fields("下水道堵了")).status == 200
    assert line.case(1)["text"] == "下水道堵了"


def test_a_fault_of_ours_does_not_lose_the_words(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.expects_errors = True

    def fails(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("sms.answering.reply_to_resident", fails)

    answered = line.post("/sms/inbound", _fields("下水道堵了"))

    assert "记下了，0001号" in answered.body
    assert line.case(1)["text"] == "下水道堵了"


def test_a_status_settles_its_message_in_rank_order(line: Line) -> None:
    line.text(GRANDMA_JIN, "下水道堵了")
    line.settle()
    alert = line.messages()[-1]
    assert alert["to"] == MASTER_WANG.phone

    late = _status(line, alert["id"], "sent")

    assert late.status == 200
    assert line.messages()[-1]["state"] == "delivered"


def test_two_communities_have_each_their_own(line: Line) -> None:
    line.load(_OTHER, name="other.toml")
    to = "+869935900000"

    reply = line.text(STRANGER, "下水道堵了", number=to)

    assert reply.startswith("【西城社区】")
    assert line.case(1)["community"] == "xicheng"
    assert "没有在办的事" in line.text(STRANGER, "进度")


def _fields(words: str, *, sid: str = _SID, sender: Person = GRANDMA_JIN) -> dict[str, str]:
    return {
        "MessageSid": sid,
        "From": sender.phone,
        "To": LINE_NUMBER,
        "Body": words,
        "NumMedia": "0",
    }


def _status(line: Line, row: int, status: str) -> Answered:
    fields = {"MessageSid": _SID, "MessageStatus": status}
    return line.post(f"/sms/status?row={row}&attempt=1", fields)


def _break(line: Line) -> None:
    with line.database.engine.begin() as connection:
        connection.execute(sql("ALTER TABLE inbound_text RENAME TO inbound_text_gone"))


def _mend(line: Line) -> None:
    with line.database.engine.begin() as connection:
        connection.execute(sql("ALTER TABLE inbound_text_gone RENAME TO inbound_text"))


_OTHER = """
[community]
key = "xicheng"
name = "西城社区"
english_name = "Xicheng"
numbers = ["0993-5900000"]

[office]
zone = "Asia/Shanghai"
area_code = "0993"
staffed_number = "5900000"
calling_windows = ["10:30-13:30", "16:30-20:00"]
texting_window = "10:00-21:00"
night_list = ["clerk"]
deputy = "clerk"
director = "clerk"

[office.hours]
monday = ["10:00-14:00", "16:00-20:00"]
tuesday = ["10:00-14:00", "16:00-20:00"]
wednesday = ["10:00-14:00", "16:00-20:00"]
thursday = ["10:00-14:00", "16:00-20:00"]
friday = ["10:00-14:00", "16:00-20:00"]

[office.roster]
monday = ["clerk"]
tuesday = ["clerk"]
wednesday = ["clerk"]
thursday = ["clerk"]
friday = ["clerk"]

[[estate]]
key = "west"
name = "西苑"

[[grid]]
key = "west-1"
name = "西苑网格"
estate = "west"
leader = "clerk"

[[staff]]
key = "clerk"
name = "钱芳"
roles = ["duty_clerk", "grid_leader"]
phones = ["13900000201"]
"""
