"""Addresses of this room."""

from django.urls import path

from portal.evidence import views

app_name = "evidence"
urlpatterns = [path("providers/<str:key>/evidence.csv", views.export, name="export")]
