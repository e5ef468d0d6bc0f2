"""English words as the phonemes that Kokoro learnt, by way of espeak-ng's pronunciation.

misaki's own English needs torch and a download; espeak-ng knows every word and is here already.
The table below puts espeak's American IPA into Kokoro's letters (EN_PHONES of misaki, Apache-2.0):
one letter for a diphthong, no length marks.
"""

from __future__ import annotations

import re

from telephony.speech import sync_espeak

VOICE = "en-us"
_TIE = "^"  # espeak writes it inside diphthongs and affricates
# The longest first: what stands for two sounds must not be taken apart.
_LETTERS = (
    ("ʔˌn\u0329", "tᵊn"),
    ("ʔn\u0329", "tᵊn"),
    ("ɜːɹ", "ɜɹ"),
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("e^ɪ", "A"),
    ("o^ʊ", "O"),
    ("ə^ʊ", "O"),
    ("ɔ^ɪ", "Y"),
    ("d^ʒ", "ʤ"),
    ("t^ʃ", "ʧ"),
    ("ə^l", "ᵊl"),
    ("ɜː", "ɜɹ"),
    ("ɪə", "iə"),
    ("ɚ", "əɹ"),
    ("ɐ", "ə"),
    ("ɾ", "T"),
    ("ʔ", "t"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ʲ", ""),
    ("ː", ""),
    (_TIE, ""),
)
_SYLLABIC = re.compile("(\\S)\u0329")
_MARK = re.compile(r"[,.!?;:…]")


def english_phonemes(clause: str) -> str:
    """Return the phonemes of one clause, its last mark kept, since it gives the melody."""
    spoken = sync_espeak.phonemes(clause, VOICE, tie=_TIE)
    spoken = _SYLLABIC.sub(r"ᵊ\1", spoken)
    for theirs, ours in _LETTERS:
        spoken = spoken.replace(theirs, ours)
    marks = _MARK.findall(clause.rstrip())
    ends_with_mark = bool(marks) and clause.rstrip().endswith(marks[-1])
    return spoken.strip() + (marks[-1] if ends_with_mark else "")
