"""The portal's settings, database included, with one address of its own and no middleware."""

from portal.settings.development import *

ROOT_URLCONF = "bench.bare.urls"
WSGI_APPLICATION = "bench.bare.wsgi.application"
MIDDLEWARE.clear()
