"""Debian's packages: what is missing, how to get it, and the tests that are left out without it."""

import os
import subprocess
import sys

import pytest

from devstack import packages
from documents import fonts, pdf
from tests.devstack.conftest import script_environment

SOME_TESTS = """
import pytest

def test_plain(): pass

@pytest.mark.pdf
def test_form(): pass

@pytest.mark.pdf
@pytest.mark.slow
def test_annex(): pass
"""


@pytest.fixture
def dpkg(tmp_path, monkeypatch):
    """A dpkg-query that knows one installed and one removed package."""
    program = tmp_path / "dpkg-query"
    program.write_text("#!/bin/sh\necho 'present installed'\necho 'removed config-files'\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def test_what_is_installed_is_what_pdf_asks_for():
    assert set(packages.PDF) == {*pdf.LIBRARIES, *(package.package for package in fonts.PACKAGES)}


@pytest.mark.usefixtures("dpkg")
def test_only_installed_packages_count():
    assert packages.missing(("present", "removed", "unknown")) == ["removed", "unknown"]


def test_elsewhere_than_on_debian_nothing_counts_as_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert packages.missing(("anything",)) == []


@pytest.mark.usefixtures("dpkg")
def test_ordinary_user_is_told_the_exact_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    lacking = packages.provide(("present", "unknown"), purpose="PDF", logs=tmp_path)
    assert lacking == ["unknown"]
    assert (
        "PDF needs Debian packages: sudo apt-get update && "
        "sudo apt-get install -y --no-install-recommends unknown"
    ) in capsys.readouterr().out


@pytest.mark.usefixtures("dpkg")
def test_root_without_network_is_told_the_line_and_goes_on(monkeypatch, capsys, tmp_path):
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\necho 'no network'\nexit 100\n")
    apt.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert packages.provide(("unknown",), purpose="PDF", logs=tmp_path) == ["unknown"]
    said = capsys.readouterr().out
    assert "no network" in said
    assert "PDF needs Debian packages: apt-get update && apt-get install" in said


@pytest.mark.parametrize(
    ("choice", "passed", "left_out"),
    [
        ([], 1, 2),
        (["-m", "slow or not pdf"], 1, 1),
        (["-k", "annex"], 0, 1),
        (["-k", "plain"], 1, 0),
    ],
)
def test_exactly_the_chosen_pdf_tests_are_left_out(tmp_path, choice, passed, left_out):
    (tmp_path / "test_some.py").write_text(SOME_TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    pdf\n    slow\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "devstack.without_pdf", *choice],
        cwd=tmp_path,
        env=script_environment() | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    last = run.stdout.splitlines()[-1]
    assert last.startswith(f"{left_out} PDF tests were left out") == bool(left_out)
    assert run.returncode == (pytest.ExitCode.OK if passed else pytest.ExitCode.NO_TESTS_COLLECTED)
