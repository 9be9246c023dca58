"""Addresses of this room."""

from django.urls import path

from portal.discovery import views

app_name = "discovery"
urlpatterns = [path("search/", views.search, name="search")]
