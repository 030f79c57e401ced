import struct
import zlib

import numpy as np
import pytest

from rectutor.charts.png import with_palette

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def encoded(pixels, filtered=1, parts=1):
    """Write [H, W, 4] as vl-convert does: each byte less the one of the pixel to the left."""
    height, width, _ = pixels.shape
    left = np.concatenate([np.zeros_like(pixels[:, :1]), pixels[:, :-1]], axis=1)
    rows = np.full((height, 1 + 4 * width), filtered, np.uint8)
    rows[:, 1:] = (pixels - left if filtered else pixels).reshape(height, -1)
    data = zlib.compress(rows.tobytes())
    step = -(-len(data) // parts)
    return b"".join(
        [
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
            chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
            *(chunk(b"IDAT", data[i : i + step]) for i in range(0, len(data), step)),
            chunk(b"IEND", b""),
        ]
    )


def decoded(png):
    """Read a PNG with a palette back into colours [H, W, 3]; its checksums must hold."""
    assert png.startswith(SIGNATURE)
    found, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert png[at : at + 12 + length] == chunk(name, data)
        found[name], at = data, at + 12 + length
    width, height, *form = struct.unpack(">IIBBBBB", found[b"IHDR"])
    assert form == [8, 3, 0, 0, 0]
    palette = np.frombuffer(found[b"PLTE"], np.uint8).reshape(-1, 3)
    rows = np.frombuffer(zlib.decompress(found[b"IDAT"]), np.uint8).reshape(height, 1 + width)
    assert not rows[:, 0].any()
    return palette[rows[:, 1:]], palette


def few_colours(seed=0):
    rng = np.random.default_rng(seed)
    pixels = np.full((40, 60, 4), 255, np.uint8)
    pixels[10:20, :30, :3] = (0, 114, 178)
    pixels[30, rng.integers(0, 60, 20), :3] = (213, 94, 0)
    return pixels


@pytest.mark.parametrize("parts", [1, 3])
def test_a_picture_of_few_colours_comes_back_to_the_last_bit(parts):
    pixels = few_colours()
    colours, palette = decoded(with_palette(encoded(pixels, parts=parts)))
    assert np.array_equal(colours, pixels[:, :, :3])
    assert sorted(map(tuple, palette.tolist())) == [(0, 114, 178), (213, 94, 0), (255, 255, 255)]


def test_exactly_256_colours_are_all_kept_and_one_more_costs_the_rarest_its_own():
    pixels = np.full((20, 257, 4), 255, np.uint8)
    pixels[:, :256, 0] = np.arange(256)  # twenty times each, and white
    pixels[:, :, 1:3] = 0
    pixels[:, 256, :3] = (255, 0, 0)
    colours, palette = decoded(with_palette(encoded(pixels)))
    assert len(palette) == 256 and np.array_equal(colours, pixels[:, :, :3])
    pixels[0, 0, :3] = (7, 1, 0)  # once: the 257th colour
    colours, palette = decoded(with_palette(encoded(pixels)))
    assert len(palette) == 256
    assert colours[0, 0].tolist() == [7, 0, 0]
    assert np.array_equal(colours[1:], pixels[1:, :, :3])


def test_the_pixels_an_inch_stay_as_they_were():
    assert chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)) in with_palette(
        encoded(few_colours())
    )


def test_a_picture_that_is_see_through_or_stored_in_another_way_is_left_alone():
    glass = few_colours()
    glass[3, 3, 3] = 254
    small = with_palette(encoded(few_colours()))
    for png in (encoded(glass), encoded(few_colours(), filtered=0), small):
        assert with_palette(png) == png
