"""What the templates of agreements need."""

from django import template

register = template.Library()


@register.filter
def quoted(text: str) -> str:
    """Every line marked as words of the parties, so that none can pass for a clause."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))
