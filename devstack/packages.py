"""The Debian packages that no wheel carries: pango and fonts for PDF, Chromium for the browser tests.

Root on Debian gets them installed. Everybody else is told the one line that does it, and the rest
of the system works without them.
"""

import os
import shutil
import subprocess
from pathlib import Path
from signal import Signals

from devstack import locks
from devstack.console import say
from devstack.processes import Program
from devstack.supervisor import StepFailedError, Supervisor

PDF = (
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-morisawa-bizud-gothic",
    "fonts-morisawa-bizud-mincho",
    "fonts-noto-cjk",  # kanji that the BIZ UD fonts lack
    "fonts-dejavu-core",  # letters of other scripts
)
BROWSER = (
    *PDF,
    "chromium",
    "libatomic1",  # for the node program inside playwright
    "libreoffice-calc-nogui",  # opens and saves workbooks as their readers do
)
DPKG = Path("/var/lib/dpkg")


def missing(packages: tuple[str, ...]) -> list[str]:
    """Those not installed. Where there is no dpkg nobody can be asked, and nothing counts as missing."""
    if not shutil.which("dpkg-query"):
        return []
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *packages],
        capture_output=True,
        text=True,
        check=False,  # it fails when a package is unknown, and still lists the others
    ).stdout
    installed = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def line(packages: list[str]) -> str:
    """What to type to install the packages, index update included."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    install = f"{sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"
    return f"{sudo}apt-get update && {install}"


def provide(packages: tuple[str, ...], *, purpose: str, logs: Path) -> list[str]:
    """Install what is missing, as root, else say how; return what is still missing."""
    lacking = missing(packages)
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        # apt-get update does not wait for another one, so we do.
        with locks.directory(DPKG, sentence="Another ./run installs Debian packages; waiting."):
            lacking = missing(packages)
            if lacking:
                say(f"Installing Debian packages: {' '.join(lacking)} …")
                _install(lacking, logs)
                lacking = missing(packages)
    if lacking:
        say(f"{purpose} needs Debian packages: {line(lacking)}")
    return lacking


def _install(packages: list[str], logs: Path) -> None:
    """Update the index, which is empty on a fresh machine, and install; say it if that fails."""
    quiet = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=2"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [*quiet, "install", "-y", "--no-install-recommends", *packages]
    for name, command in (("apt-update", [*quiet, "update"]), ("apt-install", install)):
        program = Program(
            name,
            command,
            environment=environment,
            stop_signal=Signals.SIGINT,
            death_signal=Signals.SIGINT,
        )
        with Supervisor(logs=logs) as supervisor:
            try:
                supervisor.run(program)
            except StepFailedError as error:  # an old index may still be good enough
                say(str(error))
