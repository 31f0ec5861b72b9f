"""What a server without pango or fonts says. These run on such a server too."""

from documents import fonts, pdf
from documents.checks import warn_of_missing_parts


def test_the_line_to_run_names_every_package_once():
    assert pdf.INSTALL_LINE == (
        "apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0"
        " fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho fonts-noto-cjk fonts-dejavu-core"
    )


def test_every_missing_part_is_named(monkeypatch):
    monkeypatch.setattr(fonts, "_folders", tuple)
    monkeypatch.setattr(pdf, "LIBRARIES", {"libpangoft2-1.0-0": "no-such-library.so.0"})

    assert pdf.missing_system_parts() == [
        "libpangoft2-1.0-0",
        "fonts-morisawa-bizud-gothic",
        "fonts-morisawa-bizud-mincho",
        "fonts-noto-cjk",
        "fonts-dejavu-core",
    ]


def test_the_system_check_warns_and_does_not_stop(monkeypatch):
    monkeypatch.setattr(pdf, "missing_system_parts", lambda: ["libharfbuzz-subset0"])

    (warning,) = warn_of_missing_parts()

    assert not warning.is_serious()
    assert pdf.INSTALL_LINE in warning.hint


def test_the_system_check_is_silent_when_all_is_there(monkeypatch):
    monkeypatch.setattr(pdf, "missing_system_parts", list)

    assert warn_of_missing_parts() == []
