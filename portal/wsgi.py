"""WSGI entry point."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal.foundation import metric_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
# Before anything imports prometheus_client.
metric_files.share(Path(settings.DUIJIE_DATA_DIR) / "metrics")
application = get_wsgi_application()

# Models can be imported only now. What serves pages writes its counts of searches itself.
from portal.discovery import warming  # noqa: E402
from portal.discovery.searched import write_regularly  # noqa: E402

write_regularly()
warming.begin()
