"""At the desk: the office's own words, its lexicon and voice; pictures, the plan of an estate."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from core.audit.tables import AuditRow
from core.communities.queries import estates_of
from core.loading.operations import load_file
from core.staff.tables import StaffPictureRow
from core.understanding.additions import Additions
from core.understanding.in_force import read_by
from core.wording.catalogue import put_own
from tests.console import Clerk
from tests.line import DEMO_FILE, Line
from tests.sounds import file_of, spoken
from tests.world import DIRECTOR_GUO, GRANDMA_CAO, GRANDMA_JIN, LIU_YULAN, ZHANG_MIN

_HELP = "sms.resident.help_points"
_OWN = "有事写几句发来就行。还能发：进度、积分、兑换、活动、人工、取消。急事打{phone}。"


@pytest.fixture(autouse=True)
def _shipped_words_again() -> Iterator[None]:
    yield
    put_own({})
    read_by(Additions())


def test_the_office_says_it_and_reads_it_in_its_own_words(line: Line) -> None:
    boss = Clerk(line).enter(DIRECTOR_GUO)
    path = f"/staff/wording/{_HELP}"
    assert _HELP in boss.page("/staff/wording", section="sms.resident")
    assert boss.get("/staff/wording/sms.emergency.gas").status_code == 404
    assert boss.get("/staff/wording/console.nav.board").status_code == 404
    refused = boss.post(path, words="有问题请登录系统 www.example.com", language="zh_CN")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    for said in ("一个不少、一个不多：{phone}", "不要写“系统”", "不能放网址"):
        assert said in page, said
    boss.does(path, words=_OWN, language="zh_CN")
    assert "有事写几句发来就行" in line.text(GRANDMA_JIN, "帮助")
    assert _HELP in boss.page("/staff/wording", section="own")
    boss.does(path, restore="1", language="zh_CN")
    assert "有事写几个字发来就行" in line.text(LIU_YULAN, "帮助")

    wrong = boss.post("/staff/lexicon", lexicon='[categories.repair]\nwords = ["炕洞子", "水"]\n')
    assert "第2行" in wrong.get_data(as_text=True)
    assert "炕洞子" in wrong.get_data(as_text=True)  # what was written is kept
    assert boss.post("/staff/lexicon", lexicon="[[[").status_code == 422
    boss.does("/staff/lexicon", lexicon='[categories.repair]\nwords = ["炕洞子"]\n')
    line.text(GRANDMA_JIN, "炕洞子又不行了")
    assert line.case(1)["category"] == "repair"
    boss.does("/staff/lexicon", lexicon="")

    name = "first.report"
    sound = file_of(spoken(1.5))
    prompt = f"/staff/prompts/{name}"
    for audio, said in ((b"", "请选一个"), (b"GIF89a", "不是声音文件")):
        refused = boss.send(prompt, {"sound": (io.BytesIO(audio), "x.wav"), "language": "zh_CN"})
        assert said in refused.get_data(as_text=True), said
    kept = boss.send(prompt, {"sound": (io.BytesIO(sound), "../../a.wav"), "language": "zh_CN"})
    assert kept.status_code == 303
    assert "真人" in boss.page(prompt)
    assert boss.get(f"{prompt}/sound").status_code == 303
    boss.does(f"{prompt}/forget", language="zh_CN")
    assert boss.get("/staff/prompts/no.such").status_code == 404
    assert "first.report" in boss.page("/staff/prompts", language="en", pace="slow")

    clerk = Clerk(line).enter(ZHANG_MIN)  # a clerk changes none of it
    for path in ("/staff/wording", "/staff/lexicon", "/staff/prompts", prompt):
        assert clerk.get(path).status_code == 403
    with line.database.reading() as session:
        subjects = set(session.scalars(select(AuditRow.subject)))
    assert {"wording", "lexicon", "prompt"} <= subjects

    other = _second_community()
    line.load(other, name="other.toml")
    assert boss.post(f"/staff/wording/{_HELP}", words=_OWN, language="zh_CN").status_code == 409
    assert boss.post("/staff/lexicon", lexicon="").status_code == 409


def test_the_plan_is_drawn_and_the_leader_is_seen_on_the_card(line: Line) -> None:
    boss = Clerk(line).enter(DIRECTOR_GUO)
    line.text(GRANDMA_JIN, "厨房下水道堵了")  # 3-2-402
    assert "上边是北" in boss.page("/staff/cases/1")
    line.text(GRANDMA_CAO, "楼道灯不亮")  # of an estate that nobody drew
    assert "不是实际位置" in boss.page("/staff/cases/2")
    estate = {"name": "青湖华庭", "other_names": "青湖, 华庭", "property_company": "青湖物业"}
    for plan, said in (("1 2 2", "画了两次"), ("一二三四五六七", "太长")):
        refused = boss.post("/staff/office/estate/qinghu", **estate, plan=plan)
        assert (refused.status_code, said in refused.get_data(as_text=True)) == (422, True)
    boss.does("/staff/office/estate/qinghu", **estate, plan="1 2号楼 <b>\n. 3 大门")
    page = boss.get("/staff/cases/1").get_data(as_text=True)
    assert "上边是北" in page
    assert page.count('class="here"') == 1
    assert "&lt;b&gt;" in page

    picture = io.BytesIO()
    Image.new("RGB", (900, 1200), (200, 30, 30)).save(picture, "JPEG")
    one = "/staff/office/staff/xiaoli/picture"
    for content in (b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff and no more", b"x" * 5_000_000):
        sent = boss.send_file(one, "picture", content, "../../etc/passwd.jpg")
        assert sent.status_code == 422
    sent = boss.send(one, {"picture": (io.BytesIO(picture.getvalue()), "李.jpg")})
    assert sent.status_code == 303
    assert boss.get(one).data[:3] == b"\xff\xd8\xff"
    assert _red_dots(_card(line, boss)) > 2_000
    boss.does(f"{one}/remove")
    with line.database.reading() as session:
        assert session.scalars(select(StaffPictureRow)).all() == []
    assert _red_dots(_card(line, boss)) == 0

    # what the desk gives out is the whole of it: loading it changes nothing
    given = boss.get("/staff/office/community.toml").get_data(as_text=True)
    with line.database.transaction() as session:
        changes = load_file(session, name="given", text=given, now=line.now)
    assert changes.is_empty, str(changes)


def _card(line: Line, boss: Clerk) -> Image.Image:
    with line.database.reading() as session:
        estate = estates_of(session, line.community(session).id)[0].id
    answer = boss.post("/staff/cards.pdf", estate=estate, stair="3-2", size="a6")
    assert answer.status_code == 200
    document = pypdfium2.PdfDocument(answer.get_data())
    try:
        return document[0].render(scale=1).to_pil().convert("RGB")
    finally:
        document.close()


def _red_dots(page: Image.Image) -> int:
    red, green, blue = np.moveaxis(np.asarray(page), 2, 0)
    return int(np.count_nonzero((red > 150) & (green < 90) & (blue < 90)))


def _second_community() -> str:
    other = DEMO_FILE.read_text(encoding="utf-8").partition("\n# ── 邻里:定期帮办")[0]
    other = other.replace('"dongcheng"', '"xicheng"').replace("5800000", "5800099")
    return other.replace('"139', '"138').replace("0993-58003", "0993-58004")
