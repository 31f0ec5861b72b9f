"""PostgreSQL only. Time limits as in docs/architecture.md: a web request never waits longer than five seconds."""

from ismap_liu.env import env


def database(*, statement_timeout: str = "5s") -> dict:
    """The `default` database from DATABASE_URL, with the limits that keep one slow query from piling up."""
    config = env.db_url("DATABASE_URL")
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    options = config.setdefault("OPTIONS", {})
    options["connect_timeout"] = 2
    options["options"] = (
        f"-c statement_timeout={statement_timeout} -c lock_timeout=4s"
        " -c idle_in_transaction_session_timeout=30s"
    )
    return config
