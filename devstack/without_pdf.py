"""A pytest plugin for machines without the PDF packages: leaves the tests marked `pdf` out.

Unlike `-m "not pdf"` it comes after every choice of the person (-m, -k, a path), so the number that
it reports is exactly the tests that would have run.
"""

import pytest

from devstack.packages import PDF, line, missing

MARK = "pdf"


class WithoutPdf:
    """Deselects, counts, and says so in the very last line."""

    def __init__(self) -> None:
        self.left_out = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Take the marked tests out, as `-m` would."""
        marked = [item for item in items if item.get_closest_marker(MARK)]
        items[:] = [item for item in items if item not in marked]
        self.left_out = len(marked)
        config.hook.pytest_deselected(items=marked)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """After everything else, say how many were left out and what they need."""
        if self.left_out:
            print(
                f"{self.left_out} PDF tests were left out / PDF の試験 {self.left_out} 件は"
                f"実行していません。 They need: {line(missing(PDF))}"
            )


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin; named on the command line as `-p devstack.without_pdf`."""
    config.pluginmanager.register(WithoutPdf(), "without-pdf")
