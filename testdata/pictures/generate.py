"""Pictures that the encoders of the tests cannot write: by Pillow 13.0.0, with libtiff, libwebp and libjpeg.

    python testdata/pictures/generate.py testdata/pictures

Each shows the same: 24 by 16 pixels, whose formula stands in `crates/imaging/tests/all/formats.rs` too.
"""

import sys
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 24, 16


def picture(mode, pixel):
    image = Image.new(mode, (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            image.putpixel((x, y), pixel(x, y))
    return image


def level(x, y):
    return 10 * x + y


def colour(x, y):
    return (10 * x, 16 * y, 255 - 10 * x)


def disc(x, y):
    """Black and white."""
    return 0 if (x - 8) ** 2 + (y - 7) ** 2 < 30 else 255


def main(folder):
    grey = picture("L", level)
    rgb = picture("RGB", colour)
    ink = picture("1", disc)
    alpha = picture("LA", lambda x, y: (level(x, y), 255 if x < 20 else 0))
    rgba = picture("RGBA", lambda x, y: (*colour(x, y), 255 if x < 20 else 0))
    palette = picture("P", lambda x, y: (x + y) % 4)
    palette.putpalette([250, 250, 250, 200, 0, 0, 0, 150, 0, 0, 0, 60])

    ink.save(folder / "group4.tif", compression="group4")
    ink.save(folder / "packbits.tif", compression="packbits")
    grey.save(folder / "lzw.tif", compression="tiff_lzw")
    rgb.save(folder / "deflate.tif", compression="tiff_adobe_deflate", tiffinfo={317: 2})
    picture("I;16B", lambda x, y: 257 * level(x, y)).save(folder / "big-endian-16.tif")
    alpha.save(folder / "grey-alpha.tif", compression="raw")
    picture("CMYK", lambda x, y: (10 * x, 16 * y, 0, 50)).save(folder / "inks.tif", compression="tiff_lzw")
    palette.save(folder / "palette.tif", compression="tiff_lzw")
    grey.save(folder / "two-pages.tif", compression="tiff_lzw", save_all=True, append_images=[ink.convert("L")])
    rgb.save(folder / "jpeg.tif", compression="jpeg")

    rgb.save(folder / "lossy.webp", quality=95)
    rgba.save(folder / "lossy-alpha.webp", quality=95)
    rgb.save(folder / "animated.webp", lossless=True, save_all=True, append_images=[rgb.rotate(180)], duration=50)

    rgb.save(folder / "progressive.jpg", quality=95, progressive=True, subsampling=0)
    Image.new("CMYK", (16, 16), (200, 100, 0, 30)).save(folder / "inks.jpg", quality=100, subsampling=0)

    palette.save(folder / "interlaced.gif", interlace=1)
    palette.save(folder / "animated.gif", save_all=True, append_images=[palette.rotate(180)], duration=50)
    palette.save(folder / "transparent.gif", transparency=0)
    ink.save(folder / "two-levels.bmp")
    palette.save(folder / "palette.bmp")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
