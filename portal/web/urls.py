"""Addresses of the design system itself."""

from django.urls import path

from portal.web import views

app_name = "web"
urlpatterns = [
    path("styleguide/", views.styleguide, name="styleguide"),
    path("theme/", views.set_theme, name="theme"),
]
