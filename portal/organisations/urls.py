"""Addresses of this room."""

from django.urls import path

from portal.organisations.views import desk, members, moderation, public, registration

app_name = "organisations"
urlpatterns = [
    path("providers/<str:key>/", public.provider, name="provider"),
    path("desk/", desk.desk, name="desk"),
    path("organisations/new/", registration.register, name="register"),
    path("desk/<str:key>/", desk.organisation, name="organisation"),
    path("desk/<str:key>/details/", desk.edit_organisation, name="edit"),
    path("desk/<str:key>/profile/", desk.edit_profile, name="edit-profile"),
    path("desk/<str:key>/profile.csv", desk.export_profile, name="export"),
    path("desk/<str:key>/listed/", desk.set_listed, name="set-listed"),
    path("desk/<str:key>/verification/", desk.ask_verification, name="ask-verification"),
    path("desk/<str:key>/offers/new/", desk.add_offer, name="add-offer"),
    path("desk/<str:key>/offers/<int:pk>/", desk.edit_offer, name="edit-offer"),
    path("desk/<str:key>/offers/<int:pk>/delete/", desk.delete_offer, name="delete-offer"),
    path("desk/<str:key>/members/", members.members, name="members"),
    path("desk/<str:key>/members/<int:pk>/role/", members.change_role, name="change-role"),
    path("desk/<str:key>/members/<int:pk>/remove/", members.remove, name="remove-member"),
    path("desk/<str:key>/invitations/<int:pk>/again/", members.resend, name="resend"),
    path("desk/<str:key>/invitations/<int:pk>/withdraw/", members.withdraw, name="withdraw"),
    path("invitations/<str:token>/", members.accept, name="invitation"),
    path("moderation/providers/<str:key>/", moderation.provider, name="moderate"),
    path(
        "moderation/providers/<str:key>/titles/",
        moderation.record_recognition,
        name="record-recognition",
    ),
    path(
        "moderation/providers/<str:key>/titles/<int:pk>/withdraw/",
        moderation.withdraw_recognition,
        name="withdraw-recognition",
    ),
]
