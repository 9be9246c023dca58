"""Behind a TLS proxy, with PostgreSQL and Elasticsearch by their addresses."""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *
from portal.settings.base import env

if not env.SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is required in production")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is required in production")

# Links in e-mail lead to the first host unless SITE_URL says where.
if not env.SITE_URL:
    SITE_URL = f"https://{ALLOWED_HOSTS[0].removeprefix('.')}"
    WAGTAILADMIN_BASE_URL = SITE_URL

# Elsewhere demo rows come by default; here somebody has to ask for them.
DUIJIE_DEMO = env.DUIJIE_DEMO and "DUIJIE_DEMO" in env.model_fields_set

# Limits and lock-outs go by the address that our own proxies saw, not by the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = env.DUIJIE_PROXIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [
    f"https://{'*' if host.startswith('.') else ''}{host}" for host in ALLOWED_HOSTS
]
