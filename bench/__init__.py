"""What the named operations cost. Measured in a process that starts as a web worker of production does."""

import ismap_liu.wsgi  # noqa: F401 -- sets Django up
