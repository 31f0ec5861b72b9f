"""Private texts that carry a token, and who may read each of them.

A token is a word that stands nowhere else (`CANARY-a-draft-statement`). Whoever gets one in an answer, in its body, its
headers or a file, and is not in its audience, has read what is not for them.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http.response import HttpResponseBase

TOKEN = re.compile(rb"canary-[0-9a-z_]+(?:-[0-9a-z_]+)*", re.IGNORECASE)


@dataclass
class Canaries:
    """Every token with its audience, a set of actors."""

    audiences: dict[str, frozenset[str]] = field(default_factory=dict)

    def text(self, name: str, audience: Iterable[str]) -> str:
        """A new token to be put into a text. Each is put into one place only."""
        token = f"canary-{name}"
        assert token not in self.audiences, f"{token} is used already"
        self.audiences[token] = frozenset(audience)
        return token.upper()

    def foreign(self, actor: str, seen: Iterable[str]) -> list[str]:
        """The tokens among those seen that this actor may not read."""
        return sorted(token for token in seen if actor not in self.audiences.get(token, ()))


def tokens_in(content: bytes, response: HttpResponseBase) -> set[str]:
    """Every token in an answer: body, headers (file names, redirects) and cookies. Percent signs are no disguise:
    tokens are ASCII, which no encoding of a header or address changes.
    """
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    everything = b"\n".join(
        [unpacked(content), headers.encode(), response.cookies.output().encode()]
    )
    return {found.decode().lower() for found in TOKEN.findall(everything)}


def unpacked(content: bytes) -> bytes:
    """The same, or for a workbook what is packed in it."""
    if not content.startswith(b"PK\x03\x04"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())
