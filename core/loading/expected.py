"""What was expected instead, in a clerk's words: pydantic's findings, translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

_KEY_PATTERN = "a-z0-9"

# pydantic's error type → what to write instead (docs.pydantic.dev, "Validation Errors").
_WORDS: Mapping[str, str] = {
    "missing": "缺了这一项,要写上 (this is missing)",
    "extra_forbidden": "没有这一项 (no such key here)",
    "string_type": '写一段文字,放在引号里 (a text in "quotes")',
    "string_too_short": "不能空着 (must not be empty)",
    "string_too_long": "太长了 (too long)",
    "bool_type": "写 true(是)或 false(否) (true or false)",
    "bool_parsing": "写 true(是)或 false(否) (true or false)",
    "float_type": "写一个数,例如 89.35 (a number such as 89.35)",
    "float_parsing": "写一个数,例如 89.35 (a number such as 89.35)",
    "int_type": "写一个整数,不加引号 (a whole number)",
    "int_parsing": "写一个整数,不加引号 (a whole number)",
    "int_from_float": "写一个整数 (a whole number)",
    "tuple_type": '写成方括号里的一列,例如 ["a", "b"] (a list in [brackets])',
    "dict_type": "这里是一个小节,下面分行写 名字 = 内容 (a section)",
    "model_type": "这里是一个小节,下面分行写 名字 = 内容 (a section)",
    "date_type": "写日期,例如 2026-05-27 (a date such as 2026-05-27)",
    "date_parsing": "写日期,例如 2026-05-27 (a date such as 2026-05-27)",
    "date_from_datetime_parsing": "写日期,例如 2026-05-27 (a date such as 2026-05-27)",
    "date_from_datetime_inexact": "只写日期,不写钟点 (a date without a time)",
    "too_short": "至少写一个 (at least one is needed)",
}

_OWN_WORDS: Mapping[str, str] = {
    "night_list": "夜里一定要有人接急事:至少写一个人的 key (a night list is needed)",
    "area_code": '写区号,例如 "0993" (an area code such as "0993")',
}


def expected(error: ErrorDetails) -> str:
    """Say what the clerk should write where pydantic found ``error``."""
    last = next((part for part in reversed(error["loc"]) if isinstance(part, str)), "")
    of_the_list = error["loc"][-1:] == (last,)
    if last in _OWN_WORDS and of_the_list and error["type"] != "extra_forbidden":
        return _OWN_WORDS[last]
    worded = _WORDED.get(error["type"])
    if worded is not None:
        return worded(error.get("ctx", {}))
    return _WORDS.get(error["type"], error["msg"])


def _limit(words: str, name: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda context: words.format(context.get(name))


def _pattern(context: Mapping[str, Any]) -> str:
    if _KEY_PATTERN in str(context.get("pattern")):
        return "代号只用小写英文字母、数字和 - _ (small letters, digits, - and _ only)"
    return f"不合格式 (expected {context.get('pattern')})"


_WORDED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "value_error": lambda context: str(context.get("error", "")),
    "literal_error": lambda context: f"只能写其中之一 (one of): {context.get('expected')}",
    "enum": lambda context: f"只能写其中之一 (one of): {context.get('expected')}",
    "greater_than": _limit("要大于 {0} (more than {0})", "gt"),
    "greater_than_equal": _limit("不能小于 {0} (at least {0})", "ge"),
    "less_than": _limit("要小于 {0} (less than {0})", "lt"),
    "less_than_equal": _limit("不能大于 {0} (at most {0})", "le"),
    "string_pattern_mismatch": _pattern,
}
