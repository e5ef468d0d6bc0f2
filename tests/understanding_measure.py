"""Measure how texts are understood, on the test half of fixtures/understanding.

``make measure`` prints the figures and writes them to docs/understanding.md. ``--casual FILE``
adds the share of casual texts that fire a command: a TSV file with the column text. ``--quick``
leaves the extra [classify] out, which learns for some minutes.
"""

from __future__ import annotations

import argparse
import csv
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from core.understanding.answers import answer_question
from core.understanding.categories import suggest
from core.understanding.emergency import find_emergency
from core.understanding.hearing import hear
from core.understanding.normalise import clean
from core.understanding.places import find_place
from sms.keywords import parse
from sms.understood import understand

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "understanding.md"
_BEGIN, _END = "<!-- measured: make measure -->", "<!-- end of what was measured -->"
Saying = dict[str, str]
Rows = list[list[str]]


def sayings(kind: str, half: str = "test") -> list[Saying]:
    """Read one half of the sayings of a kind, in the order of the files."""
    found: list[Saying] = []
    for path in sorted((ROOT / "fixtures" / "understanding").glob(f"{kind}*.toml")):
        if kind == "commands" or not path.name.startswith("staff_") or kind == "staff_commands":
            found += tomllib.loads(path.read_text(encoding="utf-8"))["saying"]
    return [saying for saying in found if saying["half"] == half]


def scores(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[float, float, float, int]]:
    """Return precision, recall, F1 and number by label; ``pairs`` are (right, read)."""
    right, read, both = Counter[str](), Counter[str](), Counter[str]()
    for label, guess in pairs:
        right[label] += 1
        read[guess] += 1
        both[label] += label == guess
    return {
        label: (
            both[label] / max(1, read[label]),
            both[label] / right[label],
            2 * both[label] / (right[label] + read[label]),
            right[label],
        )
        for label in sorted(right)
    }


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Return the mean of F1 over the labels."""
    found = scores(pairs)
    return sum(score[2] for score in found.values()) / len(found)


def categories(half: str = "test") -> list[tuple[str, str]]:
    """Pair the category of each request with the one that the lexicon suggests."""
    return [(one["category"], suggest(one["text"]).category) for one in sayings("requests", half)]


def with_the_model() -> list[tuple[str, str]] | None:
    """Do the same with the extra [classify]; None where it is not installed."""
    from core.learning.measuring import measure_categories
    from core.learning.model import ModelMissing

    tune = [(one["text"], one["category"]) for one in sayings("requests", "tune")]
    test = sayings("requests")
    try:
        read = measure_categories(tune, [one["text"] for one in test])
    except ModelMissing:
        return None
    return [(one["category"], guess) for one, guess in zip(test, read, strict=True)]


def alarms(kind: str, half: str = "test") -> Counter[str]:
    """Count sure, possible and none among the sayings of a kind, as the door reads them."""
    return Counter(_certainty(one) for one in sayings(kind, half))


def _certainty(saying: Saying) -> str:
    found = understand(saying["text"], question=saying.get("question", ""))
    return found["certainty"] or "none"


def commands(half: str = "test") -> list[tuple[str, str]]:
    """Pair each resident's command with the one that was read; a wrong number is wrong."""
    return [(one["command"], _command(one)) for one in sayings("commands", half)]


def staff_commands(half: str = "test") -> list[tuple[str, str]]:
    """Pair each staff command with the one that was read."""
    return [(one["command"], _command(one, staff=True)) for one in sayings("staff_commands", half)]


def _command(saying: Saying, *, staff: bool = False) -> str:
    found = understand(saying["text"], staff=staff)
    name = found["command"] or "none"
    number = saying["number"].lstrip("T")
    return name if number in ("", str(found["arguments"].get("number", ""))) else "wrong number"


def answers(half: str = "test") -> list[tuple[str, str, str]]:
    """Return question, right answer and read answer of each saying."""
    return [
        (one["question"], one["answer"], answer_question(one["text"], one["question"]).answer)
        for one in sayings("answers", half)
    ]


def fired(texts: Iterable[str]) -> Counter[str]:
    """Count the commands that free words fire; not thanks, nor words kept on a case."""
    harmless = {None, "report", "thanks", "greeting", "fine", "well", "nothing", "none"}
    found: Counter[str] = Counter()
    for text in texts:
        read = understand(text)
        is_chase = read["command"] == "ask_status" and "words" in read["arguments"]
        if read["command"] not in harmless and not is_chase:
            found[str(read["command"])] += 1
    return found


def measured(casual: Path | None, *, quick: bool = False) -> str:
    """Measure everything; return it as Markdown."""
    parts = [_categories(quick=quick), _urgency_and_place(), _emergencies(), _false_alarms()]
    parts += [_commands(casual), _answers(), _speed()]
    return "\n\n".join(parts)


def _table(head: Sequence[str], rows: Rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / max(1, whole):.1f} %)"


