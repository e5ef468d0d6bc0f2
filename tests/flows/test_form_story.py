"""The form behind the QR code: the same case as a text gives, and a page on its progress."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from core.communities.queries import estates_of
from core.forms.operations import form_code
from core.forms.rules import LARGEST_FILE, MOST_OF_A_SOURCE
from tests.console import Clerk, text_of
from tests.line import Line
from tests.world import GRANDMA_JIN, ZHANG_MIN

_PHOTO = b"\xff\xd8\xff\xe0" + b"\x00" * 64


def _code(line: Line, place: str = "") -> str:
    with line.database.transaction() as session:
        community = line.community(session)
        estate = estates_of(session, community.id)[0]
        return form_code(session, community, estate=estate, place=place, now=line.now).code


def _send(line: Line, code: str, **fields: Any) -> Any:
    given = {"once": f"once-{len(fields)}-{fields.get('words', '')[:6]}-form", **fields}
    return line.client.post(f"/f/{code}", data=given, content_type="multipart/form-data")


def _send_photo(line: Line, code: str, content: bytes) -> Any:
    """Send a photo as the bytes of one request: the test client would leave its file open."""
    heading = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    body = heading + content + b"\r\n--edge--\r\n"
    media_type = "multipart/form-data; boundary=edge"
    return line.client.post(f"/f/{code}", data=body, content_type=media_type)


def test_the_form_opens_a_case_once_and_asks_the_telephone_whose_it_is(line: Line) -> None:
    code = _code(line, "3-2-402")
    page = line.client.get(f"/f/{code}")
    assert "青湖华庭3-2-402" in text_of(page)
    assert "<script" not in page.get_data(as_text=True)

    fields = {"words": "楼道灯不亮", "name": "金奶奶", "phone": "139 0000 0101", "once": "form-one"}
    photo = {"photo": (io.BytesIO(_PHOTO), "=1+1.jpg")}
    first = _send(line, code, **fields, **photo)
    again = _send(line, code, **fields)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    (case,) = line.cases()
    assert (case["channel"], case["place"]) == ("form", "3-2-402")

    progress = first.headers["Location"]
    assert "0001号" in text_of(line.client.get(progress))
    assert "金" not in text_of(line.client.get(progress))
    line.settle()
    assert "是您说的回1" in line.inbox(GRANDMA_JIN)[-1]
    assert "不会再打扰您" in line.text(GRANDMA_JIN, "2")
    assert line.case(1)["resident"]["phone"] is None

    clerk = Clerk(line).enter(ZHANG_MIN)
    shown = clerk.get("/staff/cases/1").get_data(as_text=True)
    (path,) = set(re.findall(r"/staff/cases/1/files/\d+", shown))
    photo_back = clerk.get(path)
    assert photo_back.get_data() == _PHOTO
    assert photo_back.headers["X-Content-Type-Options"] == "nosniff"
    assert line.client.get(path).status_code == 303  # not without a session

    clerk.does("/staff/cases/1/accept", words="明天上午来")
    assert "明天上午来" in text_of(line.client.get(progress))


def test_what_the_form_refuses_is_said_and_the_words_stay(line: Line) -> None:
    code = _code(line)
    for fields, said in (
        ({"words": ""}, "请写一句话"),
        ({"words": "灯坏了", "phone": "12"}, "打不通"),
        ({"words": "灯坏了", "photo": (io.BytesIO(b"<svg onload=x>"), "a.jpg")}, "不是照片"),
        ({"words": "灯坏了", "voice": (io.BytesIO(_PHOTO), "a.mp3")}, "不是录音"),
    ):
        answer = _send(line, code, **fields)
        assert answer.status_code == 422
        assert said in text_of(answer)
        if fields["words"]:
            assert "灯坏了" in text_of(answer)
    assert "太大" in text_of(_send_photo(line, code, b"\xff\xd8\xff" + b"0" * LARGEST_FILE))
    assert line.cases() == []
    assert line.client.get("/f/nothing").status_code == 404

    # a landline cannot be texted: a person rings
    _send(line, code, words="暖气不热", phone="5800302")
    assert [task["kind"] for task in line.tasks() if task["kind"] == "call_back"] == ["call_back"]
    for number in range(MOST_OF_A_SOURCE):
        _send(line, code, words=f"第{number}件事要说", once=f"form-number-{number}")
    assert "刚才已经收到" in text_of(_send(line, code, words="又一件事", once="one-too-many"))
    # but an emergency is never too often
    cry = _send(line, code, words="着火了快来人", phone="13900000104", once="a-cry-for-help")
    assert cry.status_code == 303
    assert "119" in text_of(line.client.get(cry.headers["Location"]))
    assert line.cases()[-1]["urgency"] == "P0"
    # and one that may be an emergency reaches the duty person at once
    doubt = _send(line, code, words="屋里一股臭鸡蛋味", phone="13900000104", once="a-doubt-of-gas")
    assert "先到屋外" in text_of(line.client.get(doubt.headers["Location"]))
    line.settle()
    assert line.cases()[-1]["urgency"] == "P0"
    assert any("疑似紧急" in text for text in line.inbox(ZHANG_MIN))
    line.clock.set(line.now + timedelta(minutes=11))
    assert _send(line, code, words="又一件事", once="later-it-goes").status_code == 303
