"""Every address of the portal, who may open it, and a city with one of everything to open it on.

`routes.py` says of each route of the URLconf what it takes to reach it and which sample it is
opened on; what walks over all pages (roles, axe-core, the HTML validator) reads it from here."""
