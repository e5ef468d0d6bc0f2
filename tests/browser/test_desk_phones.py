"""Several phones at once: what rings holds nothing up, and little screens lose nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import SOON, case, choose_resident, choose_staff, go_to_morning

pytestmark = pytest.mark.browser

WHOLE = """item => {
  const [inner, outer] = [item.getBoundingClientRect(), item.parentElement.getBoundingClientRect()];
  return inner.top >= outer.top - 1 && inner.bottom <= Math.min(outer.bottom, innerHeight) + 1;
}"""


def _is_chosen(chip: Locator) -> None:
    expect(chip).to_have_attribute("aria-pressed", "true", timeout=SOON)


def test_hanging_up_leaves_the_focus_on_the_button_to_ring(desk: Page) -> None:
    caller = choose_resident(desk, "金奶奶")
    caller.click("ring")
    expect(desk.locator("#resident .line-state")).to_contain_text("通话中", timeout=SOON)
    caller.click("hang-up")

    expect(desk.locator("#resident .ring")).to_be_focused(timeout=SOON)


def test_the_newest_text_is_whole_during_a_call_on_a_low_screen(desk: Page) -> None:
    caller = choose_resident(desk, "金奶奶")
    caller.text("我家的事怎么样了")
    expect(caller.thread.locator(".received").last).to_be_visible(timeout=SOON)
    caller.click("ring")
    expect(desk.locator("#resident .line-state")).to_contain_text("可以按键", timeout=SOON)

    assert caller.thread.locator("li").last.evaluate(WHOLE)
    caller.click("hang-up")


def test_cases_and_tasks_are_near_on_a_telephones_screen(desk: Page) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})

    box = desk.locator("#cases").bounding_box()
    assert box is not None
    assert box["y"] < 2 * 844


def test_a_ringing_phone_lets_another_be_chosen_and_a_talking_one_says_why_not(
    desk: Page,
) -> None:
    go_to_morning(desk)
    choose_resident(desk, "张奶奶").text("老头子躺地上叫不应了")
    expect(desk.locator("#ringing")).to_contain_text("的电话响了", timeout=SOON)
    first = desk.locator("#case-list > li").first
    expect(first).to_have_class(re.compile("P0"), timeout=SOON)
    expect(first.locator(".clocks")).to_contain_text("急事,马上办")
    expect(first.locator(".clocks")).not_to_contain_text("前回话")

    rings = desk.locator("#staff-phones button.rings").first
    _is_chosen(rings)
    other = desk.locator("#staff-phones button", has_text="王师傅")
    other.click()
    _is_chosen(other)
    desk.locator("#ringing button").first.click()
    _is_chosen(rings)
    desk.locator("#staff button.answer").click()
    expect(desk.locator("#staff .line-state")).to_contain_text("通话中", timeout=SOON)
    other.click()
    expect(desk.locator("#staff-note")).to_contain_text("挂断以后再换")
    desk.locator('#staff [data-key="1"]').click()
    expect(case(desk, "老头子躺地上叫不应了")).to_contain_text("有人应了", timeout=SOON)
    desk.locator("#staff button.hang-up").click()
    expect(desk.locator("#staff .line-state")).to_have_text("通话结束", timeout=SOON)
    choose_staff(desk, "王师傅")
    _is_chosen(other)
