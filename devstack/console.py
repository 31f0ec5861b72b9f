"""What ./run says: one line per step, with the seconds since it began."""

import time

_BEGAN = time.monotonic()


class RefusedError(Exception):
    """A reason not to go on, in a sentence that is fit to show and says what to do."""


def say(text: str) -> None:
    """Print one progress line at once, also into a pipe."""
    print(f"[{time.monotonic() - _BEGAN:6.1f} s] {text}", flush=True)
