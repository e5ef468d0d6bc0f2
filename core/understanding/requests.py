"""Several requests in one text: 楼道灯坏了，还有垃圾三天没人收."""

from __future__ import annotations

import re

from core.understanding.categories import suggest

_LONGEST = 150  # characters; a letter of complaint holds many matters, and is one request
_SHORTEST = 4
_SURE = 0.5
_SURER = 0.8
_AND_THEN = re.compile(
    r"[,，。.;；、!！\s]*(?:还有(?:就是|一个|个)?(?:事儿?|件事)?|另外|再(?:就是|一个|有)|顺便|对了|第[二三四](?:件|个)?(?:事)?"
    r"|(?<=[,，。;；、!！\s])[2-4二三四][.、)）])[,，、:：\s]*|\band also\b|\balso,",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。;；!！\n]+")
_FIRST = re.compile(r"^\s*(?:第?[1一](?:件|个)?(?:事)?[.、,，:：)）]|第一)\s*")


def parts_of(text: str) -> tuple[str, ...]:
    """Part a text into its requests, each as it was sent; one that is one request stays whole.

    A part is a request only if its own words say what it is about, and something else than the
    others'.

    >>> parts_of("楼道灯坏了，还有垃圾三天没人收")
    ('楼道灯坏了', '垃圾三天没人收')
    >>> parts_of("下水道堵了，还有我家住三楼"), parts_of("下水道堵了")
    (('下水道堵了，还有我家住三楼',), ('下水道堵了',))
    """
    if len(text) > _LONGEST:
        return (text,)
    for pattern, line in ((_AND_THEN, _SURE), (_SENTENCE_END, _SURER)):
        parts = [part.strip() for part in pattern.split(_FIRST.sub("", text)) if part.strip()]
        if len(parts) > 1 and _are_requests(parts, line):
            return tuple(parts)
    return (text,)


def _are_requests(parts: list[str], line: float) -> bool:
    found = [suggest(part) for part in parts]
    about = {(one.category, one.summary) for one in found}
    return len(about) == len(parts) and all(
        one.words and one.confidence >= line and len(part) >= _SHORTEST and one.category != "other"
        for one, part in zip(found, parts, strict=True)
    )
