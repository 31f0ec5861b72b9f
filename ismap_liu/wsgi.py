"""What a web worker starts with."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ismap_liu.settings.production")

application = get_wsgi_application()
# Views, forms and models are loaded before the first request, and stay for as long as the worker lives: the collector
# need not walk through them again whenever a request makes many objects (a quarter of the CPU of a large import), and
# looks less often: a page makes some thousand objects that die with it.
import_module(settings.ROOT_URLCONF)
gc.freeze()
gc.set_threshold(10_000, 20, 20)
