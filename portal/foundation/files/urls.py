"""Addresses of files."""

from django.urls import path

from portal.foundation.files import views

app_name = "files"
urlpatterns = [
    path("files/<uuid:key>/", views.file, name="file"),
    path("files/<uuid:key>/preview/", views.preview, name="preview"),
]
