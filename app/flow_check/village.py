"""A community for the check alone: many neighbours who are alike, so that no two calls meet."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

LINE = "+869935800000"
MORNING = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday
NIGHT_HOUR = 23
CLERK, PROPERTY = "+8613900000001", "+8613900000002"
ELDER, YOUNGER = "elder", "younger"
_OFFICE = """demo = true
[community]
key = "dongcheng"
name = "东城社区"
english_name = "Dongcheng"
numbers = ["0993-5800000"]
[office]
area_code = "0993"
staffed_number = "5800000"
calling_windows = ["10:30-13:30", "16:30-20:00"]
texting_window = "10:00-21:00"
night_list = ["clerk"]
deputy = "clerk"
director = "clerk"
[office.hours]
monday = ["10:00-14:00", "16:00-20:00"]
tuesday = ["10:00-14:00", "16:00-20:00"]
wednesday = ["10:00-14:00", "16:00-20:00"]
thursday = ["10:00-14:00", "16:00-20:00"]
friday = ["10:00-14:00", "16:00-20:00"]
[office.roster]
monday = ["clerk"]
tuesday = ["clerk"]
wednesday = ["clerk"]
thursday = ["clerk"]
friday = ["clerk"]
[[estate]]
key = "qinghu"
name = "青湖华庭"
property_company = "青湖物业"
[[grid]]
key = "qinghu-1"
name = "青湖一网格"
estate = "qinghu"
leader = "leader"
[[staff]]
key = "clerk"
name = "张敏"
roles = ["duty_clerk"]
phones = ["13900000001"]
[[staff]]
key = "property"
name = "欧阳建国"
called = "欧阳师傅"
roles = ["property"]
phones = ["13900000002"]
estates = ["qinghu"]
[[staff]]
key = "leader"
name = "李强"
called = "小李"
roles = ["grid_leader"]
phones = ["13900000003"]
[[route]]
category = "repair"
estate = "qinghu"
to = "property"
[[route]]
category = "*"
to = "duty"
[[activity]]
key = "reading"
name = "读书会"
english_name = "reading circle"
kind = "learn"
points = 4
starts = 2026-11-27T16:00:00
ends = 2026-11-27T17:30:00
[[reward]]
key = "tissues"
name = "纸巾"
english_name = "tissues"
price = 10
stock = 50
[[reward]]
key = "detergent"
name = "洗洁精"
english_name = "detergent"
price = 25
stock = 20
[[reward]]
key = "oil"
name = "花生油"
english_name = "peanut oil"
price = 160
stock = 10
"""
_CALLED = {
    "zh_CN": {ELDER: "欧阳奶奶", YOUNGER: "马大姐"},
    "en": {ELDER: "Ms Smith", YOUNGER: "Ann"},
}
_BORN = {ELDER: 1944, YOUNGER: 1980}
_EACH = 120


def community_file() -> str:
    """Return the community file: as many elders as younger people in each language."""
    return (
        _OFFICE
        + "".join(
            _resident(kind, language, number)
            for kind in (ELDER, YOUNGER)
            for language in ("zh_CN", "en")
            for number in range(_EACH)
        )
        + _neighbours()
    )


def phones(kind: str, language: str) -> list[str]:
    """Return the telephones of those neighbours."""
    return [f"+86{_number(kind, language, number)}" for number in range(_EACH)]


def _resident(kind: str, language: str, number: int) -> str:
    return f"""[[resident]]
key = "{kind}-{language.lower().replace("_", "-")}-{number}"
name = "欧阳秀兰"
called = "{_CALLED[language][kind]}"
phones = ["{_number(kind, language, number)}"]
estate = "qinghu"
place = "3-2-402"
birth_year = {_BORN[kind]}
language = "{language}"
consents = ["spoken_name"]
"""


UNITS = QUESTION, NOTICE, ORDER, WELFARE, CONTACT = (1, 2, 3, 4, 5)  # of building 5, by call
LANDLINES = tuple((language, slow) for language in ("zh_CN", "en") for slow in (False, True))


def landline(unit: int, number: int) -> str:
    """Return the telephone of an elder of building 5; ``number`` counts LANDLINES."""
    return f"+86993{_local(unit, number)}"


def _local(unit: int, number: int) -> str:
    return f"58{unit}{number}000"


def _neighbours() -> str:
    return "".join(
        _elder(unit, number, language)
        for unit in UNITS
        for number, (language, _) in enumerate(LANDLINES)
    ) + "".join(map(_order, range(len(LANDLINES))))


def _elder(unit: int, number: int, language: str) -> str:
    return f"""[[resident]]
key = "building-5-{unit}-{number}"
name = "欧阳秀兰"
called = "{_CALLED[language][ELDER]}"
phones = ["0993-{_local(unit, number)}"]
estate = "qinghu"
place = "5-{unit}-{number + 1}01"
birth_year = {_BORN[ELDER]}
language = "{language}"
"""


def _order(number: int) -> str:
    """Return what is fetched on Fridays, and who is greeted on Thursdays."""
    return f"""[[standing]]
key = "rice-{number}"
resident = "building-5-{ORDER}-{number}"
name = "送大米"
kind = "delivery"
weekday = "friday"
lead_workdays = 1
[[welfare]]
key = "greeted-{number}"
resident = "building-5-{WELFARE}-{number}"
at = "11:00"
days = ["thursday"]
contact_name = "女儿"
contact_phone = "{landline(CONTACT, number)}"
"""


def _number(kind: str, language: str, number: int) -> str:
    group = (kind == YOUNGER) * 2 + (language == "en")
    return f"1391{group}000{number:03d}"
