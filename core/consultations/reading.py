"""What a consultation is about, out of the words of whoever opens it: cost and days. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import cn2an

from core.consultations.rules import RULE_WORDS
from core.errors import Refusal

_END = r"(?=[\s,，。;；、]|$)"
# 30元, 三十块; a number alone, 每户30, is yuan too, and one with letters in it is asked about
_SUM = (
    r"(?:(?P<sum>[^\s,，。;；、共每户]{1,12}?)\s*(?:元|块钱?)"
    rf"|[¥￥]?\s*(?P<bare>\d[\d.a-zA-Z]{{0,11}}){_END})"
)
_TOTAL = re.compile(rf"(?:一共|总共|共计|合计|总价|共)\s*(?:要|需|花)?\s*{_SUM}")
_EACH = re.compile(rf"(?:每户|每家|一户|一家)\s*(?:要|出|摊|交)?\s*{_SUM}")
# 30块5, 30元5角: parts of a yuan are asked for in figures, 30.5, before one is lost
_PARTS = re.compile(
    r"[\d一二三四五六七八九十百]+块[\d一二三四五六七八九半](?!\d*户)|元[\d一二三四五六七八九]角"
)
_DAYS = re.compile(r"(?:^|[\s,，])(?P<days>\d{1,2})\s*天(?=[\s,，])")
_RULE = re.compile(rf"(?:^|[\s,，])(?P<rule>{'|'.join(RULE_WORDS)})(?=[\s,，])")
_LARGEST_FEN = 100_000_000  # a million yuan; more is a slip of the pen


@dataclass(frozen=True)
class Matter:
    """A question, its cost in fen 分 as far as it is named, its rule and its days."""

    words: str
    total_fen: int | None = None
    each_fen: int | None = None
    rule: str = "usual"
    days: int | None = None


def read_matter(words: str) -> Matter:
    """Read a question; the words that only set days or rule are taken out of it.

    :raises Refusal: ``sms.consultation.bad_money`` for an amount that is none.

    >>> read_matter("5天 疏通主管道共360元,每户30元")
    Matter(words='疏通主管道共360元,每户30元', total_fen=36000, each_fen=3000, rule='usual', days=5)
    """
    spaced = f" {words.strip()} "
    days, rule = _DAYS.search(spaced), _RULE.search(spaced)
    for found in (days, rule):
        spaced = spaced.replace(found.group(), " ", 1) if found else spaced
    said = re.sub(r"\s+", " ", spaced).strip(" ,，。:：")
    odd = _PARTS.search(said)
    if odd:
        raise Refusal("sms.consultation.bad_money", words=odd.group())
    return Matter(
        words=said,
        total_fen=_amount(_TOTAL.search(said)),
        each_fen=_amount(_EACH.search(said)),
        rule=RULE_WORDS[rule["rule"]] if rule else "usual",
        days=int(days["days"]) if days else None,
    )


def read_fen(written: str) -> int:
    """Read an amount of yuan as fen 分.

    :raises Refusal: ``sms.consultation.bad_money`` if it is no amount above nothing, or has
        parts of a fen.

    >>> read_fen("33.34"), read_fen("三十")
    (3334, 3000)
    """
    try:
        fen = _yuan(written.strip()) * 100
    except (InvalidOperation, ValueError):
        raise Refusal("sms.consultation.bad_money", words=written) from None
    if fen != int(fen) or not 0 < fen <= _LARGEST_FEN:
        raise Refusal("sms.consultation.bad_money", words=written)
    return int(fen)


def _amount(found: re.Match[str] | None) -> int | None:
    return read_fen(found["sum"] or found["bare"]) if found else None


def _yuan(written: str) -> Decimal:
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,4})?", written, re.ASCII):
        return Decimal(written)
    return Decimal(str(cn2an.cn2an(written.replace("两", "二"), "smart")))
