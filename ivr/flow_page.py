"""Writes docs/call-flow.md from the menus, so that the page and the line cannot differ."""

from __future__ import annotations

from collections.abc import Iterator

from core.wording.catalogue import templates
from ivr.engine import EVERYWHERE
from ivr.menus import MENUS, RECORDER, RING_SECONDS, Choice, Do, GoTo, Menu, Then
from ivr.turns import known_actions

_LANGUAGE = "zh_CN"
_HEAD = """# 电话流程 Call flow

本页由 `linli flow draw` 从 ivr/menus.py 生成,请不要手改。
This page is written by `linli flow draw` from ivr/menus.py; a test compares them.

任何菜单里 In every menu: `0` 找人 a person · `*` 再听一遍 again · `#` 说完了 finished ·
`8` 换语言 another language · `9` 说慢点 slower.

按错一次,再说一遍;按错两次,问一句是不是;再错,转人或留言。不按键,先说"不着急",再转人或留言。
第一层菜单不按键,马上转人或留言。
"""
_ONLY_WITH = {
    "points": "办了积分的社区才有",
    **dict.fromkeys((f"item_{position}" for position in (1, 2, 3)), "有才念"),
    **dict.fromkeys((f"person_{position}" for position in (1, 2, 3)), "有才念"),
}
_PLACES = {
    "person": "值班电话",
    "recorder": "录音",
    "end": "再见",
    "again": "原来的菜单",
}


def page() -> str:
    """Return the whole page."""
    parts = [_HEAD]
    for group, title in (("resident", "居民听到的 Residents"), ("staff", "工作人员听到的 Staff")):
        menus = [menu for menu in MENUS.values() if menu.audience == group]
        parts += [f"## {title}\n", *(_menu(menu) for menu in menus)]
    parts += [_recorder(), _actions()]
    return "\n".join(parts)


def _menu(menu: Menu) -> str:
    rows = "\n".join(f"| {key} | {says} | {leads} |" for key, says, leads in _rows(menu))
    opening = "".join(_words(key) for key in menu.opening)
    told = f"先说:{opening}\n\n" if opening else ""
    return f"""### {menu.title} `{menu.name}`

{told}等按键 {menu.wait_seconds} 秒。

| 键 | 说 | 到 |
|---|---|---|
{rows}
"""


def _rows(menu: Menu) -> Iterator[tuple[str, str, str]]:
    person = ("0", _words(menu.person) if menu.person else "", _leads(menu.on_person))
    choices = [(c.key, _clause(c), _leads(c.then)) for c in menu.choices]
    yield from (person, *choices) if menu.person_first else (*choices, person)
    if menu.keyed is not None:
        yield f"{menu.digits}位数字", "", _leads(menu.keyed)
    if menu.other_keys is not None:
        yield "别的键", "", _leads(menu.other_keys)
    yield f"不按(第 {menu.patience} 次)", "", _leads(menu.on_silence)
    if menu.doubt is not None:
        yes, no = _leads(menu.doubt.yes), _leads(menu.doubt.no)
        yield "按错第 2 次", _words(menu.doubt.question), f"1 {yes};2 {no}"
        yield "按错第 3 次", "", _leads(menu.on_wrong)


def _clause(choice: Choice) -> str:
    says = _words(choice.clause) if choice.clause else "(不念,按了也行)"
    return f"{says}({_ONLY_WITH[choice.only_with]})" if choice.only_with else says


def _recorder() -> str:
    return f"""## {RECORDER.title} `{RECORDER.name}`

响声后说话。停 {RECORDER.silence_seconds} 秒、按任何键或挂机就结束;满 {RECORDER.longest_seconds} \
秒说"{_words(RECORDER.go_on)}"。
录音马上立成一件事。没有声音:再请说一次,然后叫人,没人接就请值班员回拨。
值班电话一个响 {RING_SECONDS} 秒,按 1 才接通。
"""


def _actions() -> str:
    names = {action.action for action in EVERYWHERE.values()}
    rows = "\n".join(
        f"| `{name}`{' (每个菜单)' if name in names else ''} | {entry.title} | "
        f"{'、'.join(_place(place) for place in entry.leads_to)} |"
        for name, entry in sorted(known_actions().items())
    )
    return f"""## 动作 Actions

| 动作 | 做什么 | 到 |
|---|---|---|
{rows}
"""


def _leads(then: Then) -> str:
    match then:
        case GoTo(menu):
            return _place(menu)
        case Do(action, value):
            return f"{known_actions()[action].title}{f'({value})' if value else ''}"


def _place(name: str) -> str:
    return _PLACES.get(name) or f"`{name}`"


def _words(key: str) -> str:
    return templates(_LANGUAGE)[key]
