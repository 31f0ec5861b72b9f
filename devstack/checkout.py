"""Where things are: the checkout, its virtual environment, and the state that runs leave behind."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from devstack.console import RefusedError

# Below this directory root keeps the state: the servers then run as another user, who may not be
# able to reach a checkout below a private home.
ROOT_STATE_PARENT = Path("/var/lib")


@dataclass(frozen=True)
class Checkout:
    """One copy of the project; `state` holds its databases, uploads and logs."""

    root: Path
    state: Path

    @classmethod
    def here(cls) -> "Checkout":
        """The checkout that this very file belongs to."""
        root = Path(__file__).resolve().parent.parent
        if os.geteuid() != 0:
            return cls(root, root / ".run")
        name = hashlib.sha256(os.fsencode(root)).hexdigest()[:10]
        return cls(root, ROOT_STATE_PARENT / f"ismap-liu-{name}")

    @property
    def venv(self) -> Path:
        """The virtual environment, made by `devstack.virtualenv`."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter that has the packages."""
        return self.venv / "bin" / "python"

    @property
    def lock(self) -> Path:
        """The hash-locked requirements of demo and tests."""
        return self.root / "requirements" / "dev.lock"

    @property
    def server_copies(self) -> Path:
        """Copies of the server binaries, where the originals are out of the servers' reach."""
        return self.state / "servers"

    def make_state(self) -> Path:
        """Create the state directory; refuse one that somebody else has put there."""
        self.state.mkdir(mode=0o755, exist_ok=True)
        found = self.state.lstat()
        if self.state.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise RefusedError(
                f"{self.state} is not a directory of our own; remove it and try again."
            )
        return self.state
