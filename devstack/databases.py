"""A fresh database beside a given one. The one script of devstack that runs inside .venv."""

import re
import sys

ADDRESS = re.compile(r"(?P<server>\w+://[^/]*/)(?P<name>\w+)(?P<options>.*)", re.DOTALL)


def beside(url: str, suffix: str) -> str:
    """The address of the database `<name>_<suffix>` on the server of `url`."""
    parts = ADDRESS.fullmatch(url)
    if not parts:
        raise ValueError("DATABASE_URL must look like postgres://user@host/name")
    return f"{parts['server']}{parts['name']}_{suffix}{parts['options']}"


def recreate(url: str, suffix: str) -> None:
    """Drop and create the database `<name>_<suffix>`; `url` itself only lends the connection."""
    import psycopg  # noqa: PLC0415 -- only this function needs .venv
    from psycopg import sql  # noqa: PLC0415

    fresh = ADDRESS.fullmatch(beside(url, suffix))
    name = sql.Identifier(fresh["name"] if fresh else suffix)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


if __name__ == "__main__":
    recreate(*sys.argv[1:])
