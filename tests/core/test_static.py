import gzip
import re

from django.conf import settings

STATIC = settings.STATICFILES_DIRS[0]
TEMPLATES = settings.TEMPLATES[0]["DIRS"][0]
CSS_LIMIT = 15 * 1024


def style_sheets(template):
    return re.findall(r"'css/([a-z-]+\.css)'", template.read_text())


def test_style_sheets_of_every_page_stay_within_the_budget():
    sizes = {
        path.name: len(gzip.compress(path.read_bytes(), 9)) for path in STATIC.glob("css/*.css")
    }
    frame = style_sheets(TEMPLATES / "base.html")
    assert "forms.css" in frame
    for page in TEMPLATES.rglob("*.html"):
        if "styleguide" in page.parts:
            continue
        loaded = {*frame, *style_sheets(page)}
        if "{% block review_styles %}{% endblock %}" in page.read_text():
            loaded.discard("review.css")
        assert sum(sizes[name] for name in loaded) <= CSS_LIMIT, page


def test_every_class_name_in_use_of_a_component_is_styled():
    css = "".join(path.read_text() for path in STATIC.glob("css/*.css"))
    used = set()
    for path in (TEMPLATES / "components").glob("*.html"):
        for value in re.findall(r'class="([^"{]+)"', path.read_text()):
            used.update(value.split())
    assert {name for name in used if f".{name}" not in css} == set()


def test_no_text_is_smaller_than_14_pixels():
    for path in STATIC.glob("css/*.css"):
        for size in re.findall(r"font(?:-size)?:[^;]*?([0-9.]+)rem", path.read_text()):
            assert float(size) >= 0.875, path.name


def test_own_scripts_parse_no_html():
    for path in STATIC.glob("js/*.js"):
        assert not re.search(
            r"innerHTML|insertAdjacentHTML|document\.write|eval\(", path.read_text()
        )


def test_every_icon_in_use_exists():
    names = set(re.findall(r'id="([a-z-]+)"', (STATIC / "img/icons.svg").read_text()))
    used = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        used.update(re.findall(r'components/icon\.html" with name="([a-z-]+)"(?!\|)', text))
        used.update(re.findall(r' icon="([a-z-]+)"', text))
    assert used <= names
