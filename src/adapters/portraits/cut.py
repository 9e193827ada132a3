"""One picture from standard input, as squares to standard output; run as a process of its own, it trusts nothing.

The first line out is JSON: `{"sizes": […]}`, followed by that many bytes for each side, or `{"refused": "…"}`.
"""

import io
import json
import resource
import sys
import warnings

from PIL import Image, ImageOps

MEMORY, SECONDS, PIXELS = 1024 * 1024 * 1024, 10, 40_000_000
KINDS = ("JPEG", "PNG", "WEBP", "GIF")
TRANSPARENT = ("RGBA", "LA", "PA", "La", "RGBa")


class Refused(Exception):
    """The picture is not taken; it says why in one word."""


def opened(data: bytes) -> Image.Image:
    """Read a picture's head only. Its kind is what its bytes say, never a name."""
    try:
        picture = Image.open(io.BytesIO(data), formats=KINDS)
    except Image.DecompressionBombError:
        raise Refused("large") from None
    except Exception:
        raise Refused("kind") from None
    if picture.width * picture.height > PIXELS:
        raise Refused("large")
    return picture


def square(picture: Image.Image, side: int) -> Image.Image:
    """The middle of a picture. What is turned is turned afterwards: the middle stays where it is."""
    picture.draft("RGB", (side * 2, side * 2))
    least = min(picture.size)
    left, top = (picture.width - least) / 2, (picture.height - least) / 2
    whole = plain(picture)
    return whole.resize((side, side), Image.Resampling.LANCZOS, (left, top, left + least, top + least), 3.0)


def plain(picture: Image.Image) -> Image.Image:
    """The first frame as red, green and blue, with its transparency if it has one."""
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    wanted = "RGBA" if picture.mode in TRANSPARENT or "transparency" in picture.info else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def upright(cut: Image.Image, orientation: int) -> Image.Image:
    """Turned as the camera was held (EXIF 2.3, orientation)."""
    cut.getexif()[0x0112] = orientation
    turned = ImageOps.exif_transpose(cut)
    return turned if turned is not None else cut


def written(cut: Image.Image) -> bytes:
    """A WebP file of the pixels alone."""
    bare = Image.frombytes(cut.mode, cut.size, cut.tobytes())
    file = io.BytesIO()
    bare.save(file, "WEBP", quality=84, method=4)
    return file.getvalue()


def portraits(data: bytes, sides: list[int]) -> list[bytes]:
    """The files of each side, the largest first."""
    picture = opened(data)
    try:
        orientation = picture.getexif().get(0x0112, 1)
        largest = upright(square(picture, sides[0]), orientation)
    except Exception:
        raise Refused("broken") from None
    smaller = [largest.resize((side, side), Image.Resampling.LANCZOS) for side in sides[1:]]
    return [written(cut) for cut in (largest, *smaller)]


def limit() -> None:
    """Give this process little to spend; whatever goes over it ends here."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Read, cut, write."""
    limit()
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        files = portraits(sys.stdin.buffer.read(), [int(side) for side in sys.argv[1:]])
    except (Refused, MemoryError) as refused:
        told = {"refused": str(refused) or "large"}
        files = []
    else:
        told = {"sizes": [len(file) for file in files]}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(files))


if __name__ == "__main__":
    main()
