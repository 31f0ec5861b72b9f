"""Acts that start at the same moment, each in a thread and on a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Results or refusals of acts that start at the same moment, each on its own connection."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        barrier.wait(timeout=20)
        try:
            outcomes[index] = act()
        except Exception as error:  # noqa: BLE001 -- the test looks at whatever was raised
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes
