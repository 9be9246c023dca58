"""Addresses of this room."""

from django.urls import path

from portal.discovery import views
from portal.discovery.saved import feed, stopping
from portal.discovery.saved import views as saved
from portal.discovery.searched import views as searched

app_name = "discovery"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/suggest/", views.suggestions, name="suggest"),
    path("search/clicks/", searched.click, name="click"),
    path("officers/searches/", searched.searches, name="searches"),
    path("officers/searches/export/", searched.export_searches, name="export-searches"),
    path("searches/", saved.saved_searches, name="saved-searches"),
    path("searches/new/", saved.save_search, name="save-search"),
    path("searches/export/", saved.export_saved_searches, name="export-saved-searches"),
    path("searches/<int:pk>/", saved.saved_search, name="saved-search"),
    path("searches/<int:pk>/edit/", saved.edit_saved_search, name="edit-saved-search"),
    path("searches/<int:pk>/pause/", saved.pause_saved_search, name="pause-saved-search"),
    path("searches/<int:pk>/delete/", saved.delete_saved_search, name="delete-saved-search"),
    path("searches/feed/<str:token>/", feed.feed, name="feed"),
    path("searches/stop/<str:token>/", stopping.stop, name="stop"),
    path("searches/stop-all/<str:token>/", stopping.stop_delivery, name="stop-delivery"),
]
