"""Addresses of notifications and the moderation queue."""

from django.urls import path

from portal.foundation import views

app_name = "foundation"
urlpatterns = [
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/read-all/", views.notification_read_all, name="read-all"),
    path("notifications/<int:pk>/open/", views.notification_open, name="open"),
    path("moderation/", views.moderation_queue, name="moderation"),
]
