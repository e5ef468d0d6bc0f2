"""The community file: the demo is a model for a clerk; a bad file is refused in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.loading.file import BadFile, read_community_file, read_file, text_of

DEMO = Path(__file__).parents[2] / "fixtures" / "demo" / "community.toml"
TEXT = DEMO.read_text("utf-8")


def refused(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        read_file(text, name="our.toml")
    return caught.value.lines()


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if words in line)


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new)


def test_the_demo_community_is_what_the_stories_need() -> None:
    file = read_community_file(DEMO)
    phones = [phone for resident in file.resident for phone in resident.phones]

    assert file.demo
    assert (len(file.estate), len(file.grid), len(file.staff), len(file.resident)) == (2, 3, 12, 51)
    assert [estate.property_company for estate in file.estate] == ["青湖物业", None]
    assert file.community.numbers == ("+869935800000",)
    assert {phone for phone in phones if phones.count(phone) == 2} == {
        "+8613900000103",
        "+869935800333",
    }
    assert [resident.key for resident in file.resident if resident.language == "en"] == ["smith"]
    assert file.office.night_list == ("liuduty", "zhangmin", "xiaoli")


def test_every_demo_resident_lives_in_a_grid() -> None:
    file = read_community_file(DEMO)
    grids = {resident.key: file.grid_of(resident) for resident in file.resident}

    assert grids["jinguilan"] == "qinghu-1"
    assert grids["smith"] == "qinghu-2"
    assert grids["mayongfu"] == "beiyuan-1"
    assert None not in grids.values()


def test_a_clerk_may_write_numbers_and_times_as_people_do() -> None:
    text = changed('phones = ["0993-5800302"]', 'phones = ["5800302"]')
    text = text.replace('monday = ["10:00-14:00", ', 'monday = ["9：30—14：00", ')
    file = read_file(text, name="our.toml")

    wang = next(resident for resident in file.resident if resident.key == "wangdeming")
    assert wang.phones == ("+869935800302",)
    assert str(file.office.hours[1][0].start) == "09:30:00"


def test_a_community_without_a_night_list_is_refused() -> None:
    written = 'night_list = ["liuduty", "zhangmin", "xiaoli"]'
    at = line_of(TEXT, written)

    for text in (changed(written, ""), changed(written, "night_list = []")):
        (line,) = refused(text)
        assert "office.night_list: 夜里一定要有人接急事" in line
    assert refused(changed(written, "night_list = []"))[0].startswith(f"our.toml:{at}: ")


@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        ("birth_year = 1944", 'birth_year = "很老"', "resident[1] jinguilan birth_year", "整数"),
        ("birth_year = 1939", "birth_year = 39", "resident[7] zhangxiuying birth_year", "1900"),
        ('"0993-5800302"', '"5800"', "resident[2] wangdeming phones[1]", "打得通的号码"),
        ('"0993-5800302"', '"120"', "resident[2] wangdeming phones[1]", "打得通的号码"),
        ('"0993-5800302"', '"0993-5800000"', "resident[2] wangdeming phones", "社区自己的号码"),
        ('place = "3-2-402"', 'place = "三楼左手"', "resident[1] jinguilan place", "楼-单元-室"),
        ('"3-2-402"', '"3栋2单元4层402"', "resident[1] jinguilan place", "楼-单元-室"),
        ('name = "东城社区"', f'name = "{"长" * 31}"', "community.name", "最多 30 个字"),
        ('name = "金桂兰"', 'name = "金\\n桂兰"', "resident[1] jinguilan name", "写在一行里"),
        ('name = "金桂兰"', f'name = "{"长" * 61}"', "resident[1] jinguilan name", "最多 60 个"),
        ('["spoken_name"]', '["all"]', "resident[1] jinguilan consents[1]", "spoken_name"),
        ("birth_year = 1944", "birthyear = 1944", "jinguilan birthyear", "是不是想写 birth_year?"),
        ('"10:00-21:00"', '"10点"', "office.texting_window", "这样的一段时间"),
        ('"10:00-21:00"', '"10:00-23:00"', "office.texting_window", "晚十点到早六点"),
        ('"16:30-20:00"', '"12:30-20:00"', "office.calling_windows", "不能重叠"),
        ('zone = "Asia/Shanghai"', 'zone = "Beijing"', "office.zone", "Asia/Shanghai"),
        ('deputy = "chendeputy"', 'deputy = "nobody"', "office.deputy", "没有 nobody"),
        ('["liuduty", "zhangmin", "xiaoli"]', '["ghost"]', "office.night_list", "没有 ghost"),
        ("remind_minutes = 120", "remind_minutes = 600", "office.ladder", "一步比一步晚"),
        ("remind_minutes = 120", "remind_minutes = true", "office.ladder.remind_minutes", "整数"),
        ("day = 2026-05-27", "day = 2026-03-20", "office.local_days[2].day", "写了两次"),
        ("day = 2026-05-27", 'day = "五月"', "office.local_days[2].day", "2026-05-27"),
        ('friday = ["10:00-14:00", "16:00-20:00"]', "", "office.hours", "friday"),
        ('leader = "sunleader"', 'leader = "keeper"', "grid[3] beiyuan-1 leader", "grid_leader"),
        ('"9", "10"', '"8", "10"', "grid[2] qinghu-2 buildings", "别的网格"),
        ('phones = ["13900000003"]', 'phones = ["13900000002"]', "xiaoli phones", "王建国"),
        ('roles = ["property"]', 'roles = ["plumber"]', "wangshifu roles[1]", "property"),
        ('estates = ["qinghu"]', "estates = []", "wangshifu estates", "物业要写管哪些小区"),
        ('roles = ["property"]', 'roles = ["网格长"]', "roles[1]", "是不是想写 grid_leader?"),
        ('category = "repair"\nestate', 'category = "维修"\nestate', "category:", "想写 repair?"),
        ('to = "property"', 'to = "nobody"', "route[1] repair-qinghu to", "grid_leader"),
        ('estate = "qinghu"\nto', 'estate = "beiyuan"\nto', "repair-qinghu to", "没有物业"),
        ('key = "safety-all"', 'key = "repair-all"', "repair-all key", "用过了"),
        ('key = "wangdeming"', 'key = "王大爷"', "resident[2] 王大爷 key", "小写英文字母"),
        ('numbers = ["0993-5800000"]', "numbers = []", "community.numbers", "至少写一个"),
        ('call_until = "18:00"', 'call_until = "14:00"', "call_from", "晚于"),
        ('resident = "mayongfu"', 'resident = "x"', "mayongfu-medicine resident", "没有 x"),
        ("day = 5\nlead", "lead", "standing[1] mayongfu-medicine day", "只写一样"),
        ("day = 5\nlead", "day = 45\nlead", "standing[1] mayongfu-medicine day", "31"),
        ('place = "3-3-101"\narea', 'place = "3-3"\narea', "home[1].place", "要写到室"),
        ("area = 89.35", 'area = "大"', "home[1].area", "89.35"),
        ('member = "jinguilan"', 'member = "humeihua"', "building-3 member", "party_member"),
        ('resident = "humeihua"', 'resident = "jinguilan"', "humeihua resident", "volunteer"),
    ],
)  # fmt: skip
def test_a_slip_is_named_by_line_and_key_with_what_was_expected(
    old: str, new: str, where: str, expected: str
) -> None:
    lines = refused(changed(old, new))

    assert any(where in line and expected in line for line in lines), lines
    assert all(line.startswith("our.toml:") and line.split(":")[1].isdigit() for line in lines)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('roles = ["property"]', 'roles = ["plumber"]'),
        ('category = "repair"\nestate', 'category = "plumbing"\nestate'),
    ],
)
def test_one_slip_is_one_line_in_a_clerks_words(old: str, new: str) -> None:
    (line,) = refused(changed(old, new))

    assert "至少写一个" not in line
    assert "str-enum" not in line


@pytest.mark.parametrize(
    ("written", "place"),
    [("1号楼1单元101", "1-1-101"), ("3栋 2单元", "3-2"), ("14栋1002室", "14--1002"), ("3", "3")],
)
def test_a_place_in_words_is_the_place_that_residents_text(written: str, place: str) -> None:
    file = read_file(changed('place = "3-2-402"', f'place = "{written}"'), name="our.toml")

    assert file.resident[0].place == place


def test_brackets_without_end_are_refused_in_words() -> None:
    (line,) = refused(TEXT + "\nx = " + "[" * 5000 + "]" * 5000)

    assert "太深" in line


def test_the_line_is_the_line_of_the_slip() -> None:
    text = changed("birth_year = 1944\nneeds", 'birth_year = "?"\nneeds')

    at = line_of(text, 'birth_year = "?"')
    assert refused(text)[0].startswith(f"our.toml:{at}: resident[1] jinguilan birth_year: ")


def test_everything_wrong_is_said_at_once() -> None:
    text = changed('deputy = "chendeputy"', 'deputy = "nobody"').replace(
        'leader = "sunleader"', 'leader = "keeper"'
    )

    assert len(refused(text)) == 2


@pytest.mark.parametrize(
    "text", ["demo", 'demo = "', "[[estate]\n", "demo = true\ndemo = false", "name = “东城”", "\0"]
)
def test_what_is_no_toml_is_refused_with_its_line(text: str) -> None:
    (line,) = refused(text)

    assert line.startswith("our.toml")
    assert "中文标点" in line


@pytest.mark.parametrize("text", ["", "demo = 3\ncommunity = 4\noffice = []\nestate = 'x'"])
def test_an_empty_or_nonsensical_file_is_refused(text: str) -> None:
    assert any("community" in line for line in refused(text))


def test_a_file_in_another_encoding_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"our\.toml:2: 文件要存成 UTF-8"):
        text_of("demo = true\nname = '东城'".encode("gb18030"), name="our.toml")
    with pytest.raises(BadFile, match="打不开"):
        read_community_file(tmp_path / "nowhere.toml")


def test_a_byte_order_mark_of_an_old_editor_does_no_harm() -> None:
    content = b"\xef\xbb\xbf" + DEMO.read_bytes()

    assert read_file(text_of(content, name="our.toml"), name="our.toml").demo
