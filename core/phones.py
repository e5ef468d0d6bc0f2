"""Telephone numbers: one written form (E.164), and how each may be used."""

from __future__ import annotations

import enum
import re
from collections.abc import Set as Collection

import phonenumbers

# What carriers send when a caller hides the number: words, or the keypad spelling of them
# (ANONYMOUS, RESTRICTED, PRIVATE, UNKNOWN, UNAVAILABLE), see the provider's caller-ID notes.
_HIDDEN = frozenset(
    {
        "",
        "anonymous",
        "restricted",
        "private",
        "unknown",
        "unavailable",
        "+266696687",
        "+7378742883",
        "+2562533",
        "+8656696",
        "+86282452253",
    }
)

_LOCAL_DIGITS = (7, 8)  # of a landline dialled without its area code


# Shaped like a mobile of the mainland; new ranges are given out before the library knows them.
# 160 and 168 are charged extra.
_NEW_MOBILE = re.compile(r"\+861(?!60|68)[3-9]\d{9}")
_ORDINARY = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.VOIP,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
    }
)


class PhoneKind(enum.StrEnum):
    """Whether a number can be texted."""

    MOBILE = "mobile"
    LANDLINE = "landline"


def read_number(written: str, region: str = "CN") -> str | None:
    """Bring a number to E.164; None for a hidden or impossible one.

    >>> read_number("139 0000 0001")
    '+8613900000001'
    >>> read_number("anonymous") is None
    True
    """
    if written.strip().lower() in _HIDDEN:
        return None
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def kind_of(e164: str) -> PhoneKind:
    """Tell a mobile from a landline; what may be either counts as mobile.

    >>> kind_of("+869935800000").value
    'landline'
    """
    kind = phonenumbers.number_type(phonenumbers.parse(e164))
    fixed = phonenumbers.PhoneNumberType.FIXED_LINE
    return PhoneKind.LANDLINE if kind == fixed else PhoneKind.MOBILE


def why_not_dialled(e164: str, countries: Collection[str]) -> str:
    """Say why a number is never texted or rung by us; nothing if it may be.

    Premium and shared-cost numbers, and whatever is no subscriber's at all (110, 119, 120), are
    never dialled. ``countries`` are two letters each; none at all allows every country.

    >>> why_not_dialled("+8613900000101", {"CN"})
    ''
    >>> why_not_dialled("+86120", {"CN"}), why_not_dialled("+19005550123", set())
    ('no number of a person', 'a kind of number that is never dialled')
    >>> why_not_dialled("+77012345678", {"CN"})
    'a country that is not allowed'
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return "no number of a person"
    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN and not _NEW_MOBILE.fullmatch(e164):
        return "no number of a person"
    if kind not in _ORDINARY and kind != phonenumbers.PhoneNumberType.UNKNOWN:
        return "a kind of number that is never dialled"
    regions = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    if countries and countries.isdisjoint(regions):
        return "a country that is not allowed"
    return ""


def masked(e164: str | None) -> str:
    """Show a number in a log: the last two digits at most.

    >>> masked("+8613900000001")
    '***01'
    """
    return f"***{e164[-2:]}" if e164 else "hidden"


def shown(e164: str | None, area_code: str = "") -> str:
    """Write a number as people here dial it: no country code, no own area code.

    >>> shown("+869935800000", area_code="0993")
    '5800000'
    >>> shown("+8613900000001")
    '13900000001'
    """
    if e164 is None:
        return ""
    if not e164.startswith("+86"):
        return e164
    national = e164.removeprefix("+86")
    if kind_of(e164) is PhoneKind.MOBILE:
        return national
    own = area_code.lstrip("0")
    return national.removeprefix(own) if own and national.startswith(own) else f"0{national}"


def read_local(written: str, area_code: str) -> str | None:
    """Bring a number to E.164 as it is dialled here: a local landline without its area code.

    >>> read_local("580 0302", "0993")
    '+869935800302'
    """
    digits = "".join(sign for sign in written if sign.isdigit())
    is_local = len(digits) in _LOCAL_DIGITS and not written.strip().startswith("+")
    number = read_number(f"{area_code}{digits}" if is_local else written)
    if number is None or not phonenumbers.is_valid_number(phonenumbers.parse(number)):
        return None
    return number
