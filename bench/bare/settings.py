"""The portal's settings, database included, with one address, one app and no middleware."""

from portal.settings.development import *

ROOT_URLCONF = "bench.bare.urls"
WSGI_APPLICATION = "bench.bare.wsgi.application"
INSTALLED_APPS.clear()
INSTALLED_APPS.append("django.contrib.contenttypes")
MIDDLEWARE.clear()
