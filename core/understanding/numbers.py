"""Case numbers as people write them, and the units that make a number something else."""

from __future__ import annotations

import re

import cn2an

_HANZI_DIGITS = str.maketrans("零〇一二三四五六七八九幺两", "0012345678912")

NUMBER = r"\d{1,7}|[零〇一二三四五六七八九十百千两幺]{1,9}"
# Behind a number they say that it counts something else: 12号楼, 3单元, 120元, 3点.
UNITS = (
    r"号楼|号院|楼|栋|幢|座|单元|室|层|门(?![锁铃口禁把窗卡框轴帘关开坏修外])|元|块|点|天|月|日|年|人|个|次|米|分(?![给派])|户|小时|斤|位|条|根|把|件套"
    r"|平|度|周|秒|毛|万|千|百"
)
# Behind a space only what cannot begin a remark: 办结4 人找到了, 备注12 门锁换了, 接12 楼道里等我.
SPACED_UNITS = r"号楼|号院|栋|幢|单元|室(?![内外])|楼(?![道梯上下里顶门])|元(?!旦)|块钱"
FOLLOWED_BY_UNIT = rf"(?:{UNITS})|\s+(?:{SPACED_UNITS})"


def read_numeral(written: str) -> int | None:
    """Read Chinese numerals; None where they say no number (三十十, 半, 俩).

    >>> read_numeral("二百零三"), read_numeral("四零一"), read_numeral("三十十"), read_numeral("半")
    (203, 401, None, None)
    """
    plain = written.replace("幺", "一").replace("两", "二").replace("〇", "零").replace("俩", "二")
    try:
        return int(cn2an.cn2an(plain, "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None  # cn2an has an error of its own for each way of being no number


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
    return read_numeral(written)


_HANZI = "[一二三四五六七八九十百零〇幺两]"
_CASE_IN_HANZI = re.compile(
    rf"^(?P<before>[^\d\s一二三四五六七八九十百零〇幺两]{{0,6}}?\s*(?:第|t|待办)?)"
    rf"(?P<number>(?!一一|两[一二三四五六七八九十])(?:{_HANZI}{{2,5}}|(?<=t){_HANZI}|(?<=待办){_HANZI}|十))"
    rf"(?P<unit>号|件)?(?!{_HANZI}|{UNITS}|分|\d)"
)


def with_figures(cleaned: str) -> str:
    """Write the number of a case or task near the beginning in figures; else leave the text.

    >>> with_figures("五十八号办结 换锁了"), with_figures("听第一五八号录音"), with_figures("办t五")
    ('58号办结 换锁了', '听第158号录音', '办t5')
    >>> with_figures("接一下孩子"), with_figures("十二号楼灯坏了")
    ('接一下孩子', '十二号楼灯坏了')
    """
    found = _CASE_IN_HANZI.match(cleaned)
    number = read_digits(found["number"]) if found else None
    if found is None or number is None:
        return cleaned
    unit = found["unit"] or ""
    return f"{found['before']}{number}{unit}{cleaned[found.end() :]}"
