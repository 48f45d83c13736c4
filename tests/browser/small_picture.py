"""A screenshot as a PNG of few colours: pages of text need no more, and clones stay small."""

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import Any, Final

from playwright.async_api import Browser

COLOURS: Final = 48

_REDUCE: Final = """async ([picture, most]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + picture;
  await image.decode();
  const [width, height] = [image.width, image.height];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const data = context.getImageData(0, 0, width, height).data;
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = data[at] << 16 | data[at + 1] << 8 | data[at + 2];
    counts.set(colour, (counts.get(colour) || 0) + 1);
  }
  const parts = (c) => [c >> 16, c >> 8 & 255, c & 255];
  const apart = (a, b) => parts(a).reduce((sum, one, i) => sum + (one - parts(b)[i]) ** 2, 0);
  // The most frequent colours, none too near to one that is there.
  const palette = [];
  for (const [colour] of [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
    const step = palette.length < 12 ? 12 : 500;
    if (palette.length < most && palette.every((one) => apart(one, colour) >= step))
      palette.push(colour);
  }
  const nearest = new Map();
  for (const colour of counts.keys()) {
    let best = 0;
    palette.forEach((one, i) => {
      if (apart(one, colour) < apart(palette[best], colour)) best = i;
    });
    nearest.set(colour, best);
  }
  let pixels = "";
  for (let at = 0; at < data.length; at += 4)
    pixels += String.fromCharCode(nearest.get(data[at] << 16 | data[at + 1] << 8 | data[at + 2]));
  return { width, height, palette, pixels: btoa(pixels) };
}"""


async def small_picture(browser: Browser, screenshot: bytes) -> bytes:
    """The same picture as an indexed PNG (PNG specification, section 11.2)."""
    page = await browser.new_page()
    picture = base64.b64encode(screenshot).decode()
    found: dict[str, Any] = await page.evaluate(_REDUCE, [picture, COLOURS])
    await page.close()
    return _png(
        found["width"], found["height"], found["palette"], base64.b64decode(found["pixels"])
    )


def _png(width: int, height: int, palette: Sequence[int], pixels: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colours = b"".join(colour.to_bytes(3, "big") for colour in palette)
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    chunks = (b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
