"""Draws docs/call-flow.svg from the menus: one box a menu, one line a key."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from core.wording.catalogue import templates
from ivr.menus import MENUS, STARTS_INBOUND, STARTS_OUTBOUND, Do, GoTo, Menu, Then
from ivr.turns import known_actions

_LANGUAGE = "zh_CN"
_WIDTH, _ROW, _HEAD, _GAP = 360, 24, 46, 28
_COLUMNS = 3
_MARGIN = 24
_ENDS = {"person": "☎ 值班电话", "recorder": "● 录音", "end": "再见", "again": "↺"}
_STYLE = """
  text { font-family: "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
  text { font-size: 13px; fill: #1d2b26; }
  .title { font-size: 14px; font-weight: 600; }
  .name { fill: #5b6b65; font-size: 11px; }
  .key { font-weight: 700; fill: #0b5d46; }
  .to { fill: #5b6b65; font-size: 12px; }
  .box { fill: #ffffff; stroke: #b9c7c1; }
  .start { stroke: #0b5d46; stroke-width: 2; }
  .staff { fill: #f3f1ea; }
"""


def picture() -> str:
    """Return the whole picture as SVG."""
    menus = list(MENUS.values())
    columns = [menus[start::_COLUMNS] for start in range(_COLUMNS)]
    boxes: list[str] = []
    lowest = 0
    for number, column in enumerate(columns):
        top = _MARGIN
        for menu in column:
            boxes += _box(menu, _MARGIN + number * (_WIDTH + _GAP), top)
            top += _height(menu) + _GAP
        lowest = max(lowest, top)
    width = _MARGIN * 2 + _COLUMNS * _WIDTH + (_COLUMNS - 1) * _GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {lowest}" '
        f'width="{width}" height="{lowest}" role="img" '
        'aria-label="电话流程:每个菜单、每个键、到哪里。Call flow: every menu, key and target.">'
    )
    ground = f'<rect width="{width}" height="{lowest}" fill="#faf9f5"/>'
    return "\n".join([head, f"<style>{_STYLE}</style>", ground, *boxes, "</svg>", ""])


def _box(menu: Menu, left: int, top: int) -> Iterator[str]:
    starts = menu.name in (*STARTS_INBOUND, *STARTS_OUTBOUND)
    kind = " ".join(["box", *(["start"] if starts else []), menu.audience])
    yield (
        f'<rect class="{kind}" x="{left}" y="{top}" width="{_WIDTH}" '
        f'height="{_height(menu)}" rx="8"/>'
    )
    yield _text("title", left + 14, top + 22, menu.title)
    yield _text("name", left + 14, top + 38, menu.name)
    for place, (key, says, leads) in enumerate(_rows(menu)):
        line = top + _HEAD + place * _ROW + 14
        yield _text("key", left + 14, line, key)
        yield _text("", left + 44, line, says)
        yield _text("to", left + 176, line, f"→ {leads}")


def _rows(menu: Menu) -> list[tuple[str, str, str]]:
    person = ("0", _says(menu.person), _leads(menu.on_person))
    keys = [(choice.key, _says(choice.clause), _leads(choice.then)) for choice in menu.choices]
    ordered = [person, *keys] if menu.person_first else [*keys, person]
    return [*ordered, ("…", f"不按,{menu.wait_seconds} 秒", _leads(menu.on_silence))]


def _height(menu: Menu) -> int:
    return _HEAD + len(_rows(menu)) * _ROW + 6


def _says(key: str) -> str:
    """Name what a key is for, without the key: 报事."""
    return templates(_LANGUAGE)[key].partition("，")[0].rstrip("。") if key else ""


def _leads(then: Then) -> str:
    match then:
        case GoTo(menu):
            return MENUS[menu].name
        case Do(action, _):
            places = known_actions()[action].leads_to
            return " / ".join(_ENDS.get(place, place) for place in places[:3])


def _text(kind: str, left: int, line: int, words: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{left}" y="{line}">{escape(words)}</text>'
