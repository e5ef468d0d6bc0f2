"""The three working days, lived through on /desk in a browser."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.hands import SOON, Phone, case, choose_resident, choose_staff, go_to_morning

pytestmark = pytest.mark.browser


def test_a_blocked_drain_is_told_dispatched_mended_and_confirmed(
    desk: Page, served: Served
) -> None:
    go_to_morning(desk)
    grandma = choose_resident(desk, "金奶奶")
    grandma.click("ring")
    grandma.press_when_heard("报事", "1")
    grandma.press_when_heard("哪方面", "1")
    grandma.say("厨房下水道堵了,水都漫出来了")

    drain = case(desk, "厨房下水道堵了")
    expect(drain.locator(".status")).to_have_text("已派单", timeout=SOON)
    expect(grandma.caption).to_contain_text("王师傅", timeout=SOON)
    grandma.click("hang-up")

    plumber = choose_staff(desk, "王师傅")
    expect(plumber.thread).to_contain_text("厨房下水道堵了", timeout=SOON)
    plumber.text("接 明天上午来")
    expect(drain.locator(".status")).to_have_text("已接单", timeout=SOON)
    plumber.text("办结 通了")
    expect(drain.locator(".status")).to_have_text("等居民确认", timeout=SOON)

    go_to_morning(desk)
    expect(desk.locator("#ringing")).to_contain_text("金奶奶的电话响了", timeout=SOON)
    grandma.click("answer")
    grandma.press_when_heard("金奶奶，请按1", "1")
    grandma.press_when_heard("解决了吗", "1")

    expect(drain.locator(".status")).to_have_text("已结案", timeout=SOON)
    told = json.loads(served.linli("case", "list", "--json"))
    (closed,) = [found for found in told if "厨房下水道堵了" in found["text"]]
    assert (closed["status"], closed["resident"]["phone"]) == ("closed", "+8613900000101")


def test_prompts_are_heard_to_their_end(desk: Page) -> None:
    caller = choose_resident(desk, "马")
    caller.click("ring")

    audio = caller.panel.locator("audio")
    expect(audio).to_have_attribute("data-heard", re.compile("[2-9]"), timeout=40_000)

    assert audio.evaluate("audio => audio.error") is None
    assert audio.evaluate("audio => audio.src").endswith(".wav")
    assert audio.evaluate("audio => audio.duration") > 0.3
    caller.click("hang-up")
    expect(caller.panel.locator(".line-state")).to_have_text("通话结束", timeout=SOON)


def test_key_zero_rings_the_duty_phone_which_takes_the_call(desk: Page) -> None:
    go_to_morning(desk)
    caller = choose_resident(desk, "刘")
    caller.click("ring")
    caller.press_when_heard("报事", "0")

    expect(desk.locator("#ringing")).to_contain_text("张敏的电话响了", timeout=SOON)
    desk.locator("#ringing button").click()
    duty = Phone(desk, "staff")
    duty.click("answer")
    duty.press_when_heard("按1", "1")

    for phone in (caller, duty):
        state = phone.panel.locator(".line-state")
        expect(state).to_have_text("接通了,两边可以说话。", timeout=SOON)
    duty.click("hang-up")
    expect(duty.panel.locator(".line-state")).to_have_text("通话结束", timeout=SOON)
    if caller.panel.locator(".hang-up").is_visible():
        caller.click("hang-up")


def test_a_voice_is_recorded_by_the_microphone(desk: Page, served: Served) -> None:
    go_to_morning(desk)
    stranger = choose_resident(desk, "没登记的号码")
    stranger.click("ring")
    stranger.press_when_heard("报事", "1")
    stranger.press_when_heard("哪方面", "1")
    expect(stranger.panel.locator(".speak")).to_be_visible(timeout=40_000)
    stranger.click("microphone")
    expect(stranger.panel.locator(".microphone")).to_have_attribute("aria-pressed", "true")
    desk.wait_for_timeout(2500)
    stranger.panel.locator(".speak button[type=submit]").click()

    expect(stranger.caption).to_contain_text("记下了", timeout=SOON)
    stranger.click("hang-up")
    calls = json.loads(served.linli("call", "list", "--json"))
    (spoken,) = [call for call in calls if call["phone"] == "+8613912345678"]
    assert spoken["recording"]
