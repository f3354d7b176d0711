"""Change a voice so that it is not known again, by ear or by a voice print, while its words stay.

Two changes (`bench/disguise.py`): pitch and resonances are shifted with the length kept (WSOLA; Verhelst and Roelands,
1993), and the poles of linear prediction, which are the throat's resonances, are bent besides (McAdams; Patino et al.,
"Speaker anonymisation using the McAdams coefficient", 2021). Both by amounts drawn for each clip from the system's
chance and kept nowhere. That is no lock: who has recordings of a person and tries amounts can come near. A clip is for
a training room, not for publication.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import lfilter, resample_poly

RATE_HZ = 16_000
Sound = NDArray[np.float32]

_ORDER = 20
_FRAME = RATE_HZ * 20 // 1000
_HOP = _FRAME // 2
_SILENT = 1e-8
"""Mean power under which a frame is left as it is: there is no voice in it."""
_WIDEST = 0.995
"""No pole nearer to the unit circle: a bent filter must not ring on."""
_WINDOW, _SEARCH = RATE_HZ * 32 // 1000, RATE_HZ * 8 // 1000
_FINEST = 64


@dataclass(frozen=True, slots=True)
class Disguise:
    """By how much a voice is changed: the exponent of its resonances' angles, and its pitch in semitones."""

    bend: float
    semitones: float


def chance_disguise() -> Disguise:
    """Draw a disguise from the system's chance: resonances bent by 0.94–1.06, pitch up by 2.2–3.3 semitones.

    The more resonances are bent up (below 1), the less the pitch is shifted: both together cost words. Chosen on real
    speech over 8 kHz (`bench/disguise.py`): bent by 0.8, half of the words are lost; shifted down as far as up, a voice
    is more like itself and less understood; beyond three semitones each costs words and hides little.
    """
    chance = secrets.SystemRandom()
    bend = chance.uniform(0.94, 1.06)
    return Disguise(bend, 2.75 + 6 * (bend - 1) + chance.uniform(-0.2, 0.2))


def disguised(samples: Sound, disguise: Disguise) -> Sound:
    """Return a voice changed, as long as it was.

    Args:
        samples: Array (samples,), 16 kHz, -1..1.
        disguise: By how much.
    """
    if not len(samples):
        return samples
    return bent(shifted(samples, disguise.semitones), disguise.bend)


def shifted(samples: Sound, semitones: float) -> Sound:
    """Return a sound (samples,) higher or lower by some semitones, as long as it was."""
    ratio = Fraction(2 ** (semitones / 12)).limit_denominator(_FINEST)
    longer = _stretched(samples, float(ratio))
    back = resample_poly(longer, ratio.denominator, ratio.numerator).astype(np.float32)
    return np.pad(back, (0, max(0, len(samples) - len(back))))[: len(samples)]


def _stretched(samples: Sound, factor: float) -> Sound:
    """Return a sound that lasts ``factor`` times as long, at its pitch (WSOLA)."""
    hop, half = _WINDOW // 2, _WINDOW // 2
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    padded = np.pad(samples, (half + _SEARCH, _WINDOW * 2 + 2 * _SEARCH))
    frames = int(np.ceil(len(samples) * factor / hop)) + 1
    made = np.zeros((frames + 1) * hop, dtype=np.float32)
    place = _SEARCH
    for frame in range(frames):
        if frame:
            wanted = padded[place + hop : place + hop + _WINDOW]
            place = _alike(padded, wanted, _SEARCH + round(frame * hop / factor))
        made[frame * hop : frame * hop + _WINDOW] += padded[place : place + _WINDOW] * window
    return made[half : half + round(len(samples) * factor)]


def _alike(padded: Sound, wanted: Sound, around: int) -> int:
    """Return where near a place a sound goes on most as it would have gone on."""
    last = len(padded) - _WINDOW
    first = max(0, min(around - _SEARCH, last))
    until = max(first, min(around + _SEARCH, last))
    near = padded[first : until + _WINDOW]
    if len(wanted) < _WINDOW:
        return min(max(around, 0), last)
    likeness = np.correlate(near, wanted, "valid")
    energy = np.convolve(np.square(near), np.ones(_WINDOW, dtype=np.float32), "valid")
    return first + int(np.argmax(likeness / np.sqrt(energy + 1e-9)))


def bent(samples: Sound, exponent: float) -> Sound:
    """Return a voice whose resonances lie elsewhere: the angle of each complex pole of its prediction is raised.

    Args:
        samples: Array (samples,), 16 kHz.
        exponent: McAdams' coefficient; 1 changes nothing.
    """
    window = np.sqrt(np.hanning(_FRAME + 1)[:-1])
    padded = np.pad(samples.astype(np.float64), (_HOP, _FRAME * 2))
    starts = np.arange(0, len(padded) - _FRAME, _HOP)
    frames = np.stack([padded[start : start + _FRAME] for start in starts]) * window
    voiced = np.flatnonzero(np.mean(np.square(frames), axis=1) > _SILENT)
    made = frames.copy()
    for place, before, after in zip(voiced, *_filters(frames[voiced], exponent), strict=True):
        made[place] = _level(lfilter([1.0], after, lfilter(before, [1.0], frames[place])), frames[place])
    out = np.zeros(len(padded))
    for start, frame in zip(starts, made * window, strict=True):
        out[start : start + _FRAME] += frame
    return out[_HOP : _HOP + len(samples)].astype(np.float32)


def _level(made: NDArray[np.float64], like: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring a frame to the level that it had."""
    gain = np.sqrt(np.mean(np.square(like)) / max(float(np.mean(np.square(made))), 1e-12))
    return np.asarray(made * gain)


def _filters(frames: NDArray[np.float64], exponent: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the prediction filters (frames, order + 1) of frames, and the same with their poles bent."""
    before = np.ones((len(frames), _ORDER + 1))
    for place, frame in enumerate(frames):
        before[place, 1:] = _prediction(frame)
    if not len(frames):
        return before, before
    companion = np.zeros((len(frames), _ORDER, _ORDER))
    companion[:, 0] = -before[:, 1:]
    companion[:, np.arange(1, _ORDER), np.arange(_ORDER - 1)] = 1
    poles = np.linalg.eigvals(companion)
    angle, size = np.angle(poles), np.minimum(np.abs(poles), _WIDEST)
    turned = np.where(np.abs(poles.imag) > 1e-9, np.sign(angle) * np.minimum(np.abs(angle) ** exponent, np.pi), angle)
    bent_poles = size * np.exp(1j * turned)
    after = np.ones((len(frames), 1), dtype=complex)
    for column in range(_ORDER):  # the polynomial with these roots, all frames at once
        grown = np.pad(after, ((0, 0), (0, 1)))
        grown[:, 1:] -= after * bent_poles[:, column : column + 1]
        after = grown
    return before, after.real


def _prediction(frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coefficients (order,) of linear prediction, with the sign that they have in the filter."""
    full = np.correlate(frame, frame, "full")[len(frame) - 1 : len(frame) + _ORDER]
    full[0] *= 1 + 1e-6  # white noise far below the voice: the equations stay solvable
    full[0] += 1e-9
    coefficients: NDArray[np.float64] = -solve_toeplitz(full[:_ORDER], full[1 : _ORDER + 1])
    return coefficients
