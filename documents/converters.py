"""Path converter for the hash of stored bytes."""

from django.urls import register_converter


class SHA256Converter:
    """64 hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """The hash as it is stored."""
        return value

    def to_url(self, value: str) -> str:
        """The hash as it is written."""
        return value


register_converter(SHA256Converter, "sha256")
