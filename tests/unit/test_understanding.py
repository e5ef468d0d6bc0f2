"""Reading as a whole: danger in two certainties, commands, categories, places, and how fast."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from core.understanding.answers import answer_question
from core.understanding.categories import suggest
from core.understanding.emergency import find_emergency
from core.understanding.hearing import hear
from core.understanding.normalise import clean
from core.understanding.sounds import syllables_typed
from sms.commands import FreeWords
from sms.keywords import parse
from sms.staff_keywords import parse_staff
from sms.understood import understand
from tests.processes import Place
from tests.understanding_measure import alarms, categories, commands, macro_f1

_SEEN = {
    "老头子叫不应了": "medical",
    "屋里臭鸡蛋味": "gas",
    "一二零": "medical",
    "幺二零快来": "medical",
    "1 2 0": "medical",
    "120 3-2-402": "medical",
    "一一九栋着火了": "fire",
    "jiu ming": "other",
    "救\u200b命": "other",
    "報警": "violence",
    "老伴云倒了": "medical",
}
_CALM = [
    "一一九栋的灯坏了",
    "我家住一一九栋",
    "1-10",
    "5-1-101灯坏了",
    "消防演习几点",
    "火腿多少钱",
    "气死我了",
    "笑死我了",
    "这个月煤气费怎么交",
    "花了120块",
    "救命之恩，谢谢",
]
_SHAPE = [
    "text",
    "command",
    "arguments",
    "category",
    "urgency",
    "emergency",
    "certainty",
    "place",
    "answer",
    "confidence",
]


@pytest.mark.parametrize(("words", "danger"), _SEEN.items())
def test_danger_is_seen_however_it_is_spelled(words: str, danger: str) -> None:
    found = find_emergency(words)

    assert found is not None
    assert found.danger == danger


@pytest.mark.parametrize("words", _CALM)
def test_what_only_looks_like_danger_is_none(words: str) -> None:
    found = find_emergency(words)

    assert found is None or found.certainty == "possible"


def test_a_number_in_words_is_a_cry_only_where_it_counts_nothing() -> None:
    assert find_emergency("一百二十平的房子") is None
    assert find_emergency("零一二零") is None
    assert find_emergency("我手机尾号幺二零八") is None


def test_danger_beside_a_wish_is_danger() -> None:
    sign_up = parse("报名 我妈晕倒了叫不应")
    assert sign_up.emergency is not None
    assert sign_up.emergency.certainty == "sure"
    assert parse("进度120").emergency is None
    fire = parse("着火了，怎么还没人来").emergency
    assert fire is not None
    assert fire.danger == "fire"


def test_a_wish_is_read_with_much_beside_it_and_no_request_is_swallowed() -> None:
    assert understand("帮我查一哈我那个水管子弄到哪步了")["command"] == "ask_status"
    assert understand("前天报的灯不用修了")["command"] == "withdraw"
    assert understand("打字打不来你们打给我")["command"] == "ask_person"
    assert understand("不想收这些信息")["command"] == "opt_out"
    assert understand("零一五八")["arguments"] == {"number": 158}
    for request in (
        "手机没声音了,别人打电话我听不见",
        "我想取消我们楼的垃圾桶",
        "水停了，谢谢师傅来看看",
        "我要投诉物业乱收费",
    ):
        assert understand(request)["command"] in (None, "report")


def test_staff_write_the_number_first_or_last() -> None:
    assert str(parse_staff("12修好了").commands[0]) == "Done(number=12, words='')"
    assert str(parse_staff("播放12").commands[0]) == "Listen(number=12)"
    assert str(parse_staff("给12加个备注 没人").commands[0]) == "Note(number=12, words='没人')"
    assert str(parse_staff("12是卫生不是维修").commands[0]) == (
        "Correct(number=12, category='sanitation')"
    )
    assert understand("结案件太多了", staff=True)["command"] is None


@pytest.mark.parametrize(
    "words",
    ["停水了", "家里没暖气了，停暖两天", "停电一天了", "电梯停了下不来", "透析的药没了", "断药了"],
)
def test_what_cannot_wait_is_the_same_day(words: str) -> None:
    assert suggest(words).urgency == "P1"


def test_the_half_that_was_never_tuned_on_is_read_as_well_as_promised() -> None:
    emergencies, alike = alarms("emergencies"), alarms("lookalikes")
    assert 1 - emergencies["none"] / emergencies.total() >= 0.98
    assert alike["sure"] / alike.total() <= 0.05
    assert alike["possible"] / alike.total() <= 0.25
    pairs = commands()
    assert sum(right == read for right, read in pairs) / len(pairs) >= 0.88
    assert macro_f1(categories()) >= 0.75


_GROWING = {
    "a letter": "我们小区的下水道堵了，物业一直不来，楼道灯也坏了。",
    "pinyin": "wo jia xia shui dao du le ",
    "one word": "救命",
    "polite": "麻烦你们帮我",
    "not quite a status": "我的那个事",
    "digits": "12",
    "brackets": "1、",
    "marks": "a\u0301\u0323",
}


@pytest.mark.parametrize("words", _GROWING.values(), ids=_GROWING)
def test_a_text_four_times_as_long_is_not_read_sixteen_times_as_long(words: str) -> None:
    short, long = (words * (size // len(words)) for size in (30_000, 120_000))
    parse(words)  # the lexicons are compiled at the first text

    assert _seconds(long) < 8 * max(_seconds(short), 0.004)


def test_a_run_of_letters_without_a_space_is_no_pinyin_and_takes_no_time() -> None:
    assert syllables_typed("wo" * 30) == ("wo",) * 30
    assert syllables_typed("a" * 200_000) == ()
    assert isinstance(parse_staff("a" * 100_000).commands[0], FreeWords)


def _seconds(text: str) -> float:
    times = []
    for _ in range(3):
        hear.cache_clear()
        clean.cache_clear()
        began = time.process_time()
        parse(text)
        parse_staff(text)
        times.append(time.process_time() - began)
    return min(times)


def test_a_cry_in_the_middle_of_a_long_letter_is_found() -> None:
    letter = "我们小区的事情一直没有人管。" * 2_000
    found = find_emergency(f"{letter}快救命啊着火了{letter}")

    assert found is not None


def test_a_file_is_read_row_by_row_into_the_agreed_columns(tmp_path: Path) -> None:
    rows = [
        "text\tquestion",
        '下水道"堵了\t',
        "没意见\tAGREE",
        "煤气味好大3号楼2单元402\t",
        "进度158\t",
    ]
    source = tmp_path / "texts.tsv"
    source.write_text("\n".join(rows) + "\n", encoding="utf-8")

    printed = Place(tmp_path).run_here("understand", "--file", str(source), "--json")

    read = [json.loads(line) for line in printed.splitlines()]
    assert [list(one) for one in read] == [_SHAPE] * 4
    drain, agreed, gas, status = read
    assert (drain["text"], drain["command"], drain["category"]) == ('下水道"堵了', None, "repair")
    assert agreed["answer"] == "yes"
    assert (gas["emergency"], gas["certainty"], gas["urgency"]) == ("gas", "sure", "P0")
    assert gas["place"] == "3-2-402"
    assert (status["command"], status["arguments"]) == ("ask_status", {"number": 158})


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("wo you duo shao jifen", "ask_points"),
        ("我有好多分了嘛", "ask_points"),
        ("我想换桶油", "redeem"),
        ("有啥奖品", "redeem"),
        ("这几天有啥子活动嘛", "ask_activities"),
        ("包饺子我报名", "sign_up"),
        ("唔要再发啦", "opt_out"),
        ("退错了给我恢复", "opt_in"),
        ("电梯停了", None),
        ("隔壁大爷好几天没见人了", None),
        ("我要换灯泡", None),
        ("积分没给我加上", None),
    ],
)
def test_wishes_in_the_words_of_the_old_are_read_and_requests_are_none(
    text: str, command: str | None
) -> None:
    assert understand(text)["command"] == command


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("hai mei xiu hao", "SOLVED", "no"),
        ("好了一半", "SOLVED", "no"),
        ("冇修好", "SOLVED", "no"),
        ("弄是弄好了可是还得再来", "SOLVED", "unclear"),
        ("好了吗?", "SOLVED", "unclear"),
        ("唔同意", "AGREE", "no"),
        ("没有不同意的", "AGREE", "yes"),
        ("没啥不满意的", "SATISFIED", "yes"),
        ("没有不舒服", "WELFARE", "yes"),
        ("还行就是有点头晕", "WELFARE", "no"),
    ],
)
def test_an_answer_is_never_taken_for_its_opposite(text: str, question: str, answer: str) -> None:
    assert answer_question(text, question).answer == answer


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("火 火 快", "fire"),
        ("我在三号楼电梯里困住了", "trapped"),
        ("楼道漏电", "electric"),
        ("二楼电梯停了", None),
        ("停电了", None),
    ],
)
def test_words_that_only_border_on_one_another_are_no_danger(text: str, danger: str | None) -> None:
    assert understand(text)["emergency"] == danger


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("五十八号办结 换锁了", "done"),
        ("办T五 去过了", "finish_task"),
        ("58不归我管", "return"),
        ("看五十八号", "look"),
        ("轮到我值班", "start_duty"),
        ("交班给小刘", "end_duty"),
        ("58栋楼道灯都坏了", None),
    ],
)
def test_staff_write_numbers_in_any_script_and_place(text: str, command: str | None) -> None:
    assert understand(text, staff=True)["command"] == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("58号 灯已经换好", "done"),
        ("58明天才能换好", None),
        ("58修好了没", "look"),
        ("77交给王师傅", "transfer"),
        ("派77 物业", "transfer"),
        ("轉給物業 77", "transfer"),
        ("96这个归城管", "return"),
        ("140解决不了,上报", "escalate"),
        ("45 已电话告知", "told"),
        ("手上还有几件没办", "mine"),
        ("今晚换我值", "start_duty"),
        ("值班结束,我走了", "end_duty"),
        ("值班室空调坏了", None),
        ("120接走了", None),
        ("替3号楼老刘报一下 厕所堵", "enter_for"),
    ],
)
def test_staff_say_it_in_other_words_and_any_order(text: str, command: str | None) -> None:
    assert understand(text, staff=True)["command"] == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("短信烦死了 手机都满了 别发", "opt_out"),
        ("派个人来修灯", None),
        ("水停了，谢谢师傅来看看", None),
        ("辛苦张师傅了", "thanks"),
        ("bao shi", "report"),
        ("你们谁给我来个信儿 打电话就行", "ask_person"),
        ("家里有点乱 帮我恢复一下门口的路灯", None),
    ],
)
def test_a_wish_is_covered_by_all_its_words_and_a_matter_beside_it_is_kept(
    text: str, command: str | None
) -> None:
    assert understand(text)["command"] == command


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("不再漏", "SOLVED", "yes"),
        ("上午好了下午又漏", "SOLVED", "no"),
        ("快修好了", "SOLVED", "unclear"),
        ("没修好", "SOLVED", "no"),
        ("1没好", "SOLVED", "unclear"),
        ("打95分", "SATISFIED", "yes"),
        ("两颗星", "SATISFIED", "no"),
        ("满意不起来", "SATISFIED", "no"),
        ("hao", "WELFARE", "yes"),
        ("头不晕了", "WELFARE", "yes"),
        ("没救了", "WELFARE", "no"),
        ("不要停", "CONFIRM_ORDER", "yes"),
        ("不用 够吃", "CONFIRM_ORDER", "no"),
        ("没反对", "AGREE", "yes"),
        ("谁说不同意", "AGREE", "unclear"),
    ],
)
def test_what_is_denied_undone_or_not_yet_is_heard(text: str, question: str, answer: str) -> None:
    assert answer_question(text, question).answer == answer
