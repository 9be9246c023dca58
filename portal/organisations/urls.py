"""Addresses of this room."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from portal.organisations.views import desk, importing, members, moderation, public, registration


class KeyConverter(StringConverter):
    """A key without NUL, which PostgreSQL can't even be asked for."""

    regex = "[^/\\x00]+"


register_converter(KeyConverter, "key")

app_name = "organisations"
urlpatterns = [
    path("providers/<key:key>/", public.provider, name="provider"),
    path("desk/", desk.desk, name="desk"),
    path("organisations/new/", registration.register, name="register"),
    path("desk/<key:key>/", desk.organisation, name="organisation"),
    path("desk/<key:key>/details/", desk.edit_organisation, name="edit"),
    path("desk/<key:key>/profile/", desk.edit_profile, name="edit-profile"),
    path("desk/<key:key>/profile.csv", desk.export_profile, name="export"),
    path("desk/<key:key>/import/", importing.bring, name="import"),
    path("desk/<key:key>/template.<slug:ending>", importing.download, name="import-template"),
    path("desk/<key:key>/import/<int:pk>/", importing.shown, name="import-changes"),
    path("desk/<key:key>/import/<int:pk>/undo/", importing.undo, name="undo-import"),
    path("desk/<key:key>/listed/", desk.set_listed, name="set-listed"),
    path("desk/<key:key>/verification/", desk.ask_verification, name="ask-verification"),
    path("desk/<key:key>/offers/new/", desk.add_offer, name="add-offer"),
    path("desk/<key:key>/offers/<int:pk>/", desk.edit_offer, name="edit-offer"),
    path("desk/<key:key>/offers/<int:pk>/delete/", desk.delete_offer, name="delete-offer"),
    path("desk/<key:key>/close/", members.close, name="close"),
    path("desk/<key:key>/members/", members.members, name="members"),
    path("desk/<key:key>/members/<int:pk>/role/", members.change_role, name="change-role"),
    path("desk/<key:key>/members/<int:pk>/remove/", members.remove, name="remove-member"),
    path("desk/<key:key>/invitations/<int:pk>/again/", members.resend, name="resend"),
    path("desk/<key:key>/invitations/<int:pk>/withdraw/", members.withdraw, name="withdraw"),
    path("invitations/<key:token>/", members.accept, name="invitation"),
    path("moderation/providers/<key:key>/", moderation.provider, name="moderate"),
    path(
        "moderation/providers/<key:key>/titles/",
        moderation.record_recognition,
        name="record-recognition",
    ),
    path(
        "moderation/providers/<key:key>/titles/<int:pk>/withdraw/",
        moderation.withdraw_recognition,
        name="withdraw-recognition",
    ),
]
