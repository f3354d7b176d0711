"""What the recogniser makes of the term benchmark's speech, kept in a folder so that tuning hears nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.channels import ChannelRoles
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.asr.listening import Listener, PreparedCall, prepare
from qa_pipeline.models import Recording, Role, Transcript
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import decode, encode, sha256_of

HEARD_HZ = 16_000
_ROLES = (Role.OPERATOR, Role.CALLER)


def transcripts(paths: Iterable[Path], keep: Path, threads: int) -> dict[Path, Transcript]:
    """Return what is heard in each file; what lies in ``keep`` of the same recogniser is not heard again."""
    listener = Listener(make_transcriber(Settings(threads=threads)))
    keep.mkdir(parents=True, exist_ok=True)
    places = {path: keep / f"{sha256_of(encode(listener.stamp), str(path.resolve()))[:24]}.json" for path in paths}
    due = {path.as_posix(): place for path, place in places.items() if not place.is_file()}
    for call, transcript in listener.listen(_prepared(due)):
        due[call.recording.path].write_text(encode(transcript()), "utf-8")
        print(Path(call.recording.path).name, flush=True)
    return {path: decode(Transcript, place.read_text("utf-8")) for path, place in places.items()}


def _prepared(paths: Iterable[str]) -> Iterator[PreparedCall]:
    for name in paths:
        samples = _as_operator(_samples(Path(name)))
        duration_ms = samples.shape[1] * 1000 // HEARD_HZ
        recording = Recording(name, name, "", HEARD_HZ, len(samples), duration_ms)
        yield prepare(samples, recording, ChannelRoles(_ROLES[: len(samples)], 1.0))


def _as_operator(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return one voice as the operator's side of a stereo call in which the caller is silent."""
    return samples if len(samples) == 2 else np.concatenate([samples, np.zeros_like(samples)])


def _samples(path: Path) -> NDArray[np.float32]:
    """Return a file's samples, shape (channels, samples), at 16 kHz as a telephone line carries them: 8 kHz before."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        narrow = av.AudioResampler(format="s16p", layout=stream.layout, rate=8_000)
        wide = av.AudioResampler(format="fltp", layout=stream.layout, rate=HEARD_HZ)
        thin = [part for frame in container.decode(stream) for part in narrow.resample(frame)]
        frames = [part for frame in [*thin, *narrow.resample(None)] for part in wide.resample(frame)]
        frames += wide.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).astype(np.float32)
