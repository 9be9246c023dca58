"""What comes of an introduction: the proposal, the agreement and the job of two firms."""

from typing import Any

from tests.factories import (
    make_accepted,
    make_agreement,
    make_job,
    make_need,
    make_proposal,
)


class Deal:
    """One of each step between `customer` and `owner`, each in an introduction of its own."""

    def __init__(self, city: Any) -> None:
        self.city = city
        self.accepted = self._accepted()
        self.draft = make_proposal(self._accepted(), side="provider", state="draft")
        self.proposal = make_proposal(self._accepted(), side="provider")
        self.agreement = make_agreement(make_proposal(self._accepted(), side="provider"))
        self.job = make_job(make_agreement(make_proposal(self._accepted(), side="provider")))

    def _accepted(self) -> Any:
        city = self.city
        need = make_need(city.people["customer"], organisation=city.works)
        return make_accepted(need=need, provider=city.provider)
