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
# How long each token lasts is computed inside the model and not given out. Protocol buffers that
# follow one another are merged, so that naming it as one more output of the graph is enough:
# ModelProto.graph (7) . GraphProto.output (12) . ValueInfoProto.name (1).
_DURATIONS = "/encoder/Clip_output_0"
_FIELDS = (0x0A, 0x62, 0x3A)


@dataclass(frozen=True)
class Run:
    """What one run of the model gave; ``ends`` are in samples, one a token."""

    samples: Samples
    ends: tuple[int, ...]


class Engine:
    """Kokoro in onnxruntime. The same tokens at the same speed give the same samples."""

    def __init__(self, model: bytes, threads: int) -> None:
        """Load the model.

        :raises VoiceAbsent: if onnxruntime is not installed.
        """
        # Before the import: from 1.29 on it keeps a device's number and asks the network otherwise.
        os.putenv("ORT_DISABLE_TELEMETRY", "1")
        try:
            import onnxruntime
        except ImportError as error:
            raise VoiceAbsent("the extra [voice-zh] is not installed: onnxruntime") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            model + _also_durations(), options, providers=["CPUExecutionProvider"]
        )

    def run(self, tokens: list[int], styles: Samples, speed: float) -> Run:
        """Speak up to 500 tokens; ``styles`` has a row for each count of tokens."""
        given = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": styles[min(len(tokens), len(styles) - 1)].reshape(1, -1),
            "speed": np.array([speed], dtype=np.float32),
        }
        audio, durations = self._session.run(["audio", _DURATIONS], given)
        ends = np.cumsum(durations.ravel()[:-1])[1:] * _SAMPLES_A_UNIT
        samples = np.asarray(audio, dtype=np.float32).ravel()
        return Run(samples, tuple(int(end) for end in ends))


def _also_durations() -> bytes:
    content = _DURATIONS.encode()
    for tag in _FIELDS:
        content = bytes([tag, len(content)]) + content  # shorter than 128, so one byte tells
    return content
