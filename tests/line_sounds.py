"""What is heard on a telephone line while nobody speaks: noises, signals and music, made up at 8 kHz."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

RATE_HZ = 8000
Sound = NDArray[np.float32]
_DTMF = {key: (low, high) for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
         for key, high in zip(row, (1209, 1336, 1477, 1633), strict=True)}  # fmt: skip
_MAJOR, _PENTATONIC = (0, 4, 7), (0, 2, 4, 7, 9)


def levelled(wave: NDArray[np.float64], level_db: float) -> Sound:
    """Bring a sound to an RMS level; peaks are cut at full scale."""
    rms = float(np.sqrt(np.mean(np.square(wave)))) or 1.0
    return np.clip(wave / rms * 10 ** (level_db / 20), -1, 1).astype(np.float32)


def coloured_noise(ms: int, slope: float, level_db: float, seed: int = 1) -> Sound:
    """Return noise whose power falls with frequency to the ``slope``: 0 white, 1 pink, 2 brown."""
    length = _length(ms)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    bins = np.maximum(np.fft.rfftfreq(length, 1 / RATE_HZ), 20)
    return levelled(np.fft.irfft(spectrum / bins ** (slope / 2), length), level_db)


def street_noise(ms: int, level_db: float, seed: int = 2) -> Sound:
    """Return brown noise that swells and falls as cars pass."""
    swell = 1 + 0.9 * np.sin(2 * np.pi * _times(ms) / 6.5)
    return levelled(coloured_noise(ms, 1.6, -20, seed) * swell, level_db)


def speech_shaped_noise(ms: int, level_db: float, seed: int = 3) -> Sound:
    """Return noise with the spectrum and the 4 Hz beat of speech, and nothing said in it."""
    low = sosfilt(butter(2, (200, 900), "bandpass", fs=RATE_HZ, output="sos"), coloured_noise(ms, 1, -20, seed))
    beat = np.maximum(np.sin(2 * np.pi * 4 * _times(ms)), 0) ** 2
    return levelled(np.asarray(low) * beat, level_db)


def hum(ms: int, level_db: float) -> Sound:
    """Return mains hum: 50 Hz and its odd harmonics."""
    times = _times(ms)
    return levelled(np.sum([np.sin(2 * np.pi * 50 * n * times + n) / n for n in (1, 2, 3, 5, 7, 9)], axis=0), level_db)


def clicks(ms: int, level_db: float, seed: int = 4) -> Sound:
    """Return single clicks, some two a second, on a quiet line."""
    chance = np.random.default_rng(seed)
    wave = np.zeros(_length(ms))
    wave[chance.integers(0, len(wave), ms // 500)] = chance.choice((-1.0, 1.0), ms // 500)
    return levelled(np.asarray(lfilter([1.0], [1.0, -0.7], wave)), level_db) + coloured_noise(ms, 0, -65, seed)


def crackle(ms: int, level_db: float, seed: int = 5) -> Sound:
    """Return the bursts of a bad contact: many small clicks for tenths of a second at a time."""
    chance = np.random.default_rng(seed)
    wave = np.zeros(_length(ms))
    for start in chance.integers(0, len(wave) - RATE_HZ, ms // 1500):
        length = int(chance.integers(RATE_HZ // 10, RATE_HZ // 2))
        burst = chance.standard_normal(length) * (chance.random(length) < 0.03)
        wave[start : start + length] += burst
    return levelled(np.asarray(lfilter([1.0], [1.0, -0.5], wave)), level_db) + coloured_noise(ms, 1, -60, seed)


def coughs(ms: int, level_db: float, seed: int = 6) -> Sound:
    """Return what a person makes without a word: a cough every three seconds, breath between."""
    chance = np.random.default_rng(seed)
    throat = sosfilt(butter(2, (350, 1800), "bandpass", fs=RATE_HZ, output="sos"), chance.standard_normal(_length(ms)))
    since_s = _times(ms) % 3
    cough = np.exp(-since_s / 0.07) + 0.7 * np.exp(-np.maximum(since_s - 0.35, 0) / 0.05) * (since_s > 0.35)
    return levelled(np.asarray(throat) * (cough + 0.02 * np.sin(np.pi * since_s / 3) ** 4), level_db)


def whistle(ms: int, level_db: float) -> Sound:
    """Return someone whistling: one tone that wanders between 900 and 1700 Hz, with pauses."""
    times = _times(ms)
    hz = 1300 + 300 * np.sin(2 * np.pi * 0.7 * times) + 100 * np.sin(2 * np.pi * 2.3 * times)
    return levelled(np.sin(2 * np.pi * np.cumsum(hz) / RATE_HZ) * (times % 2.5 < 1.8), level_db)


def cadence(ms: int, hz: float, on_ms: int, off_ms: int, level_db: float = -15.0) -> Sound:
    """Return a tone that comes and goes: Chinese ring-back is 450 Hz 1 s on, 4 s off; busy 0.35 s, 0.35 s."""
    times = _times(ms)
    sounding = (times * 1000) % (on_ms + off_ms) < on_ms
    return (np.sin(2 * np.pi * hz * times) * sounding * 10 ** (level_db / 20) * np.sqrt(2)).astype(np.float32)


def keys(ms: int, digits: str = "12345#0*", level_db: float = -15.0) -> Sound:
    """Return DTMF: a key for 0.15 s, 0.25 s of nothing, now and then a longer wait."""
    times = np.arange(_length(150)) / RATE_HZ
    wave = np.zeros(_length(ms))
    for number, start in enumerate(range(0, len(wave) - len(times), _length(400))):
        if number % 14 < 11:
            tones = _DTMF[digits[number % len(digits)]]
            wave[start : start + len(times)] = sum(np.sin(2 * np.pi * hz * times) for hz in tones)
    return levelled(wave, level_db)


def music(ms: int, style: str, level_db: float = -22.0, seed: int = 7) -> Sound:
    """Return hold music in one of `STYLES`."""
    length = _length(ms)
    wave = np.zeros(length + 4 * RATE_HZ)
    for at_ms, note, lasts_ms, loud in STYLES[style](ms, np.random.default_rng(seed)):
        sound = _INSTRUMENTS[style](220 * 2 ** (note / 12), lasts_ms) * loud
        start = _length(at_ms)
        wave[start : start + len(sound)] += sound[: len(wave) - start]
    return levelled(wave[:length], level_db)


Note = tuple[int, int, int, float]
"""When it begins in ms, semitones above A3, how long in ms, how loud."""


def _chords(ms: int, chance: np.random.Generator) -> Iterator[Note]:
    """Yield broken chords of I V vi IV, as a piano plays them."""
    for bar, at_ms in enumerate(range(0, ms - 2000, 2000)):
        root = (3, 10, 0, 8)[bar % 4]
        third = (0, 3, 7) if root == 0 else _MAJOR
        for beat in range(8):
            yield at_ms + beat * 250, root + third[beat % 3] + 12 * (beat % 2), 700, 0.6 + 0.4 * chance.random()
        yield at_ms, root - 12, 2000, 1.0


def _pads(ms: int, _: np.random.Generator) -> Iterator[Note]:
    for bar, at_ms in enumerate(range(0, ms - 4000, 4000)):
        for step in _MAJOR:
            yield at_ms, (3, 8, 10, 3)[bar % 4] + step, 4200, 0.7


def _melody(ms: int, chance: np.random.Generator) -> Iterator[Note]:
    """Yield a pentatonic tune with notes of unlike length, as a zither or a flute plays it."""
    at_ms, place = 0, 4
    while at_ms < ms - 1500:
        place = int(np.clip(place + chance.integers(-2, 3), 0, 14))
        lasts_ms = int(chance.choice((250, 250, 500, 500, 1000)))
        yield at_ms, 12 * (place // 5) + _PENTATONIC[place % 5] - 9, lasts_ms + 150, 1.0
        at_ms += lasts_ms


def _march(ms: int, chance: np.random.Generator) -> Iterator[Note]:
    for beat, at_ms in enumerate(range(0, ms - 1000, 300)):
        yield at_ms, (-21, -14)[beat % 2], 250, 1.2
        if chance.random() < 0.7:
            yield at_ms, 3 + int(chance.choice(_PENTATONIC)), 280, 0.8


def _struck(hz: float, ms: int) -> NDArray[np.float64]:
    times = _times(ms)
    return sum(np.sin(2 * np.pi * hz * n * times) * np.exp(-3 * n * times) / n for n in range(1, 6) if hz * n < 3800)


def _bowed(hz: float, ms: int) -> NDArray[np.float64]:
    times = _times(ms)
    swell = np.minimum(1, np.minimum(times, times[-1] - times) / 0.4)
    return sum(np.sin(2 * np.pi * hz * n * times + 0.3 * n) / n for n in range(1, 8) if hz * n < 3800) * swell


def _plucked(hz: float, ms: int, seed: int = 9) -> NDArray[np.float64]:
    """Return a plucked string after Karplus and Strong."""
    period = max(2, round(RATE_HZ / hz))
    excited = np.zeros(_length(ms))
    excited[:period] = np.random.default_rng(seed).uniform(-1, 1, period)
    return np.asarray(lfilter([1.0], [1.0, *[0.0] * (period - 1), -0.497, -0.497], excited))


def _blown(hz: float, ms: int) -> NDArray[np.float64]:
    """Return a flute with vibrato: one strong tone that glides, the nearest of these to a voice."""
    times = _times(ms)
    phase = 2 * np.pi * hz * times + 0.4 * np.sin(2 * np.pi * 5.5 * times)
    swell = np.minimum(1, np.minimum(times, times[-1] - times) / 0.06)
    return (np.sin(phase) + 0.3 * np.sin(2 * phase) + 0.1 * np.sin(3 * phase)) * swell


def _sung(hz: float, ms: int) -> NDArray[np.float64]:
    """Return a choir's "ah": three detuned voices with vibrato through the formants of a vowel."""
    times = _times(ms)
    voices = np.zeros_like(times)
    for detuned in (0.993, 1.0, 1.008):
        phase = 2 * np.pi * hz * detuned * times + 0.5 * np.sin(2 * np.pi * 5.2 * times * detuned)
        voices += sum(np.sin(n * phase) / n for n in range(1, 16) if hz * n < 3800)
    return _vowel(voices) * np.minimum(1, np.minimum(times, times[-1] - times) / 0.15)


