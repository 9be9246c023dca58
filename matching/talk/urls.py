"""Addresses of talk, in the room's own namespace."""

from django.urls import path

from matching.views import questions, talk

urlpatterns = [
    path("introductions/<int:pk>/talk/", talk.thread, name="thread"),
    path("introductions/<int:pk>/confidentiality/", talk.confidentiality, name="confidentiality"),
    path("messages/<int:pk>/<slug:name>/", talk.message_step, name="message-step"),
    path("needs/<str:ref>/questions/", questions.questions, name="questions"),
    path("questions/<int:pk>/", questions.answer, name="answer-question"),
]
