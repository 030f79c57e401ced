"""A chart's picture with a palette: a tenth of the bytes, and it looks the same.

A renderer writes four bytes for each pixel. A chart has a few dozen colours, so one byte that
names an entry of a palette will do, and long runs of equal bytes are packed well.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

__all__ = ["with_palette"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST = 256  # colours of a palette
_RGBA, _PALETTE = (8, 6, 0, 0, 0), (8, 3, 0, 0, 0)  # depth, kind, packing, filters, interlace
_LEFT = 1  # the row filter that stores each byte as the difference to the pixel before


def with_palette(png: bytes) -> bytes:
    """Store an opaque picture with at most 256 colours, as many pixels wide and high as before.

    Up to 256 colours nothing is lost. Where there are more (soft edges on bands that overlap),
    each of the rarest becomes the nearest of the 256 commonest.

    Args:
        png: as vl-convert writes it: 8 bits for red, green, blue and alpha. A PNG that is
            see-through or stored in another way is returned as it came.
    """
    chunks = _chunks(png)
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if tuple(form) != _RGBA:
        return png
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 4 * width)
    pixels = rows[:, 1:].reshape(height, width, 4).cumsum(axis=1, dtype=np.uint8)  # undoes _LEFT
    if (rows[:, 0] != _LEFT).any() or (pixels[:, :, 3] != 255).any():
        return png
    palette, index = _few_colours(pixels)
    lines = np.zeros((height, 1 + width), np.uint8)  # each begins with 0: no filter
    lines[:, 1:] = index
    size = {b"pHYs": chunks[b"pHYs"]} if b"pHYs" in chunks else {}
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, *_PALETTE),
        **size,
        b"PLTE": palette.tobytes(),
        b"IDAT": zlib.compress(lines.tobytes(), 9),
        b"IEND": b"",
    }
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts.items())


def _few_colours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a palette [C, 3] of C <= 256 colours, and for each pixel its place there, [H, W]."""
    codes = np.ascontiguousarray(pixels).view(np.uint32)[:, :, 0]
    found, place, count = np.unique(codes, return_inverse=True, return_counts=True)
    colours = found.view(np.uint8).reshape(-1, 4)[:, :3]
    place = place.reshape(codes.shape)
    if len(colours) <= _MOST:
        return colours, place
    kept = colours[np.argsort(-count, kind="stable")[:_MOST]]
    apart = colours[:, None].astype(np.int64) - kept  # [all, kept, 3]
    return kept, (apart**2).sum(axis=2).argmin(axis=1)[place]


def _chunks(png: bytes) -> dict[bytes, bytes]:
    """Read the parts of a PNG by name; data in several parts are joined."""
    found: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        found[name] = found.get(name, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length  # length, name, data, checksum
    return found


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)
