"""Addresses of this room; signing in and up are django-allauth's."""

from django.urls import path, re_path

from portal.accounts.views import account, complaints, my_data, notices, security

app_name = "accounts"
urlpatterns = [
    path("accounts/profile/", account.profile, name="profile"),
    path("accounts/second-step/", account.second_step_page, name="second-step"),
    path("accounts/notices/", notices.agree, name="notices"),
    re_path(
        r"^accounts/contacts/(?P<wish>give|withdraw)/$", notices.contacts, name="contacts-consent"
    ),
    path("accounts/my-data/", my_data.my_data, name="my-data"),
    path("accounts/my-data/copy/", my_data.ask_export, name="ask-export"),
    path("accounts/my-data/copy/<uuid:key>/", my_data.download, name="export"),
    path("accounts/my-data/erase/", my_data.erase, name="erase"),
    path("accounts/my-data/keep/", my_data.keep_own, name="keep-own"),
    path("accounts/my-data/keep/<str:token>/", my_data.keep, name="keep"),
    path("accounts/security/", security.own_events, name="security"),
    path("officers/security/", security.log, name="security-log"),
    path("officers/complaints/", complaints.complaint_list, name="complaints"),
    path("officers/complaints/<str:number>/", complaints.complaint_page, name="complaint"),
    path(
        "officers/complaints/<str:number>/<slug:move>/",
        complaints.complaint_move,
        name="complaint-move",
    ),
    path("complaints/new/", complaints.new_complaint, name="new-complaint"),
    path("complaints/new/done/", complaints.complaint_made, name="complaint-made"),
    *(
        path(f"{kind}/{tail}", notices.notice, {"kind": kind}, name=f"{kind}{suffix}")
        for kind in ("privacy", "terms", "accessibility", "contacts")
        for tail, suffix in (("", ""), ("<str:version>/", "-version"))
    ),
]
