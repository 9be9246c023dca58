"""Addresses of this room."""

from django.urls import include, path

from matching.views import (
    agreements,
    disputes,
    drafting_proposals,
    editing,
    fitting,
    introductions,
    jobs,
    lists,
    moderation,
    needs,
    posting,
    proposals,
    reviews,
    starting,
)

app_name = "matching"
urlpatterns = [
    # Before the moves of an introduction, which take any word.
    path("", include("matching.talk.urls")),
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
    path("introductions/<int:pk>/propose/", proposals.propose, name="propose"),
    path("introductions/<int:pk>/<slug:name>/", introductions.answer, name="answer"),
    path("needs/<str:ref>/proposals/", proposals.compare, name="compare"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("proposals/<int:pk>/edit/", drafting_proposals.edit, name="edit-proposal"),
    path("proposals/<int:pk>/do/<slug:name>/", proposals.step, name="proposal-step"),
    path("agreements/verify/", agreements.verify, name="verify"),
    path("agreements/<str:ref>/", agreements.agreement, name="agreement"),
    path("agreements/<str:ref>/consent/", agreements.consent, name="consent"),
    path("agreements/<str:ref>/revise/", agreements.revise, name="revise"),
    path("agreements/<str:ref>/agreement.pdf", agreements.pdf, name="agreement-pdf"),
    path("jobs/<str:ref>/", jobs.job, name="job"),
    path(
        "jobs/<str:ref>/milestones/<int:place>/<slug:name>/", jobs.milestone_step, name="milestone"
    ),
    path("jobs/<str:ref>/do/<slug:name>/", jobs.job_step, name="job-step"),
    path("jobs/<str:ref>/dispute/", disputes.open_dispute, name="open-dispute"),
    path("jobs/<str:ref>/review/", reviews.review, name="review"),
    path("disputes/<int:pk>/", disputes.dispute, name="dispute"),
    path("reviews/<int:pk>/reply/", reviews.reply, name="reply"),
    path("reviews/<int:pk>/remove/", reviews.remove, name="remove-review"),
]
