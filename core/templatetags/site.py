"""What a template has to know about this installation, without a request (error pages have none)."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def is_demo() -> bool:
    """Whether this is the demo, whose pages carry 見本."""
    return settings.IS_DEMO
