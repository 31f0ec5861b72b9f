"""What may be uploaded, read once from `uploads.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, counts, and the ratio of unpacked to packed bytes."""

    file_bytes: int
    organisation_bytes: int
    organisation_files: int
    label_length: int
    image_pixels: int
    archive_members: int
    archive_bytes: int
    archive_ratio: int
    part_bytes: int


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its name for people, its extensions, and the media type that we give it."""

    name: str
    label: str
    extensions: tuple[str, ...]
    media_type: str


_CONFIG = tomllib.loads((Path(__file__).parent / "uploads.toml").read_text(encoding="utf-8"))

LIMITS = Limits(**_CONFIG["limits"])
KINDS = tuple(
    Kind(name, kind["label"], tuple(kind["extensions"]), kind["media_type"])
    for name, kind in _CONFIG["kinds"].items()
)
KIND_BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}
