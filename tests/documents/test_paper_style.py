"""Rules for the style of papers that cost minutes when broken."""

import re

import pytest

from ismap_liu.env import BASE_DIR

ASSETS = BASE_DIR / "documents/assets"
STYLES = sorted(ASSETS.glob("*.css"))
TEMPLATES = sorted((BASE_DIR / "templates").glob("*/pdf/*.html"))


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_no_automatic_tables_and_no_grid(style):
    rules = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)

    assert not re.search(
        r"table-layout:\s*auto|display:\s*(inline-)?grid|woff2|@import|https?:", rules
    )
    collapsed = re.findall(r"\{[^{}]*border-collapse[^{}]*\}", rules)
    assert all("table-layout: fixed" in rule for rule in collapsed)


def test_every_table_of_a_paper_is_one_of_the_fixed_kinds():
    tables = [tag for path in TEMPLATES for tag in re.findall(r"<table[^>]*>", path.read_text())]

    assert len(tables) >= 7
    assert all(re.match(r'<table class="(from|form|list)\b', tag) for tag in tables)


def test_every_family_of_a_style_is_a_named_font():
    families = {
        "BIZ UDPMincho",
        "BIZ UDPGothic",
        "Noto Serif CJK JP",
        "Noto Sans CJK JP",
        "DejaVu Sans",
    }
    text = (ASSETS / "paper.css").read_text()

    assert set(re.findall(r'"((?:BIZ|Noto|DejaVu)[^"]*)"', text)) == families
    assert not re.search(r"\b(serif|sans-serif|monospace)\s*;", text)
