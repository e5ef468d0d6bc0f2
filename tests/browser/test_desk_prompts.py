"""A prompt is spoken into the browser's microphone, and a caller hears it from then on."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served
from tests.browser.hands import SOON, choose_resident, go_to_morning

pytestmark = pytest.mark.browser

PLAYED = """() => {
  window.played = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.played.push(this.src);
    return play.call(this);
  };
}"""


def test_a_recorded_prompt_takes_the_place_of_the_synthetic_one(desk: Page, served: Served) -> None:
    go_to_morning(desk)
    desk.locator(".to-prompts").click()
    prompt = desk.locator('[data-name="first.report"]')
    before = prompt.get_attribute("data-source", timeout=SOON)
    assert before in ("rendered", "shipped")

    prompt.locator(".record").click()
    expect(desk.locator("#prompt-note")).to_contain_text("正在录", timeout=SOON)
    desk.wait_for_timeout(2_500)
    prompt.locator(".record").click()
    expect(desk.locator("#prompt-note")).to_contain_text("录好了", timeout=SOON)
    expect(prompt).to_have_attribute("data-source", "human")
    prompt.locator(".hear").click()
    expect(desk.locator("audio")).to_have_attribute("data-heard", "1", timeout=SOON)

    told = json.loads(served.linli("prompts", "list", "--language", "zh_CN", "--json"))
    (kept,) = [one for one in told if (one["name"], one["pace"]) == ("first.report", "normal")]
    assert kept["source"] == "human"
    desk.goto(f"{served.address}/desk")
    expect(desk.locator("#now")).to_have_attribute("datetime", re.compile("T"), timeout=SOON)
    desk.evaluate(PLAYED)
    caller = choose_resident(desk, "马")
    caller.click("ring")
    audio = caller.panel.locator("audio")
    expect(audio).to_have_attribute("data-heard", re.compile("[3-9]"), timeout=40_000)
    assert any(kept["hash"] in source for source in desk.evaluate("window.played"))
    caller.click("hang-up")

    served.linli("prompts", "forget", "first.report")
    desk.goto(f"{served.address}/desk/prompts")
    expect(desk.locator('[data-name="first.report"]')).to_have_attribute(
        "data-source", before, timeout=SOON
    )


def test_the_page_of_prompts_is_there_in_english(desk: Page) -> None:
    desk.locator(".to-prompts").click()
    expect(desk.locator("#prompts li").first).to_be_visible(timeout=SOON)

    desk.locator("#language").click()

    fixed = desk.locator("[data-t]").all_text_contents()
    assert [words for words in fixed if re.search("[\u4e00-\u9fff]", words)] == []
    desk.locator("#prompt-language").select_option("en")
    expect(desk.locator('[data-name="first.report"] .words')).to_have_text(
        "To report something, press 1.", timeout=SOON
    )
    desk.locator("#language").click()
