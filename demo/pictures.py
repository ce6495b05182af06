"""Draw the sample newsroom's pictures, with the metadata that a careless camera leaves in them."""

from pathlib import Path

from PIL import Image

import paint

SIZE, PAINTED = (1600, 1067), (800, 534)


def main(newsroom: Path) -> None:
    """Draw every picture that a text of the sample shows."""
    folder = newsroom / "stories" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, scene in paint.SCENES.items():
        image = Image.fromarray(paint.paint(scene, *PAINTED)).resize(SIZE, Image.Resampling.BICUBIC)
        exif = Image.Exif()
        # Make, model and a place: the press must leave none of them.
        exif[0x010F], exif[0x0110] = "Sample Camera Works", "Model 1, serial 0042"
        exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 20.0, 30.0), 3: "E", 4: (44.0, 48.0, 5.0)})
        image.save(folder / f"{name}.jpg", quality=88, exif=exif)
