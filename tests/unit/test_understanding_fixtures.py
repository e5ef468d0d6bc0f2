"""The sayings that Linli's reading is measured by are many, rightly labelled and fairly halved."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process

FOLDER = Path(__file__).parents[2] / "fixtures" / "understanding"
Saying = dict[str, Any]

LEAST = {
    "requests": 450,
    "emergencies": 340,
    "lookalikes": 340,
    "commands": 340,
    "staff_commands": 150,
    "answers": 250,
}
KEYS = {
    "requests": {"text", "category", "urgency", "place", "group", "half"},
    "emergencies": {"text", "danger", "kind", "group", "half"},
    "lookalikes": {"text", "near", "group", "half"},
    "commands": {"text", "command", "number", "group", "half"},
    "staff_commands": {"text", "command", "number", "words", "group", "half"},
    "answers": {"text", "question", "answer", "group", "half"},
}
EXTRA_KEYS = {"enter_for": {"who"}, "callback": {"answer"}}


def _words(text: str) -> set[str]:
    return set(text.split())


CATEGORIES = _words("repair sanitation safety errand neighbour facility policy suggestion other")
DANGERS = _words("fire gas medical fall trapped electric violence suicide poison missing")
COMMANDS = _words(
    "ask_status ask_help ask_person opt_out opt_in withdraw thanks greeting report answer"
)
STAFF_COMMANDS = _words(
    "accept listen done told callback close finish_task transfer return escalate enter_for note "
    "call_note look mine start_duty end_duty category none"
)
CATEGORY_WORDS = _words("维修 环境卫生 安全隐患 生活帮助 邻里纠纷 公共设施 政策咨询 意见建议 其他")
QUESTIONS = _words("SOLVED SATISFIED AGREE CONFIRM_ORDER WELFARE")
ANSWERS = _words("yes no so_so person unclear")
PLACE = re.compile(r"|[1-9]\d*(-([1-9]\d*)?(-[1-9]\d*)?)?")
NUMBER = re.compile(r"|T?[1-9]\d*")
OBVIOUS = re.compile(
    "救命|着火|起火|失火|冒烟|晕倒|昏过去|摔倒|跌倒|胸口疼|喘不上气|嘴歪|半边身子|吃错|出血|触电|漏电"
    "|煤气|燃气|天然气|被困|砸门|打人|杀人|不想活|自杀|跳楼|上吊|中毒|走丢|失踪|走失|120|119|110"
)
NEAR = 85


def _kind(path: Path) -> str:
    """Tell which kind a file belongs to: ``requests_repair.toml`` holds requests."""
    stem = path.stem
    return "staff_commands" if stem.startswith("staff_commands") else stem.split("_")[0]


def _read() -> dict[str, list[Saying]]:
    sayings: dict[str, list[Saying]] = defaultdict(list)
    for path in sorted(FOLDER.glob("*.toml")):
        sayings[_kind(path)] += tomllib.loads(path.read_text(encoding="utf-8"))["saying"]
    return sayings


SAYINGS = _read()
every_kind = pytest.mark.parametrize("kind", LEAST)


def _bare(text: str) -> str:
    """Take away what the eye does not see: width, case, zero-width marks."""
    seen = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in seen if unicodedata.category(sign) != "Cf")


def _half(kind: str, half: str) -> list[Saying]:
    return [saying for saying in SAYINGS[kind] if saying["half"] == half]


def _stratum(saying: Saying) -> str:
    for key in ("category", "danger", "question", "command"):
        if key in saying:
            return f"{saying[key]} {saying.get('kind', '')}".strip()
    return "all"


def test_every_file_is_of_a_known_kind() -> None:
    assert set(SAYINGS) == set(LEAST)


@every_kind
def test_there_are_enough_sayings(kind: str) -> None:
    assert len(SAYINGS[kind]) >= LEAST[kind]


@every_kind
def test_every_saying_has_its_labels_and_no_others(kind: str) -> None:
    wrong = [
        saying
        for saying in SAYINGS[kind]
        if set(saying) != KEYS[kind] | EXTRA_KEYS.get(saying.get("command", ""), set())
        or not all(isinstance(value, str) for value in saying.values())
        or not all(saying[key] for key in ("text", "group"))
        or saying["half"] not in {"tune", "test"}
    ]
    assert wrong == []


def test_labels_of_requests() -> None:
    assert {saying["category"] for saying in SAYINGS["requests"]} == CATEGORIES
    assert {saying["urgency"] for saying in SAYINGS["requests"]} == {"P1", "P2"}
    assert [s for s in SAYINGS["requests"] if not PLACE.fullmatch(s["place"])] == []


def test_labels_of_emergencies_and_half_of_them_are_indirect() -> None:
    assert {saying["danger"] for saying in SAYINGS["emergencies"]} == DANGERS
    kinds = Counter(saying["kind"] for saying in SAYINGS["emergencies"])
    assert set(kinds) == {"direct", "indirect"}
    assert 0.45 <= kinds["indirect"] / kinds.total() <= 0.6


def test_an_indirect_emergency_uses_none_of_the_obvious_words() -> None:
    indirect = [s["text"] for s in SAYINGS["emergencies"] if s["kind"] == "indirect"]
    assert [text for text in indirect if OBVIOUS.search(_bare(text))] == []


def test_labels_of_lookalikes() -> None:
    assert [saying for saying in SAYINGS["lookalikes"] if not saying["near"]] == []
    assert len({saying["near"] for saying in SAYINGS["lookalikes"]}) >= 30


def test_labels_of_commands() -> None:
    assert {saying["command"] for saying in SAYINGS["commands"]} == COMMANDS
    assert {saying["command"] for saying in SAYINGS["staff_commands"]} == STAFF_COMMANDS
    numbered = SAYINGS["commands"] + SAYINGS["staff_commands"]
    assert [saying for saying in numbered if not NUMBER.fullmatch(saying["number"])] == []


def test_labels_of_staff_commands_with_arguments() -> None:
    staff = SAYINGS["staff_commands"]
    corrected = {s["words"] for s in staff if s["command"] == "category"}
    assert corrected == CATEGORY_WORDS
    tasks = [s["number"] for s in staff if s["command"] == "finish_task"]
    assert all(number.startswith("T") for number in tasks)
    assert {s["answer"] for s in staff if s["command"] == "callback"} == {"yes", "no"}
    plain = [s for s in staff if s["command"] == "none"]
    assert [s for s in plain if s["number"] or s["words"]] == []


def test_labels_of_answers() -> None:
    assert {saying["question"] for saying in SAYINGS["answers"]} == QUESTIONS
    assert {saying["answer"] for saying in SAYINGS["answers"]} == ANSWERS
    so_so = {s["question"] for s in SAYINGS["answers"] if s["answer"] == "so_so"}
    assert so_so == {"SATISFIED"}


@every_kind
def test_no_text_is_told_twice(kind: str) -> None:
    told = Counter((s["text"], s.get("question")) for s in SAYINGS[kind])
    assert [saying for saying, times in told.items() if times > 1] == []


@every_kind
def test_the_writings_of_one_saying_are_in_one_half(kind: str) -> None:
    halves: dict[str, set[str]] = defaultdict(set)
    for saying in SAYINGS[kind]:
        halves[saying["group"]].add(saying["half"])
    assert [group for group, found in halves.items() if len(found) > 1] == []


@every_kind
@pytest.mark.parametrize("form", [str, _bare], ids=["as written", "bare"])
def test_no_saying_of_one_half_resembles_one_of_the_other(kind: str, form: Any) -> None:
    tune = [form(saying["text"]) for saying in _half(kind, "tune")]
    test = [form(saying["text"]) for saying in _half(kind, "test")]
    ratios = process.cdist(tune, test, scorer=fuzz.ratio)
    alike = [(tune[i], test[j]) for i, j in zip(*(ratios >= NEAR).nonzero(), strict=True)]
    assert alike == []


@every_kind
def test_the_halves_are_balanced(kind: str) -> None:
    tune = Counter(_stratum(saying) for saying in _half(kind, "tune"))
    test = Counter(_stratum(saying) for saying in _half(kind, "test"))
    assert 0.47 <= test.total() / (tune.total() + test.total()) <= 0.53
    lopsided = [
        (stratum, tune[stratum], test[stratum])
        for stratum in tune | test
        if abs(tune[stratum] - test[stratum]) > max(2, 0.12 * (tune + test)[stratum])
    ]
    assert lopsided == []
