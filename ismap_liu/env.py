"""The one place that reads the environment, so that every settings module reads it alike."""

from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
