"""Syllables in the sound itself: nuclei in the energy of the vowels, for any language and without a transcript.

After de Jong & Wempe (2009): a syllable's nucleus is a peak of intensity in voiced sound. Here intensity is that of the
vowels' bands (weighted amplitudes of six bands between 0.2 and 4 kHz, smoothed at 12 Hz; selected bands as in Wang &
Narayanan 2007), and a peak counts for as much as it stands out and is voiced, between 0 and 1, so that nothing hangs
on one threshold. Levels matter only against each other, so gain does not.

*Phonation* is sound within 20 dB of the loudest of the 3 s around, gaps shorter than 0.2 s (the closures of plosives)
included. Nuclei over phonation is the articulation rate. Unstressed syllables without a vowel ("hab'm") are missed, so
fast speech is counted low: compare a person with the same person only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["syllables"]

HOP = SAMPLE_RATE // 100
RATE = 100
BANDS = ((200, 400, 0.3), (400, 700, 1.0), (700, 1100, 1.0), (1100, 1700, 0.7), (1700, 2600, 0.4), (2600, 4000, 0.1))
"""From Hz, to Hz, weight."""
SMOOTH_HZ = 12.0
STANDS_OUT_DB = 0.5
"""A peak this high above its valleys counts fully."""
VOICED = (0.2, 0.4)
"""Periodicity from which on a peak counts, and from which on it counts fully."""
NUCLEUS_DB, PHONATION_DB = 30.0, 20.0
AROUND = 3 * RATE
CLOSURE = RATE // 5


def syllables(samples: NDArray[np.float32], periodicity: NDArray[np.float32], hop: int) -> tuple[Array, Array]:
    """Expected nuclei and the share of phonation in each 10 ms.

    Parameters
    ----------
    samples : array of shape (n,)
        16 kHz sound.
    periodicity : array of shape (m,)
        Normalized autocorrelation at the pitch period, every `hop` samples, in [-1, 1].

    Returns
    -------
    nuclei, phonation : arrays of shape (ceil(n / 160),), each value in [0, 1]
    """
    from scipy.ndimage import binary_closing, maximum_filter1d
    from scipy.signal import butter, find_peaks, peak_prominences, sosfiltfilt

    blocks = -(-len(samples) // HOP)
    nuclei, phonation = np.zeros(blocks), np.zeros(blocks)
    if blocks <= 2 * CLOSURE or not np.any(samples):
        return nuclei, phonation
    padded = np.pad(samples, (0, blocks * HOP - len(samples)))
    smooth = butter(2, SMOOTH_HZ, fs=RATE, output="sos")
    amplitude = np.zeros(blocks)
    for low, high, weight in BANDS:
        band = sosfiltfilt(butter(2, (low, high), "bandpass", fs=SAMPLE_RATE, output="sos"), padded)
        rms = np.sqrt(np.square(band).reshape(blocks, HOP).mean(axis=1))
        amplitude += weight * sosfiltfilt(smooth, rms)
    envelope = 20 * np.log10(np.maximum(amplitude, 1e-6))
    power = np.convolve(np.square(padded).reshape(blocks, HOP).mean(axis=1), np.ones(5) / 5, "same")
    level = 10 * np.log10(power + 1e-12)
    sounding = level > maximum_filter1d(level, AROUND) - PHONATION_DB
    margin = np.zeros(CLOSURE, bool)
    closed = binary_closing(np.concatenate([margin, sounding, margin]), np.ones(CLOSURE))[CLOSURE:-CLOSURE]
    peaks, _ = find_peaks(envelope, prominence=0.05)
    peaks = peaks[closed[peaks] & (envelope > maximum_filter1d(envelope, AROUND) - NUCLEUS_DB)[peaks]]
    voiced = periodicity[np.minimum(peaks * HOP // hop, len(periodicity) - 1)]
    certain = np.clip((voiced - VOICED[0]) / (VOICED[1] - VOICED[0]), 0, 1)
    nuclei[peaks] = certain * np.clip(peak_prominences(envelope, peaks)[0] / STANDS_OUT_DB, 0, 1)
    phonation[closed] = 1.0
    return nuclei, phonation
