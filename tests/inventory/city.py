"""One of everything, and the people around it."""

from datetime import date
from typing import Any

from cms.setup import ensure_base_pages, ensure_editor_permissions
from portal.accounts import complaints, erasing
from portal.accounts.models import User
from portal.community import actions as community
from portal.community.models import ProjectMember
from portal.discovery.models import Delivery
from portal.discovery.saved.actions import save_search
from portal.discovery.saved.canonical import canonical
from portal.discovery.saved.tokens import token
from portal.foundation.models import Notification
from portal.organisations import actions as organisations
from portal.organisations.actions.importing import show_import
from portal.organisations.importing.snapshots import snapshot
from portal.organisations.models import Membership
from tests.factories import (
    make_introduction,
    make_join_request,
    make_manufacturer,
    make_need,
    make_project,
    make_provider,
    make_user,
)
from tests.inventory.deal import Deal
from tests.inventory.own import Own


class City:
    """Rows to open the pages on, as attributes; `people` by what they are to them.

    The provider's firm belongs to `owner`, with `colleague`; the need to `customer`, with
    `customer_colleague`; `stranger` owns other firms of both kinds."""

    def __init__(self) -> None:
        ensure_base_pages()
        ensure_editor_permissions()
        names = ("user", "owner", "colleague", "customer", "customer_colleague", "stranger")
        names += ("maintainer", "contributor", "requester", "invited", "leaving")
        self.people: dict[str, Any] = {"anonymous": None}
        self.people |= {name: make_user(name) for name in names}
        for role in ("moderator", "officer", "editor"):
            self.people[role] = make_user(role, roles=(role,))
        self.people["superuser"] = User.objects.create_superuser("superuser@example.com")
        self._firms()
        self._projects()
        self.deal = Deal(self)
        self._rights()
        self.own = Own(self.people["owner"])
        self._searches()

    def _firms(self) -> None:
        people = self.people
        make_provider(owner=people["stranger"])
        make_manufacturer(people["stranger"])
        self.provider = make_provider(owner=people["owner"], verified=True)
        self.firm = self.provider.organisation
        self.works = make_manufacturer(people["customer"])
        for firm, name in ((self.firm, "colleague"), (self.works, "customer_colleague")):
            Membership.objects.create(organisation=firm, user=people[name], role="editor")
        self.need = make_need(people["customer"], organisation=self.works)
        self.waiting_need = make_need(
            people["customer"], organisation=self.works, state="moderation"
        )
        self.draft_need = make_need(people["customer"], organisation=self.works, state="draft")
        self.introduction = make_introduction(need=self.need, provider=self.provider)
        self.invitation = organisations.invite_member(
            actor=people["owner"],
            organisation=self.firm,
            email=people["invited"].email,
            role="editor",
        )
        self.recognition = organisations.record_recognition(
            actor=None,
            organisation=self.firm,
            tier="innovative_sme",
            issued_on=date(2026, 1, 1),
            expires_on=date(2028, 12, 31),
        )
        self.brought = show_import(
            actor=people["owner"],
            profile=self.provider,
            name="profile.csv",
            wanted=snapshot(self.provider),
        )
        self.offer = self.provider.offers.get()
        self.membership = self.firm.memberships.get(user=people["colleague"])

    def _projects(self) -> None:
        people = self.people
        self.project = make_project(maintainer=people["maintainer"])
        self.proposed = make_project(maintainer=people["maintainer"], published=False)
        joining = make_join_request(self.project, people["contributor"])
        community.approve_join(actor=people["maintainer"], request=joining)
        assert ProjectMember.objects.filter(user=people["contributor"]).exists()
        self.join_request = make_join_request(self.project, people["requester"])

    def _rights(self) -> None:
        self.complaint = complaints.make_complaint(
            actor=self.people["owner"], about=complaints.Complaint.About.values[0], text="错了。"
        )
        leaving = self.people["leaving"]
        self.keep_token = erasing.token_of(erasing.ask(actor=leaving, typed=leaving.email))

    def _searches(self) -> None:
        owner = self.people["owner"]
        self.search, _ = save_search(actor=owner, search=canonical({"q": ["kiln"]}))
        alert = Delivery.objects.create(owner=owner)
        self.feed_token = token("feed", self.search)
        self.stop_token = token("stop", self.search)
        self.stop_all_token = token("stop-delivery", alert)
        self.notification = Notification.objects.filter(recipient=owner).first()
        assert self.notification is not None
