"""Case numbers as people write them, and the units that make a number something else."""

from __future__ import annotations

import cn2an

_HANZI_DIGITS = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")

NUMBER = r"\d{1,7}|[零〇一二三四五六七八九十百千两幺]{1,9}"
# Behind a number they say that it counts something else: 12号楼, 3单元, 120元, 3点.
UNITS = (
    r"号楼|号院|楼|栋|幢|座|单元|室|层|门|元|块|点|天|月|日|年|人|个|次|米|分|户|小时|斤|位|条|根|把|件套"
    r"|平|度|周|秒|毛|万|千|百"
)
# Behind a space only what cannot begin a remark: 办结4 人找到了, 备注12 门锁换了, 接12 楼道里等我.
SPACED_UNITS = r"号楼|号院|栋|幢|单元|室(?![内外])|楼(?![道梯上下里顶门])|元(?!旦)|块钱"
FOLLOWED_BY_UNIT = rf"(?:{UNITS})|\s+(?:{SPACED_UNITS})"


def read_digits(written: str) -> int | None:
    """Read a number written in digits of any script; None if it is none.

    >>> read_digits("0158"), read_digits("零一五八"), read_digits("十二")
    (158, 158, 12)
    """
    if written.isdecimal():
        return int(written)
    digits = written.translate(_HANZI_DIGITS)
    if digits.isdecimal():
        return int(digits)
    try:
        return int(cn2an.cn2an(written.replace("幺", "一"), "smart"))
    except ValueError:
        return None
