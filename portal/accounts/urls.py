"""Addresses of this room; signing in and up are django-allauth's."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [path("profile/", views.profile, name="profile")]
