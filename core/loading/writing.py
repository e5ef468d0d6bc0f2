"""Writing a community file: the TOML that a clerk can change and load again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any


def as_toml(raw: Mapping[str, Any]) -> str:
    """Write sections as TOML; reading it again gives the same.

    >>> print(as_toml({"demo": False, "estate": [{"key": "qinghu"}]}).strip())
    demo = false
    <BLANKLINE>
    [[estate]]
    key = "qinghu"
    """
    return "\n".join(_table(raw, ())) + "\n"


def _table(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    plain = {k: v for k, v in table.items() if not _is_table(v) and not _is_tables(v)}
    yield from (f"{key} = {_value(value)}" for key, value in plain.items() if value is not None)
    for key, value in table.items():
        inside = (*path, key)
        if _is_table(value):
            yield from ("", f"[{'.'.join(inside)}]")
            yield from _table(value, inside)
        elif _is_tables(value):
            for one in value:
                yield from ("", f"[[{'.'.join(inside)}]]")
                yield from _table(one, inside)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)  # a basic string of TOML
