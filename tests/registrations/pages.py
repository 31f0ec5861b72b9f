"""Small helpers for tests of pages."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from lxml import html


def url(name: str, *args: Any) -> str:
    """Address of a page of this app."""
    return reverse(f"registrations:{name}", args=args)


def text(response: HttpResponse) -> str:
    """What a reader sees of the page's main part, blanks folded."""
    (main,) = _page(response).xpath("//main")
    return " ".join(main.text_content().split())


def links(response: HttpResponse) -> list[str]:
    """Where the main part of the page leads."""
    return _page(response).xpath("//main//a/@href")


def value(response: HttpResponse, name: str) -> str:
    """The value of the form control `name`."""
    (control,) = _page(response).xpath(f"//main//*[@name='{name}'][self::input or self::textarea]")
    return control.get("value") if control.tag == "input" else control.text_content().strip("\n")


def _page(response: HttpResponse) -> Any:
    return html.fromstring(response.content.decode())