def _fiddled(hz: float, ms: int) -> NDArray[np.float64]:
    """Return an erhu: it slides into each note and trembles, in the range of a voice."""
    times = _times(ms)
    slide = hz * (1 - 0.06 * np.exp(-times / 0.05)) * (1 + 0.008 * np.sin(2 * np.pi * 6 * times))
    phase = 2 * np.pi * np.cumsum(slide) / RATE_HZ
    wave = sum(np.sin(n * phase) / n**0.8 for n in range(1, 12) if hz * n < 3500)
    return _vowel(wave) * np.minimum(1, np.minimum(times, times[-1] - times) / 0.04)


def _vowel(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    bands = ((650, 900, 1.0), (1000, 1300, 0.6), (2400, 2900, 0.3))
    parts = [gain * sosfilt(butter(1, band, "bandpass", fs=RATE_HZ, output="sos"), wave) for *band, gain in bands]
    return np.asarray(np.sum(parts, axis=0))


STYLES: dict[str, Callable[[int, np.random.Generator], Iterator[Note]]] = {
    "piano": _chords,
    "strings": _pads,
    "zither": _melody,
    "flute": _melody,
    "march": _march,
    "choir": _pads,
    "erhu": _melody,
}
_INSTRUMENTS: dict[str, Callable[[float, int], NDArray[np.float64]]] = {
    "piano": _struck,
    "strings": _bowed,
    "zither": _plucked,
    "flute": _blown,
    "march": _struck,
    "choir": _sung,
    "erhu": _fiddled,
}


def all_sounds(ms: int) -> dict[str, Sound]:
    """Return one of everything, by name, each of the same length."""
    return {
        "silence": np.zeros(_length(ms), dtype=np.float32),
        "white noise, -50 dB": coloured_noise(ms, 0, -50),
        "white noise, -25 dB": coloured_noise(ms, 0, -25),
        "pink noise, -40 dB": coloured_noise(ms, 1, -40),
        "pink noise, -20 dB": coloured_noise(ms, 1, -20),
        "brown noise, -25 dB": coloured_noise(ms, 2, -25),
        "street, -25 dB": street_noise(ms, -25),
        "speech-shaped noise, -28 dB": speech_shaped_noise(ms, -28),
        "hum": hum(ms, -30),
        "clicks": clicks(ms, -35),
        "crackle": crackle(ms, -30),
        "coughs": coughs(ms, -28),
        "whistle": whistle(ms, -25),
        "ring-back": cadence(ms, 450, 1000, 4000),
        "busy": cadence(ms, 450, 350, 350),
        "congestion": cadence(ms, 450, 700, 700),
        "keys": keys(ms),
        **{f"music: {style}": music(ms, style) for style in STYLES},
    }


def _length(ms: int) -> int:
    return ms * RATE_HZ // 1000


def _times(ms: int) -> NDArray[np.float64]:
    return np.arange(_length(ms)) / RATE_HZ
