"""Mandarin as espeak-ng 1.52 can say it: what it would spell out in English is put otherwise.

Found by asking for the phonemes of every hanzi: the syllables jiong, qiong and xiong are unknown
to it (胸 and 熊 among them), and so is a 儿 that colours the syllable before it (一会儿).
"""

from __future__ import annotations

import re

from pypinyin import Style, lazy_pinyin

# 女儿, 婴儿 and 儿子 are syllables of their own; after anything else 儿 is left out.
_COLOURING = re.compile("(?<=[\u4e00-\u9fff])(?<![女婴幼孤少育胎患小])儿(?![子童女媳歌科孙])")
_IONG = re.compile(
    "[侰僒儝兄兇冂冋冏凶匈卭哅囧坰埛夐宆忷恟惸憌扃敻桏橩汹泂洶浻澃炅炯烱焪焭焸焽煚煛煢熊熍熲燛"
    "琼璚瓊瓗睘瞏穷穹窘窮竆笻筇絅綗胷胸舼芎茕藑藭蘏蘔蛩蛬褧訩詗詾讻诇賯赹跫迥逈邛銎雄颎駉駫]"
)
_SYLLABLE = re.compile(r"([jqx])iong([1-4])")
_INITIALS = {"j": "tS;", "q": "tS;h", "x": "S;"}
_TONES = {"1": "55", "2": "35", "3": "214", "4": "51"}


def as_espeak_says(words: str) -> str:
    """Put phonemes, in double brackets, where espeak has no syllable of its own.

    >>> as_espeak_says("胸口疼一会儿")
    "[[S;i'ong55]]口疼一会"
    """
    words = words.replace("[", " ").replace("]", " ")  # nobody but us writes phonemes
    return _IONG.sub(_phonemes, _COLOURING.sub("", words))


def _phonemes(found: re.Match[str]) -> str:
    syllable = _SYLLABLE.fullmatch(lazy_pinyin(found[0], style=Style.TONE3)[0])
    if syllable is None:
        return found[0]
    return f"[[{_INITIALS[syllable[1]]}i'ong{_TONES[syllable[2]]}]]"
