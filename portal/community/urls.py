"""Addresses of this room."""

from django.urls import path

from portal.community.views import editing, joining, pages

app_name = "community"
urlpatterns = [
    path("start/open-source/", pages.start, name="start"),
    path("projects/", pages.project_list, name="projects"),
    path("projects/new/", editing.new_project, name="new"),
    path("projects/<slug:slug>/", pages.project_detail, name="project"),
    path("projects/<slug:slug>/edit/", editing.edit_project, name="edit"),
    path("projects/<slug:slug>/review/", editing.review_project, name="review"),
    path("projects/<slug:slug>/join/", joining.join, name="join"),
    path("projects/<slug:slug>/leave/", joining.leave, name="leave"),
    path("projects/<slug:slug>/requests/<int:pk>/", joining.decide, name="decide"),
    path("projects/<slug:slug>/requests/<int:pk>/withdraw/", joining.withdraw, name="withdraw"),
    path("contributions/", pages.contributions, name="contributions"),
]