def _categories(*, quick: bool) -> str:
    by_words = categories()
    by_model = None if quick else with_the_model()
    learnt = scores(by_model) if by_model else {}
    rows = [
        [name, *(f"{figure:.2f}" for figure in score[:3]), str(score[3]), _model_f1(learnt, name)]
        for name, score in scores(by_words).items()
    ]
    macro = f"{macro_f1(by_model):.3f}" if by_model else "not measured"
    rows.append(["**macro**", "", "", f"**{macro_f1(by_words):.3f}**", str(len(by_words)), macro])
    head = ["category", "precision", "recall", "F1", "requests", "F1 with [classify]"]
    return f"## Categories\n{_table(head, rows)}"


def _model_f1(learnt: dict[str, tuple[float, float, float, int]], name: str) -> str:
    return f"{learnt[name][2]:.2f}" if name in learnt else ""


def _urgency_and_place() -> str:
    requests = sayings("requests")
    found = scores((one["urgency"], suggest(one["text"]).urgency) for one in requests)
    places = sum((find_place(one["text"]) or "") == one["place"] for one in requests)
    rows = [
        ["same day (P1): recall", f"{found['P1'][1]:.2f} of {found['P1'][3]}"],
        ["same day (P1): precision", f"{found['P1'][0]:.2f}"],
        ["place right, or rightly none", _share(places, len(requests))],
    ]
    return f"## Urgency and place\n{_table(['', 'requests'], rows)}"


def _emergencies() -> str:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for saying in sayings("emergencies"):
        found = find_emergency(saying["text"])
        for row in (saying["danger"], f"*{saying['kind']}*", "**all**"):
            seen[row][found.certainty if found else "none"] += 1
            seen[row]["kind"] += found is not None and found.danger == saying["danger"]
    rows = [_alarm_row(name, seen[name]) for name in sorted(seen)]
    return f"## Emergencies\n{_table(['kind', 'seen', 'sure', 'possible', 'kind right'], rows)}"


def _alarm_row(name: str, counts: Counter[str]) -> list[str]:
    whole = counts["sure"] + counts["possible"] + counts["none"]
    seen = whole - counts["none"]
    return [
        name,
        _share(seen, whole),
        str(counts["sure"]),
        str(counts["possible"]),
        str(counts["kind"]),
    ]


def _false_alarms() -> str:
    rows = []
    ordinary: Counter[str] = Counter()
    for kind in ("requests", "commands", "answers"):
        ordinary += alarms(kind)
    for name, counts in (("ordinary texts", ordinary), ("look-alikes", alarms("lookalikes"))):
        whole = counts.total()
        rows.append([name, _share(counts["sure"], whole), _share(counts["possible"], whole)])
    return f"## False alarms\n{_table(['', 'taken as sure', 'taken as possible'], rows)}"


def _commands(casual: Path | None) -> str:
    rows = []
    for whose, pairs in (("residents", commands()), ("staff", staff_commands())):
        right = sum(label == read for label, read in pairs)
        rows.append([f"**{whose}**", _share(right, len(pairs))])
        rows += [
            [name, f"{round(recall * number)} of {number}"]
            for name, (_, recall, _, number) in scores(pairs).items()
        ]
    requests = [one["text"] for one in (*sayings("requests"), *sayings("lookalikes"))]
    rows.append(["requests and look-alikes that fire one", _fired(requests)])
    if casual:
        rows.append(["casual texts that fire one", _fired(_column(casual))])
    return f"## Commands\n{_table(['command', 'read rightly'], rows)}"


def _fired(texts: Sequence[str]) -> str:
    return _share(fired(texts).total(), len(texts))


def _column(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as opened:
        rows = csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] or "" for row in rows]


def _answers() -> str:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for question, label, read in answers():
        found[question].append((label, read))
    rows = []
    for question, pairs in found.items():
        right = sum(label == read for label, read in pairs)
        turned = sum({label, read} == {"yes", "no"} for label, read in pairs)
        rows.append([question, _share(right, len(pairs)), str(turned)])
    head = ["question", "read rightly", "yes taken for no, or no for yes"]
    return f"## Answers\n{_table(head, rows)}"


def _speed() -> str:
    texts = {
        "a letter": "我们小区的下水道堵了，物业一直不来，楼道灯也坏了。" * 1_500,
        "pinyin": "wo jia xia shui dao du le " * 4_000,
        "one word": "救命" * 17_000,
        "polite": "麻烦你们帮我" * 5_600,
        "digits": "12" * 50_000,
        "marks": "a\u0301\u0323" * 20_000,
    }
    rows = []
    for name, text in texts.items():
        size = len(text.encode())
        rows.append([name, f"{size // 1000} kB", f"{_milliseconds(text):.0f} ms"])
    return f"## Time for a text of 100 kB\n{_table(['text', 'size', 'read in'], rows)}"


def _milliseconds(text: str) -> float:
    """Time the reading of a text, the best of five; what was heard before is forgotten."""
    times = []
    for _ in range(5):
        hear.cache_clear()
        clean.cache_clear()
        began = time.process_time()
        parse(text)
        times.append(time.process_time() - began)
    return 1000 * min(times)


def main() -> None:
    """Print what was measured, and write it into the document."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--casual", type=Path)
    options.add_argument("--quick", action="store_true")
    found: Any = options.parse_args()
    understand("热身")  # the lexicons are read once a process
    figures = measured(found.casual, quick=found.quick)
    print(figures)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    DOCUMENT.write_text(f"{before}{_BEGIN}\n{figures}\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
