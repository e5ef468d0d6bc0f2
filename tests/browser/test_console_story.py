"""A clerk's day at the console in Debian's Chromium, read by axe on every page."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook

from core.access import totp
from tests.browser.conftest import LINLI, ROOT, Served
from tests.browser.hands import SOON, case, choose_resident, go_to_morning

pytestmark = pytest.mark.browser
_PASSWORD = "我家门前有条小河流过去"
_SERIOUS = ("serious", "critical")
_SAID = "厨房下水道堵了,水都漫出来了"
_PAGES = (
    *("", "tasks", "cases", "cases/new", "cases/1", "residents", "residents/new", "residents/1"),
    *("residents/import", "consultations", "consultations/new", "consultations/1", "notices"),
    *("notices/new", "notices/1", "standing", "standing/new", "standing/1", "shop", "report"),
    *("report/cases", "cards", "office", "office/staff/new", "office/staff/xiaoli", "stuck"),
    *("office/estate/qinghu", "office/office/office", "wording", "wording/sms.resident.help"),
    *("lexicon", "prompts", "prompts/first.report", "audit", "me", "authenticator", "password"),
    *("welfare/new", "welfare/1"),
)


@pytest.fixture
def console(served: Served, browser: Browser) -> Iterator[Page]:
    """A browser at the console's door; it must load nothing from elsewhere and log no error."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_default_timeout(3 * SOON)
    expect.set_options(timeout=SOON)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((served.address, "blob:", "data:"))
            else wrong.append(asked.url)
        ),
    )
    page.goto(f"{served.address}/staff")
    yield page
    context.close()
    assert [told for told in wrong if "422" not in told] == []


def _axe(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["html"][:120] for node in one["nodes"]])
        for one in found
        if one["impact"] in _SERIOUS
    ]
    assert serious == [], page.url


def _sign_in(page: Page, served: Served) -> None:
    said = served.linli("staff", "first-password", "guodirector")
    page.get_by_label("手机号").fill("13900000008")
    page.get_by_label("密码").fill(re.search(r"\w{4}-\w{4}-\w{4}", said)[0])  # type: ignore[index]
    _axe(page)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="发短信").click()
    messages = json.loads(served.linli("message", "list", "--json"))
    code = re.search(r"\d{6}", [one["body"] for one in messages if "登录号" in one["body"]][-1])
    assert code is not None
    _axe(page)
    page.get_by_label("六位数").fill(code[0])
    page.get_by_role("button", name="登录").click()
    _axe(page)
    page.get_by_label("密码", exact=True).fill(_PASSWORD)
    page.get_by_label("再写一遍").fill(_PASSWORD)
    page.get_by_role("button", name="保存").click()
    secret = page.locator("#secret").text_content() or ""
    _axe(page)
    now = datetime.now(UTC)  # noqa: TID251 - an authenticator reads its own clock
    page.get_by_label("六位数").fill(totp.code_at(secret, totp.step_of(now)))
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="看板")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="退出", exact=True).click()
    page.get_by_label("手机号").fill("13900000008")
    page.get_by_label("密码").fill(_PASSWORD)
    page.get_by_role("button", name="登录").click()
    # the next one: that of this half minute has served
    page.get_by_label("六位数").fill(totp.code_at(secret, totp.step_of(now) + 1))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="看板")).to_be_visible(timeout=SOON)


def _somebody_rings(page: Page, served: Served) -> None:
    """Let a resident speak her trouble into the telephone, on a working morning."""
    page.goto(f"{served.address}/desk")
    go_to_morning(page)
    grandma = choose_resident(page, "金奶奶")
    grandma.click("ring")
    grandma.press_when_heard("报事", "1")
    grandma.press_when_heard("哪方面", "1")
    grandma.say(_SAID)
    expect(case(page, "厨房下水道堵了").locator(".status")).to_have_text("已派单", timeout=SOON)
    grandma.click("hang-up")


def _hear(page: Page, served: Served) -> None:
    """Find her case and hear what she said."""
    page.get_by_role("searchbox").fill("下水道")
    page.keyboard.press("Enter")
    page.locator("table.cases a.row").first.click()
    expect(page.locator(".plan svg")).to_be_visible()
    sound = page.locator("figure.sound audio")
    for _ in range(30):  # the provider's recording is fetched by the scheduler
        if sound.count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    heard = sound.first.evaluate(
        "audio => audio.play().then(() => new Promise(done => "
        "{ audio.ontimeupdate = () => done(audio.duration); }))"
    )
    assert heard > 0.5
    _axe(page)


