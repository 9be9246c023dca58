"""Addresses of notifications and the moderation queue."""

from django.urls import path

from portal.foundation import views
from portal.foundation.desk import views as desk
from portal.foundation.drafts import views as drafts
from portal.foundation.notifications import views as told
from portal.foundation.notifications.stopping import unsubscribe

app_name = "foundation"
urlpatterns = [
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/read-all/", views.notification_read_all, name="read-all"),
    path("notifications/<int:pk>/open/", views.notification_open, name="open"),
    path("notifications/choices/", told.choices_page, name="choices"),
    path("notifications/unsubscribe/<str:token>/", unsubscribe, name="unsubscribe"),
    path("notifications/endpoints/", told.endpoint_list, name="endpoints"),
    path("notifications/endpoints/add/", told.endpoint_add, name="add-endpoint"),
    path("notifications/endpoints/<int:pk>/", told.endpoint_page, name="endpoint"),
    path("notifications/endpoints/<int:pk>/test/", told.endpoint_test, name="test-endpoint"),
    path("notifications/endpoints/<int:pk>/rotate/", told.endpoint_rotate, name="rotate-endpoint"),
    path("notifications/endpoints/<int:pk>/pause/", told.endpoint_pause, name="pause-endpoint"),
    path("notifications/endpoints/<int:pk>/remove/", told.endpoint_remove, name="remove-endpoint"),
    path("notifications/deliveries/", told.delivery_list, name="deliveries"),
    path("notifications/deliveries/<int:pk>/again/", told.delivery_again, name="send-again"),
    path("officers/deliveries/", told.delivery_report, name="delivery-report"),
    path("moderation/", views.moderation_queue, name="moderation"),
    path("waiting/", desk.waiting, name="waiting"),
    path("officers/stuck/", desk.stuck, name="stuck"),
    path("officers/stuck.csv", desk.stuck_export, name="stuck-export"),
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/save/", drafts.save_draft, name="save-draft"),
    path("drafts/<int:pk>/discard/", drafts.discard_draft, name="discard-draft"),
]
