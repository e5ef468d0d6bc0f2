"""How letters sound: toneless syllables, folded as speakers of dialects mix them up."""

from __future__ import annotations

import functools
import re

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT

_MOST_READINGS = 3
_HANZI = re.compile(r"[\u3400-\u9fff]")
# Initials and finals that Henan, Sichuan and Xinjiang thumbs choose wrongly: 砸 杂, 瓶 品, 路 怒.
_FOLDS = (
    ("zh", "z"),
    ("ch", "c"),
    ("sh", "s"),
    ("n", "l"),
)
# Every toneless syllable of Mandarin, after the table of pypinyin.
_SYLLABLES = frozenset(
    re.findall(
        r"\w+",
        "a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca "
        "cai can cang cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou "
        "chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai "
        "dan dang dao de dei deng di dia dian diao die ding diu dong dou du duan dui dun duo "
        "e en er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong "
        "gou gu gua guai guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou "
        "hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju "
        "juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun "
        "kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu long lou "
        "lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming "
        "miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning "
        "niu nong nu nuan nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie "
        "pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran "
        "rang rao re ren reng ri rong rou ru ruan rui run ruo sa sai san sang sao se sen seng "
        "sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang "
        "shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te teng ti tian "
        "tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia "
        "xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin "
        "ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan "
        "zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo "
        "zi zong zou zu zuan zui zun zuo ",
    )
)
_LONGEST_SYLLABLE = 6
_LONGEST_RUN = 120  # letters; nobody types more without a space, and cutting takes its square


def fold(syllable: str) -> str:
    """Fold a syllable to what dialects tell apart.

    >>> fold("zhang"), fold("ping"), fold("nong"), fold("xu")
    ('zang', 'pin', 'long', 'xu')
    """
    folded = syllable.replace("ü", "v")
    for spoken, kept in _FOLDS:
        if folded.startswith(spoken):
            folded = kept + folded[len(spoken) :]
            break
    return folded[:-1] if folded.endswith(("ing", "eng")) else folded


@functools.lru_cache(maxsize=16384)
def readings(letter: str) -> tuple[str, ...]:
    """Return the folded syllables that one hanzi may be; none for any other letter."""
    if not _HANZI.match(letter):
        return ()
    found = pinyin(letter, style=Style.NORMAL, heteronym=True)[0][:_MOST_READINGS]
    return tuple(dict.fromkeys(fold(syllable) for syllable in found))


def sounds_of(word: str) -> tuple[str, ...]:
    """Return the folded syllables of a word of the lexicon, read as a whole.

    >>> sounds_of("着火")
    ('zao', 'huo')
    """
    return tuple(fold(syllable) for syllable in lazy_pinyin(word, style=Style.NORMAL))


def is_word(letters: str) -> bool:
    """Tell whether letters are a word as they stand, and so no slip for another one."""
    return letters in PHRASES_DICT


@functools.lru_cache(maxsize=4096)
def syllables_typed(run: str) -> tuple[str, ...]:
    """Cut a run of Latin letters into the fewest syllables; none if it is not pinyin.

    >>> syllables_typed("jiuming"), syllables_typed("help")
    (('jiu', 'ming'), ())
    """
    if len(run) > _LONGEST_RUN:
        return ()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(run)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            before = best[start]
            if before is None or run[start:end] not in _SYLLABLES:
                continue
            found = best[end]
            if found is None or len(before) + 1 < len(found):
                best[end] = (*before, run[start:end])
    return best[-1] or ()
