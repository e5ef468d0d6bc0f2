"""What is wrong with a file, in words a clerk understands."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Chinese, and English in brackets at its end, which may hold brackets of its own.
_BOTH = re.compile(
    r"(?P<chinese>.*?[^\x00-\x7f].*?) ?\((?P<english>[!-~][^()]*(?:\([^()]*\)[^()]*)*)\)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it is, and what was expected (Chinese, English)."""

    where: str  # key path: resident[3] 刘玉兰 phones
    expected: str
    line: int | None = None

    def said(self, language: str) -> str:
        """Return what was expected in one language alone, for a page that has only one."""
        return in_one_language(self.expected, language)


def in_one_language(both: str, language: str) -> str:
    """Return the Chinese of what is said in both languages, or the English; else what is there.

    >>> in_one_language("不能大于 31 (at most 31)", "zh_CN")
    '不能大于 31'
    >>> in_one_language("不能大于 31 (at most 31)", "en")
    'at most 31'
    """
    found = _BOTH.fullmatch(both)
    if found is None:
        return both
    return found["english"] if language == "en" else found["chinese"]


class BadFile(Exception):
    """A file that cannot be loaded; nothing of it was. ``str()`` lists everything at once."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(name, problems)
        self.name = name
        self.problems = problems

    def lines(self) -> list[str]:
        """Return one printable line for each problem: file, line, key, what was expected."""
        return [
            f"{self.name}{f':{problem.line}' if problem.line else ''}: "
            f"{problem.where + ': ' if problem.where else ''}{problem.expected}"
            for problem in self.problems
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines())
