"""Chinese words as the phonemes that Kokoro learnt: words apart, tones as arrows.

The syllables are pypinyin's, word by word as jieba cuts them, and go through misaki's table from
pinyin to IPA, the one that the model was trained with. misaki's own reading of whole sentences
is not used: it speaks 120 as a quantity, drops letters, and knows no names.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.wording.readings import pieces
from telephony.speech.kokoro.english import english_phonemes

_STRETCHES = re.compile(r"(?P<hanzi>[\u3400-\u9fff]+)|(?P<latin>[A-Za-z][A-Za-z' -]*)|(?P<other>.)")
_KEY = re.compile("按(?=[零一二三四五六七八九])")
_MARKS = str.maketrans("，、。！？；：…", ",,.!?;:…")
_SPOKEN_MARKS = frozenset(",.!?;:…—")


def chinese_phonemes(clause: str, dictionary_folder: Path) -> str:
    """Return the phonemes of one clause; letters in it are spoken in English.

    ``dictionary_folder`` keeps jieba's dictionary in the form that loads quickly: in the shared
    folder where jieba puts it otherwise, anybody could plant another.
    """
    words = list(_words(_with_key_apart(clause), dictionary_folder))
    return re.sub(r" (?=[,.!?;:…])", "", " ".join(words)).strip()


def _with_key_apart(clause: str) -> str:
    """Keep a key apart from 按, which would swallow it: 按一 is heard as 爱意.

    >>> _with_key_apart("请按一。")
    '请按—一。'
    """
    return _KEY.sub("按—", clause)


def _words(clause: str, dictionary_folder: Path) -> Iterator[str]:
    for piece in pieces(clause):
        if piece.syllables:
            yield "".join(map(_ipa, piece.syllables))
            continue
        for found in _STRETCHES.finditer(piece.text):
            if found["hanzi"]:
                yield from _hanzi_words(found["hanzi"], dictionary_folder)
            elif found["latin"]:
                yield english_phonemes(found["latin"])
            elif (mark := found["other"].translate(_MARKS)) in _SPOKEN_MARKS:
                yield mark


def _hanzi_words(hanzi: str, dictionary_folder: Path) -> Iterator[str]:
    from pypinyin import Style, lazy_pinyin

    for word in _cutter(dictionary_folder).lcut(hanzi, cut_all=False):
        syllables = lazy_pinyin(
            word, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore"
        )
        yield "".join(map(_ipa, syllables))


@functools.cache
def _cutter(dictionary_folder: Path) -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)  # it reports its loading on stderr
    cutter = jieba.Tokenizer()
    dictionary_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    cutter.tmp_dir = str(dictionary_folder)
    return cutter


@functools.cache
def _ipa(syllable: str) -> str:
    """Turn one syllable into phonemes.

    A syllable that misaki's table does not know (of a dialect) is left out.
    """
    from misaki.zh import ZHG2P

    try:
        return str(ZHG2P.py2ipa(syllable)).replace("\u032f", "")
    except (AssertionError, KeyError, ValueError):
        return ""
