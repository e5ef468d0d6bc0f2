"""The model at work: tokens and a style in, samples out, and where each token ended."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from telephony.speech.telephone_audio import Samples
from telephony.speech.voice import VoiceAbsent

RATE = 24_000
MOST_TOKENS = 500  # of one run, by the model
_SAMPLES_A_UNIT = 600  # in which the model counts durations
# How long each token lasts is computed inside the model and not given out, and a second of
# every run is silence at its end, which costs as much as speech. So the durations
# are held down on their way (Min with a new input) and given out. Protocol buffers that follow
# one another are merged: what is new is written behind the model, and one name in it is changed.
_DURATIONS = b"/encoder/Clip_output_0"
_HELD = b"/encoder/Clip_output_H"
_LONGEST = b"longest"
_ANY = 1e6
_AFTER, _AT_MARK = 4, 10  # units of silence that are enough; before, consonants need it all
# Fields of onnx.proto, length-delimited: ModelProto.graph (7); GraphProto.node (1), .input (11),
# .output (12); NodeProto.input (1), .output (2), .op_type (4); ValueInfoProto.name (1), .type (2)
# with tensor_type (1) whose elem_type (1) is 1, float.
_GRAPH, _NODE, _GRAPH_INPUT, _GRAPH_OUTPUT = 0x3A, 0x0A, 0x5A, 0x62
_INPUT, _OUTPUT, _OP_TYPE, _NAME = 0x0A, 0x12, 0x22, 0x0A
_FLOATS = b"\x12\x04\x0a\x02\x08\x01"


@dataclass(frozen=True)
class Run:
    """What one run of the model gave; ``ends`` are in samples, one a token.

    Before ``begins`` nothing is asked for; the model breathes there, or mumbles.
    """

    samples: Samples
    begins: int
    ends: tuple[int, ...]


class Engine:
    """Kokoro in onnxruntime. The same tokens at the same speed give the same samples."""

    def __init__(self, model: bytes, threads: int, marks: frozenset[int] = frozenset()) -> None:
        """Load the model; ``marks`` are the tokens of punctuation, at which it pauses.

        :raises VoiceAbsent: if onnxruntime is not installed.
        """
        # Before the import: from 1.29 on it keeps a device's number and asks the network otherwise.
        os.putenv("ORT_DISABLE_TELEMETRY", "1")
        try:
            import onnxruntime
        except ImportError as error:
            raise VoiceAbsent("the extra [voice-zh] is not installed: onnxruntime") from error
        self._marks = marks
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            _with_held_durations(model), options, providers=["CPUExecutionProvider"]
        )

    def run(self, tokens: list[int], styles: Samples, speed: float) -> Run:
        """Speak up to 500 tokens; ``styles`` has a row for each count of tokens."""
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": styles[min(len(tokens), len(styles) - 1)].reshape(1, -1),
            "speed": np.array([speed], dtype=np.float32),
            _LONGEST.decode(): self._longest(tokens),
        }
        audio, durations = self._session.run(["audio", _HELD.decode()], given)
        begins, *ends = np.cumsum(durations.ravel()[:-1]) * _SAMPLES_A_UNIT
        samples = np.asarray(audio, dtype=np.float32).ravel()
        return Run(samples, int(begins), tuple(int(end) for end in ends))

    def _longest(self, tokens: list[int]) -> Samples:
        """Return how long each token may last, in units; only what is silent is held."""
        held = [_AT_MARK if token in self._marks else _ANY for token in tokens]
        return np.array([[_ANY, *held, _AFTER]], dtype=np.float32)


def _with_held_durations(model: bytes) -> bytes:
    asked = _field(_INPUT, _DURATIONS)  # by the only node that uses them; its name is as long
    changed = model.replace(asked, _field(_INPUT, _HELD), 1)
    node = _field(_INPUT, _DURATIONS) + _field(_INPUT, _LONGEST) + _field(_OUTPUT, _HELD)
    added = (
        _field(_NODE, node + _field(_OP_TYPE, b"Min"))
        + _field(_GRAPH_INPUT, _field(_NAME, _LONGEST) + _FLOATS)
        + _field(_GRAPH_OUTPUT, _field(_NAME, _HELD))
    )
    return changed + _field(_GRAPH, added)


def _field(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = bytes([length]) if length < 128 else bytes([length & 127 | 128, length >> 7])
    return bytes([tag]) + size + content
