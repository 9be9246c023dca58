"""The least Django can do for a page with one query: the measure of the portal's pages."""
