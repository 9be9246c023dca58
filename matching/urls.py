"""Addresses of this room."""

from django.urls import path

from matching.views import editing, fitting, introductions, moderation, needs, posting

app_name = "matching"
urlpatterns = [
    path("needs/", needs.needs, name="needs"),
    path("needs/post/", posting.post, name="post"),
    path("needs/post/understood/", posting.understood, name="understood"),
    path("needs/mine/", needs.mine, name="mine"),
    path("needs/mine.csv", needs.export, name="export"),
    path("needs/fitting/", fitting.fitting, name="fitting"),
    path("needs/<str:ref>/", needs.need, name="need"),
    path("needs/<str:ref>/edit/", editing.edit, name="edit"),
    path("needs/<str:ref>/do/<slug:name>/", needs.step, name="step"),
    path("moderation/needs/<str:ref>/", moderation.moderate, name="moderate"),
    path("introductions/", introductions.introductions, name="introductions"),
    path("introductions/new/", introductions.introduce, name="introduce"),
    path("introductions/<int:pk>/", introductions.introduction, name="introduction"),
    path("introductions/<int:pk>/<slug:name>/", introductions.answer, name="answer"),
]
