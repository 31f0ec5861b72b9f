"""Path converters: a number that could not be one never reaches the database."""

from django.urls import register_converter


class ControlNumberConverter:
    """A number of the criteria, such as `9.2` or `9.2.3.11.PB`."""

    regex = r"[0-9]{1,3}(?:\.[0-9]{1,3}){1,3}(?:\.(?:P|B|PB))?"

    def to_python(self, value: str) -> str:
        """The number as it is stored."""
        return value

    def to_url(self, value: str) -> str:
        """The number as it is written."""
        return value


register_converter(ControlNumberConverter, "control")
