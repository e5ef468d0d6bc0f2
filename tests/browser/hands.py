"""What somebody's hands do on the desk's page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

SOON = 20_000  # ms


class Phone:
    """One of the two telephones on the page: ``resident`` or ``staff``."""

    def __init__(self, page: Page, panel: str) -> None:
        self.page = page
        self.panel = page.locator(f"#{panel}")

    @property
    def caption(self) -> Locator:
        """What is heard."""
        return self.panel.locator(".caption")

    @property
    def thread(self) -> Locator:
        """The texts."""
        return self.panel.locator(".thread")

    def press(self, *keys: str) -> None:
        """Press keys on the keypad."""
        for key in keys:
            self.panel.locator(f'[data-key="{key}"]').click()

    def press_when_heard(self, words: str, key: str) -> None:
        """Wait until something is said, then press."""
        expect(self.caption).to_contain_text(words, timeout=40_000)
        self.press(key)

    def click(self, button: str) -> None:
        """Press one of the buttons, by its class."""
        self.panel.locator(f"button.{button}").click()

    def text(self, words: str) -> None:
        """Send a text, by keyboard."""
        field = self.panel.locator("form.text input[type=text]")
        field.fill(words)
        field.press("Enter")
        expect(self.thread).to_contain_text(words, timeout=SOON)

    def say(self, words: str) -> None:
        """Wait for the tone, and type what is said."""
        field = self.panel.locator(".speak textarea")
        field.wait_for(state="visible")
        field.fill(words)
        field.press("Enter")


def choose_staff(page: Page, name: str) -> Phone:
    """Take a staff phone into the hand."""
    page.locator("#staff-phones button", has_text=name).click()
    return Phone(page, "staff")


def choose_resident(page: Page, name: str) -> Phone:
    """Take a resident's phone into the hand."""
    options = page.locator("#who option")
    label = next(words for words in options.all_inner_texts() if words.startswith(name))
    page.locator("#who").select_option(label=label)
    return Phone(page, "resident")


def go_to_morning(page: Page) -> None:
    """Move the clock to the next working day, 10:30; a phone that rings stops it before."""
    button = page.locator("#next-morning")
    expect(button).to_be_enabled(timeout=60_000)
    before = page.locator("#now").inner_text()
    button.click()
    expect(page.locator("#now")).not_to_have_text(before, timeout=60_000)
    expect(page.locator("body")).not_to_have_class(re.compile("moving"), timeout=120_000)


def case(page: Page, words: str) -> Locator:
    """Find the card of a case by its words."""
    return page.locator("#case-list > li", has_text=words)