def _ask_and_notify(page: Page, served: Served) -> None:
    """Ask a stair, propose a notice, make a standing order of the case and a welfare call."""
    page.get_by_role("link", name="以后定期帮办").click()
    page.get_by_label("几号", exact=True).fill("5")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("存好了")
    page.goto(f"{served.address}/staff/welfare/new")
    page.get_by_label("哪位居民").fill("陈淑芬")
    page.get_by_label("几点打").fill("21:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("存好了")
    page.goto(f"{served.address}/staff/consultations/new")
    page.get_by_label("问什么").fill("疏通主管道共360元，每户30元")
    page.get_by_label("楼、单元").fill("3-3")
    page.get_by_role("button", name="先看一遍").click()
    _axe(page)
    page.get_by_role("button", name="开始问这12户").click()
    page.get_by_label("不同意").check()
    page.get_by_role("button", name="记下这户的意见").click()
    expect(page.get_by_role("status")).to_contain_text("记下了")
    page.goto(f"{served.address}/staff/notices/new")
    page.get_by_label("说什么").fill("明天9点停水")
    page.get_by_role("button", name="先看发给多少人").click()
    _axe(page)
    page.get_by_role("button", name="请陈静同意").click()
    expect(page.get_by_role("status")).to_contain_text("已经请第二个人看")
    page.get_by_role("button", name="停发").click()
    expect(page.get_by_role("status")).to_contain_text("停了")


def _speak_a_prompt(page: Page, served: Served) -> None:
    """Speak a prompt into the microphone, and take the shipped one back."""
    page.goto(f"{served.address}/staff/prompts/first.report")
    page.get_by_role("button", name="用话筒录").click()
    page.wait_for_timeout(2_500)
    page.get_by_role("button", name="录好了").click()
    expect(page.locator("#heard audio")).to_be_visible()
    page.get_by_role("button", name="用这个声音").click()
    expect(page.get_by_text("真人")).to_be_visible()
    page.get_by_role("button", name="用回原来的声音").click()
    expect(page.locator("p.said")).to_contain_text("存好了")


def _every_page(page: Page, served: Served) -> None:
    """Let axe read every page, in Chinese and in English."""
    for turn in ("English", "中文"):
        for path in _PAGES:
            answer = page.goto(f"{served.address}/staff/{path}".rstrip("/"))
            assert answer is not None
            assert answer.status == 200, path
            _axe(page)
        page.get_by_role("button", name=turn, exact=True).click()
    page.goto(f"{served.address}/health")
    _axe(page)


def _enter(page: Page, words: str, place: str, phone: str) -> str:
    page.get_by_role("link", name="代报").first.click()
    expect(page.get_by_role("heading", name="代报")).to_be_visible()
    page.get_by_label("居民说").fill(words)
    page.get_by_label("地址").fill(place)
    page.get_by_label("电话", exact=True).fill(phone)
    page.get_by_role("button", name="记下并派出去").click()
    expect(page.get_by_role("status")).to_contain_text("记下了")
    return page.locator(".case-head h1").inner_text()


def _send_an_empty_list(page: Page, place: Path) -> None:
    """What is refused is sent once, says why, and leaves a form that works."""
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    empty = place / "空.csv"
    empty.write_bytes(b"")
    for times in (1, 2):
        page.get_by_label("表格", exact=True).set_input_files(empty)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.get_by_role("button", name="先看一遍").click()
        expect(page.get_by_role("alert")).to_contain_text("空的")
        page.wait_for_load_state("networkidle")
        assert len(sent) == times, sent
    _axe(page)


def test_a_clerks_day(console: Page, served: Served, tmp_path: Path) -> None:
    page = console
    _somebody_rings(page, served)
    page.goto(f"{served.address}/staff")
    _sign_in(page, served)
    _hear(page, served)
    _ask_and_notify(page, served)
    _speak_a_prompt(page, served)
    first = _enter(page, "楼道的扶手松了", "3-2", "13900000101")
    second = _enter(page, "三号楼扶手掉了", "3-2", "13900000106")
    _axe(page)

    page.get_by_text("并案", exact=True).first.click()
    page.get_by_label("并到几号").fill(first)
    page.get_by_role("button", name="并案").click()
    expect(page.get_by_role("status")).to_contain_text("并好了")
    page.get_by_role("link", name=f"已并入{first}号").click()
    expect(page.locator(".case-head h1")).to_have_text(first)
    page.wait_for_load_state()  # its script hears keys from then on
    page.keyboard.press("a")  # goes to the words of the button
    page.keyboard.type("明天上午来")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("您接了")
    page.get_by_placeholder("怎么办的").fill("拧紧了")
    page.get_by_role("button", name="办结").click()
    expect(page.locator(".case-head .badge")).to_have_text("等居民确认")
    page.get_by_label("居民说办好了").check()
    page.get_by_role("button", name="记下居民的答复").click()
    expect(page.locator(".case-head .badge")).to_have_text("已结案")
    _axe(page)

    page.get_by_role("link", name="看板").click()
    expect(page.get_by_role("heading", name="看板")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("扶手")
    page.keyboard.press("Enter")
    expect(page.locator("table.cases")).to_contain_text(second)
    _axe(page)

    # the board renews itself: what comes by another way appears without a reload
    page.get_by_role("link", name="看板").click()
    expect(page.get_by_role("heading", name="看板")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{served.address}/staff/cases/new")
    _enter(other, "单元门关不上了", "5-1", "13900000101")
    expect(page.locator("table.cases")).to_contain_text("单元门关不上了", timeout=SOON)
    other.close()

    lines = [f"新居民{n},1392{n:07d},青湖华庭,{n % 8 + 1}-1-{101 + n},1950" for n in range(500)]
    lines[10] = "没号码,1,青湖华庭,1-1-1,1950"
    lines[200] = "没小区,,天上小区,1-1,1950"
    lines[499] = "没年份,,青湖华庭,1-1,大概"
    listed = tmp_path / "名单.csv"
    listed.write_bytes("\n".join(["姓名,电话,小区,地址,出生年", *lines]).encode("gbk"))
    page.get_by_role("link", name="居民").first.click()
    page.get_by_role("link", name="从表格导入").click()
    _send_an_empty_list(page, tmp_path)
    page.get_by_label("表格", exact=True).set_input_files(listed)
    page.get_by_role("button", name="先看一遍").click()
    expect(page.get_by_text("有问题的3行。")).to_be_visible(timeout=SOON)
    _axe(page)
    page.get_by_role("button", name="把对的497行收进来").click()
    expect(page.get_by_role("status")).to_contain_text("收进来了", timeout=SOON)
    _axe(page)

    page.get_by_role("link", name="报表").click()
    expect(page.locator("canvas[data-drawn=yes]")).to_have_count(3, timeout=SOON)
    _axe(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel").click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(Path(taken.value.path()).read_bytes()))
    received = next(row for row in book.get_sheet_by_index(0).to_python() if row[0] == "收到")
    assert received[1] >= 2

    page.get_by_role("link", name="门卡").click()
    page.get_by_placeholder("3-2").fill("3-2")
    _axe(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="做成 PDF").click()
    document = pypdfium2.PdfDocument(Path(taken.value.path()).read_bytes())
    codes = [
        found.text
        for at in range(len(document))
        for found in zxingcpp.read_barcodes(document[at].render(scale=4).to_pil())
    ]
    document.close()
    assert {code.split(":")[0] for code in codes} == {"http", "sms", "tel"}
    form = next(code for code in codes if "/f/" in code)
    assert form.startswith(served.address)

    _every_page(page, served)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(form)
    _axe(page)
    page.get_by_label("什么事").fill("楼下的灯不亮")
    page.get_by_role("button", name="告诉社区").click()
    expect(page.get_by_text("记下了")).to_be_visible()
    _axe(page)


def test_the_cards_can_be_printed_by_command(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "poster.png"
    done = subprocess.run(
        [LINLI, "cards", file], cwd=ROOT, env=served.environment, capture_output=True, check=True
    )
    assert b"1 in" in done.stdout
    with Image.open(file) as picture:
        (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith(f"{served.address}/f/")
