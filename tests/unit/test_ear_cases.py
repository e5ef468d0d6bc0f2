"""Text for the ear: one table of cases, what stands written and what a voice is handed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from core.wording import ear
from core.wording.polyphones import with_readings
from core.wording.readings import pieces, without_readings

CHINESE = [
    # telephones: 幺, 3-4-4
    ("打13900000101", "打幺 三 九，零 零 零 零，零 幺 零 幺"),
    ("打139 0000 0101", "打幺 三 九，零 零 零 零，零 幺 零 幺"),
    ("打0993-5800302", "打零 九 九 三，五 八 零，零 三 零 二"),
    ("打(0993)5800302", "打零 九 九 三，五 八 零，零 三 零 二"),
    ("010-12345678", "零 幺 零，幺 二 三 四，五 六 七 八"),
    ("打12345热线", "打幺 二 三 四 五热线"),
    ("打120、119、110", "打幺 二 零、幺 幺 九、幺 幺 零"),
    # case numbers
    ("0158号", "零 幺 五 八号"),
    ("12345号", "幺 二 三 四 五号"),
    # quantities, points
    ("302分积分", "三百零二分积分"),
    ("2瓶油2个人", "两瓶油两个人"),
    ("第2次", "第二次"),
    ("12个", "十二个"),
    ("1,200分", "一千二百分"),
    ("1.5米", "一点五米"),
    ("２桶", "两桶"),
    # money
    ("¥35.50", "三十五元五角"),
    ("￥1,200", "一千二百元"),
    ("35.50元", "三十五元五角"),
    ("2元", "两元"),
    ("0.99元", "零元九角九分"),
    ("每户120.5块钱", "每户一百二十元五角"),
    # dates
    ("2月3日", "二月三日"),
    ("12月2日星期三", "十二月二日星期三"),
    ("2026-12-03", "十二月三日，星期四"),
    ("2026年12月", "二零二六年十二月"),
    ("2个月", "两个月"),
    # times
    ("10:30来", "上午十点半来"),
    ("14：05", "下午两点零五分"),
    ("10:00-13:30", "上午十点到下午一点半"),
    ("3-5天", "三到五天"),
    ("10-12点", "十到十二点"),
    # addresses
    ("3号楼2单元402", "三号楼二单元四 零 二"),
    ("3-2-402", "三号楼二单元，四 零 二室"),
    ("14--1002", "十四号楼，幺 零 零 二室"),
    ("12号楼101室", "十二号楼幺 零 幺室"),
    ("2楼", "二楼"),
    ("6层", "六层"),
    # the weather, shares
    ("-20℃", "零下二十度"),
    ("38.5度", "三十八点五度"),
    ("98%", "百分之九十八"),
    # readings
    ("楼道着火了", "楼道着火⟨zhao2 huo3⟩了"),
    ("重办一次", "重办⟨chong2 ban4⟩一次"),
    ("还钥匙", "还钥匙⟨huan2 yao4 shi5⟩"),
    ("管子要加长", "管子要加长⟨jia1 chang2⟩"),
    ("找单大妈", "找单⟨shan4⟩大妈"),
    ("曾师傅和仇奶奶", "曾⟨zeng1⟩师傅和仇⟨qiu2⟩奶奶"),
    ("社区主任", "社区主任"),
    ("找大夫", "找大夫⟨dai4 fu5⟩"),
    # letters, pictures, other scripts
    ("A座3层", "诶座三层"),
    ("WiFi坏了", "大不留爱艾弗爱坏了"),
    ("谢谢👍🏻😀", "谢谢"),
    ("水\u200b管\ufe0f漏了", "水管漏了"),
    ("Привет水管漏了", "水管漏了"),
    ("سالام水管漏了", "水管漏了"),
]
ENGLISH = [
    (
        "Call 13900000101",
        "Call one three nine, zero zero zero zero, zero one zero one",
    ),
    ("number 0158", "number zero one five eight"),
    ("press 2", "press two"),
    ("the 2026-12-03", "the Thursday, December third"),
    ("at 10:30", "at half past ten in the morning"),
    ("¥35.50", "thirty-five yuan fifty"),
    ("35.50 yuan", "thirty-five yuan fifty"),
    ("3-2-402", "building three, unit two, room four zero two"),
    ("98%", "ninety-eight percent"),
    ("-20℃", "minus twenty degrees"),
    ("thank you 👍🏻", "thank you "),
    ("the tap 水管 leaks", "the tap  leaks"),
]


@pytest.mark.parametrize(("written", "heard"), CHINESE)
def test_chinese_words_are_written_out_for_the_ear(written: str, heard: str) -> None:
    assert ear.written_out(written, "zh_CN") == heard


@pytest.mark.parametrize(("written", "heard"), ENGLISH)
def test_english_words_are_written_out_for_the_ear(written: str, heard: str) -> None:
    assert ear.written_out(written, "en") == heard


@pytest.mark.parametrize(
    ("sentence", "hanzi", "reading"),
    [
        ("厨房着火了", "着", "zhao2"),
        ("他躺着不动", "着", "zhe"),
        ("去银行取钱", "行", "hang2"),
        ("这样行不行", "行", "xing2"),
        ("网格长来了", "长", "zhang3"),
        ("请把线加长", "长", "chang2"),
        ("这事要重办", "重", "chong2"),
        ("东西太重", "重", "zhong4"),
        ("请您还钥匙", "还", "huan2"),
        ("还没修好", "还", "hai2"),
    ],
)
def test_a_hanzi_of_several_readings_is_read_as_meant(
    sentence: str, hanzi: str, reading: str
) -> None:
    """As the voices read: the readings that are marked, and pypinyin for the rest."""
    read: list[tuple[str, str]] = []
    for piece in pieces(with_readings(sentence)):
        syllables = piece.syllables or lazy_pinyin(piece.text, style=Style.TONE3)
        read += zip(piece.text, syllables, strict=True)

    assert dict(read)[hanzi] == reading


def test_a_name_is_read_as_the_community_says() -> None:
    assert ear.name_spoken("盖大爷", "ge3") == "盖⟨ge3⟩大爷"
    assert ear.name_spoken("盖大爷", "ge3 da4 ye2") == "盖大爷⟨ge3 da4 ye2⟩"
    assert ear.name_spoken("盖大爷", None) == "盖大爷"
    assert with_readings("盖⟨gai4⟩大爷") == "盖⟨gai4⟩大爷"


@given(st.text(max_size=60))
def test_anything_can_be_written_out(words: str) -> None:
    for language in ("zh_CN", "en"):
        spoken = without_readings(ear.written_out(words, language))
        assert not any(0x1F000 <= ord(letter) <= 0x1FAFF for letter in spoken)
