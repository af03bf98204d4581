"""Small sound files made on the spot, of every kind that a phone or a laptop leaves behind."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soundfile


def tone(seconds: float, rate: int = 16_000, hz: float = 220.0, level: float = 0.1) -> np.ndarray:
    """A sine, shape (samples,), float32."""
    t = np.arange(int(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def wav(path: Path, samples: np.ndarray, rate: int = 16_000, subtype: str = "PCM_16") -> Path:
    """A WAV of samples (samples,) or (samples, channels)."""
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def encoded(path: Path, samples: np.ndarray, rate: int, codec: str) -> Path:
    """A compressed file; the suffix chooses the container."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
        frame.rate = rate
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        fifo = av.AudioFifo()
        for piece in resampler.resample(frame):
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1024
        while piece := fifo.read(size) or fifo.read():
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def silent_video(path: Path) -> Path:
    """One second of picture without any sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(10):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path
