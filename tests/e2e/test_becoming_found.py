"""A new provider: account, organisation, profile, offer, listed, and found by its words."""

from typing import Any

import pytest
from django.core.management import call_command

from portal.organisations.models import Organisation
from tests.e2e.visitor import DESKTOP, PHONE
from tests.factories import make_uscc

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "size"), [("zh-hans", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_from_sign_up_to_found(come: Any, language: str, size: dict) -> None:
    visitor = come(language, size)
    visitor.go("/accounts/signup/")
    visitor.sign_up("qian@torque.example", "钱拧")
    visitor.go("/desk/")
    visitor.look("desk-empty")
    visitor.press('a[href$="/organisations/new/"]')
    visitor.look("register-choice")
    visitor.press('a[href="?as=offer"]')
    visitor.look("register")
    visitor.send(
        {
            "kind": "provider",
            "uscc": make_uscc(),
            "name_zh": "拧紧科技",
            "name_en": "Torque Works",
            "district": "330206",
            "contact_name": "钱拧",
            "contact_email": "qian@torque.example",
        }
    )
    firm = Organisation.objects.get()
    assert visitor.path == f"/desk/{firm.key}/profile/"
    visitor.look("profile-form")
    visitor.send(
        {
            "kind": "provider",
            "summary_zh": "拧紧枪联网，扭矩数据追溯。",
            "summary_en": "Connected nutrunners, torque records for every joint.",
            "capabilities": "扭矩追溯\ntorque traceability",
            "languages": "zh",
            "capacity": "3",
        }
    )
    assert visitor.refusals() == []
    assert visitor.path == f"/desk/{firm.key}/"
    visitor.look("desk-organisation")
    visitor.press('a[href$="/offers/new/"]')
    visitor.look("offer-form")
    visitor.send(
        {
            "title_zh": "拧紧数据盒",
            "title_en": "Torque box",
            "type": "intelligent_equipment",
            "price_from": "20000",
            "price_to": "60000",
            "days": "20",
        }
    )
    assert visitor.refusals() == []
    assert visitor.path == f"/desk/{firm.key}/"
    visitor.press('form[action$="/listed/"] button')
    visitor.look("desk-listed")

    call_command("work", "--once")
    anybody = come(language, size)
    anybody.go("/search/?q=" + ("扭矩追溯" if language == "zh-hans" else "torque"))
    anybody.look("search-found")
    anybody.press(f'a[href$="/providers/{firm.key}/"]')
    anybody.look("provider")
    assert ("拧紧数据盒" if language == "zh-hans" else "Torque box") in anybody.text()
    assert "qian@torque.example" not in anybody.page.content()
