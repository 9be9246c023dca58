"""Addresses of this room."""

from django.urls import path

from matching.views import editing, fitting, introductions, lists, moderation, needs, posting, starting

app_name = "matching"
urlpatterns = [
    path("start/offer/", starting.offer, name="start-offer"),
    path("start/offer/fitting/", starting.fitting, name="start-fitting"),
    path("needs/", needs.needs, name="needs"),
    path("needs/post/", posting.post, name="post"),
    path("needs/post/understood/", posting.understood, name="understood"),
    path("needs/mine/", lists.mine, name="mine"),
    path("needs/mine.csv", needs.export, name="export"),
    path("needs/fitting/", fitting.fitting, name="fitting"),
    path("needs/<str:ref>/", needs.need, name="need"),
    path("needs/<str:ref>/edit/", editing.edit, name="edit"),
    path("needs/<str:ref>/do/<slug:name>/", needs.step, name="step"),
    path("moderation/needs/<str:ref>/", moderation.moderate, name="moderate"),
    path("introductions/", lists.introductions, name="introductions"),
    path("jobs/", lists.jobs, name="jobs"),
    path("introductions/new/", introductions.introduce, name="introduce"),
    path("introductions/<int:pk>/", introductions.introduction, name="introduction"),
    path("introductions/<int:pk>/<slug:name>/", introductions.answer, name="answer"),
]
