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
        """Return what was expected in one language alone, for a page that has only one.

        >>> Problem("", "不能大于 31 (at most 31)").said("zh_CN")
        '不能大于 31'
        >>> Problem("", "不能大于 31 (at most 31)").said("en")
        'at most 31'
        """
        both = _BOTH.fullmatch(self.expected)
        if both is None:
            return self.expected
        return both["english"] if language == "en" else both["chinese"]


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
