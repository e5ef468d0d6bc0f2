"""Several requests in one text: 灯坏了,还有垃圾没人收. Pure, and careful: most texts are one."""

from __future__ import annotations

import re
from itertools import pairwise

from core.understanding.categories import suggest

_LONGEST = 300  # letters; a letter is one matter, and is read by a person
_MOST = 3
_EDGES = re.compile(r"^[\s,，。.;；、1１一)）]+|[\s,，。.;；、1１一(（]+$")
_ANOTHER = re.compile(
    r"(?:^|(?<=[\s,，。.;；!！、]))(?:还有(?:就是|一个事|个事|一件事|件事)?|另外|再一个|再有|再就是|其次"
    r"|第[二三]|[二三]是|[2-4][、.．,，)）:：])[\s,，:：]*(?=\S{4})"
)


def split_requests(text: str) -> list[str]:
    """Return the requests that a text holds, each as it was sent; one if it is one matter.

    >>> split_requests("楼道灯坏了,还有垃圾好几天没人收")
    ['楼道灯坏了', '垃圾好几天没人收']
    >>> split_requests("楼道灯坏了,还有三楼的也坏了")
    ['楼道灯坏了,还有三楼的也坏了']
    """
    if len(text) > _LONGEST:
        return [text]
    parts = [_EDGES.sub("", part) for part in _ANOTHER.split(text)]
    parts = [part for part in parts if part][:_MOST]
    about = [suggest(part) for part in parts]
    apart = all(
        (one.category, one.summary) != (other.category, other.summary)
        for one, other in pairwise(about)
    )
    return parts if len(parts) > 1 and apart and all(one.words for one in about) else [text]
