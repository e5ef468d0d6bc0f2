"""The page itself: by keyboard, enlarged, named for those who do not see it, in two languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import SOON, choose_resident

pytestmark = pytest.mark.browser

NAMELESS = """() => [...document.querySelectorAll('button, input, select, textarea, summary')]
  .filter(element => element.checkVisibility())
  .filter(element => !(element.innerText || element.getAttribute('aria-label')
      || element.labels?.length && [...element.labels].some(label => label.textContent.trim())))
  .map(element => element.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('button, input, select, textarea')]
  .filter(element => element.checkVisibility())
  .filter(element => { const box = element.getBoundingClientRect(); return box.height < 32; })
  .map(element => element.outerHTML)"""
PALE = """() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
      .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('body *')]
    .filter(element => element.checkVisibility() && !element.disabled)
    .filter(element => [...element.childNodes].some(
        node => node.nodeType === Node.TEXT_NODE && node.data.trim()))
    .map(element => {
      const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.outerHTML];
    })
    .filter(([contrast]) => contrast < 4.5);
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_a_call_and_a_text_are_made_by_keyboard_alone(desk: Page) -> None:
    keyboard = desk.keyboard
    keyboard.press("Tab")
    expect(desk.locator(".skip")).to_be_focused()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(desk.locator("#who")).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.press("ArrowUp")
    for _ in range(16):  # caption and the twelve keys come before it
        keyboard.press("Tab")
        if desk.locator("#resident .ring").evaluate("button => button === document.activeElement"):
            break
    keyboard.press("Enter")
    state = desk.locator("#resident .line-state")
    expect(state).to_contain_text("可以按键", timeout=SOON)
    expect(desk.locator("#resident .hang-up")).to_be_focused()
    before = desk.locator("#resident .caption").inner_text()
    keyboard.press("9")  # slower: the same again, at another pace
    expect(desk.locator("#resident .caption")).not_to_have_text(before, timeout=SOON)
    keyboard.press("Enter")
    expect(state).to_have_text("通话结束", timeout=SOON)
    desk.locator("#resident form.text input[type=text]").focus()
    keyboard.type("帮助")
    keyboard.press("Enter")
    expect(desk.locator("#resident .thread .received").last).to_contain_text(
        "东城社区", timeout=SOON
    )


def test_everything_has_a_name_a_size_and_a_contrast(desk: Page) -> None:
    choose_resident(desk, "金奶奶")
    for language in ("zh-CN", "en-GB"):
        expect(desk.locator("html")).to_have_attribute("lang", language)
        assert desk.evaluate(NAMELESS) == []
        assert desk.evaluate(SMALL) == []
        assert desk.evaluate(PALE) == []
        desk.locator("#language").click()
    assert desk.locator("h1").count() == 1
    assert desk.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0
    assert desk.locator("img:not([alt])").count() == 0
    assert desk.locator(".caption[aria-live=polite]").count() == 2


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (683, 384), (390, 844)])
def test_it_fits_a_small_screen_and_twice_the_size(desk: Page, width: int, height: int) -> None:
    desk.set_viewport_size({"width": width, "height": height})

    assert desk.evaluate(OVERFLOW) <= 0
    expect(desk.locator("#resident .ring")).to_be_visible()
    if width >= 1366:
        box = desk.locator("#resident .ring").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height


def test_all_of_it_is_there_in_english(desk: Page) -> None:
    desk.locator("#language").click()

    expect(desk.locator("html")).to_have_attribute("lang", "en-GB")
    fixed = desk.locator("[data-t]").all_text_contents()
    assert [words for words in fixed if re.search("[\u4e00-\u9fff]", words)] == []
    expect(desk.locator("#resident .ring")).to_have_text("Ring 5800000")
    expect(desk).to_have_title("Linli · telephones")
    desk.reload()
    expect(desk.locator("html")).to_have_attribute("lang", "en-GB")
    desk.locator("#language").click()
    expect(desk.locator("#resident .ring")).to_have_text("打 5800000")
