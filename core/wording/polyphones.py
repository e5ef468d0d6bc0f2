"""Hanzi with several readings, where the dictionaries of the voices guess wrong. Pure.

Each was tried against pypinyin 0.55 (which every voice here reads through); what it reads right
by itself, such as 网格长 or 银行, is not listed, unless everything depends on it (着火).
"""

from __future__ import annotations

import re

from core.wording.readings import marked, pieces

# Longer ones win over shorter ones; each reading has one syllable a hanzi.
_READINGS: dict[str, str] = {
    # 着 zháo: on fire; zhe otherwise
    "着火": "zhao2 huo3",
    "着了火": "zhao2 le5 huo3",
    "着凉": "zhao2 liang2",
    "着急": "zhao2 ji2",
    "不着急": "bu4 zhao2 ji2",
    "点着": "dian3 zhao2",
    "烧着了": "shao1 zhao2 le5",
    "睡着了": "shui4 zhao2 le5",
    "睡不着": "shui4 bu4 zhao2",
    # 行 háng: a row, a trade; xíng otherwise
    "一行字": "yi4 hang2 zi4",
    "两行字": "liang3 hang2 zi4",
    "这行字": "zhe4 hang2 zi4",
    "排成行": "pai2 cheng2 hang2",
    # 长 cháng: long; zhǎng: to grow, somebody's head
    "长短": "chang2 duan3",
    "加长": "jia1 chang2",
    "长一点": "chang2 yi4 dian3",
    "多长时间": "duo1 chang2 shi2 jian1",
    "长两米": "chang2 liang3 mi3",
    "长三米": "chang2 san1 mi3",
    "栋长": "dong4 zhang3",
    "单元长": "dan1 yuan2 zhang3",
    "楼栋长": "lou2 dong4 zhang3",
    "长霉": "zhang3 mei2",
    "长毛": "zhang3 mao2",
    # 重 chóng: once more; zhòng: heavy
    "重办": "chong2 ban4",
    "重派": "chong2 pai4",
    "重做": "chong2 zuo4",
    "重修": "chong2 xiu1",
    "重装": "chong2 zhuang1",
    "重换": "chong2 huan4",
    "重打": "chong2 da3",
    "重发": "chong2 fa1",
    "重拨": "chong2 bo1",
    "重说": "chong2 shuo1",
    "重来": "chong2 lai2",
    # 还 huán: to give back; hái otherwise
    "还钥匙": "huan2 yao4 shi5",
    "还东西": "huan2 dong1 xi5",
    "归还": "gui1 huan2",
    "还清": "huan2 qing1",
    # 倒 dǎo: to fall; dào: to pour
    "倒了": "dao3 le5",
    "树倒": "shu4 dao3",
    "墙倒": "qiang2 dao3",
    "倒在": "dao3 zai4",
    "倒水": "dao4 shui3",
    "倒掉": "dao4 diao4",
    "水倒了": "shui3 dao4 le5",
    "垃圾倒了": "la1 ji1 dao4 le5",
    # the rest
    "大夫": "dai4 fu5",
    "出血": "chu1 xie3",
    "晕倒": "yun1 dao3",
    "空房": "kong1 fang2",
    "空着": "kong1 zhe5",
    "有空": "you3 kong4",
    "没空": "mei2 kong4",
    "几行": "ji3 hang2",
    "下水道堵": "xia4 shui3 dao4 du3",
    "堵塞": "du3 se4",
    "塞住": "sai1 zhu4",
    "闷得慌": "men1 de5 huang1",
    "得赶紧": "dei3 gan3 jin3",
    "得修": "dei3 xiu1",
    "得换": "dei3 huan4",
    "得等": "dei3 deng3",
    "朝阳": "chao2 yang2",
    "石河子": "shi2 he2 zi3",
}
# Surnames that are read differently as a surname; the community file can say any other.
_SURNAMES = {
    "单": "shan4",
    "曾": "zeng1",
    "仇": "qiu2",
    "解": "xie4",
    "朴": "piao2",
    "区": "ou1",
    "查": "zha1",
    "任": "ren2",
    "盖": "ge3",
    "冼": "xian3",
    "覃": "qin2",
    "纪": "ji3",
    "尉迟": "yu4 chi2",
    "万俟": "mo4 qi2",
    "令狐": "ling2 hu2",
    "翟": "zhai2",
}
_TITLE = (
    "(?=奶奶|爷爷|大爷|大妈|大娘|大叔|大姐|大哥|阿姨|叔叔|师傅|组长|主任|书记|医生|老师|先生|女士)"
)
_KNOWN = re.compile("|".join(sorted(_READINGS, key=len, reverse=True)))
_NO_NAME = "(?<![社小市城地片校园检调责信主名菜账])"  # 社区主任 and 调解老师 hold no surname
_NAMED = re.compile(f"{_NO_NAME}({'|'.join(sorted(_SURNAMES, key=len, reverse=True))}){_TITLE}")


def with_readings(words: str) -> str:
    """Write readings beside what a voice would misread; those that stand there already stay.

    >>> with_readings("楼道着火了，找单大妈")
    '楼道着火⟨zhao2 huo3⟩了，找单⟨shan4⟩大妈'
    """
    written = []
    for piece in pieces(words):
        if piece.syllables:
            written.append(marked(piece.text, " ".join(piece.syllables)))
            continue
        known = _KNOWN.sub(lambda found: marked(found[0], _READINGS[found[0]]), piece.text)
        written.append(_NAMED.sub(lambda found: marked(found[0], _SURNAMES[found[0]]), known))
    return "".join(written)


def name_spoken(name: str, reading: str | None) -> str:
    """Write beside a name how the community says it is read.

    ``reading`` is pinyin with tone digits for the first hanzi of the name, or for all of them.

    >>> name_spoken("单大妈", "shan4"), name_spoken("金奶奶", None)
    ('单⟨shan4⟩大妈', '金奶奶')
    """
    syllables = (reading or "").split()
    beginning, rest = name[: len(syllables)], name[len(syllables) :]
    return marked(beginning, " ".join(syllables)) + rest if syllables else name
