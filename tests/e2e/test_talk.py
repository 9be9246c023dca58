"""A thread on a phone: a photo from the machine, a confidential drawing, a question."""

from typing import Any

import pytest

from matching.models import Message
from portal.foundation.models import StoredFile
from tests.e2e.conftest import Come
from tests.e2e.visitor import PHONE
from tests.factories import make_accepted, make_listed_provider, make_need, make_user
from tests.foundation.files import made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def files(name: str, content: bytes) -> list[dict[str, Any]]:
    """What a person chooses on the phone."""
    return [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]


def test_two_firms_talk_on_their_phones(come: Come) -> None:
    sme, seller = make_user("Wang Min"), make_user("Li Na")
    row = make_accepted(need=make_need(sme), provider=make_listed_provider(seller))
    factory, provider = come("zh-hans", PHONE), come("en", PHONE)
    factory.sign_in(sme)
    provider.sign_in(seller)

    factory.go(f"/introductions/{row.pk}/")
    factory.press(f'a[href$="/introductions/{row.pk}/talk/"]')
    factory.look("thread-empty")
    factory.fill("text", "机器在这里，夜里两点停。")
    factory.find("[name=files]").set_input_files(files("现场.jpg", made.phone_photo()))
    factory.press("form[enctype] [type=submit]")
    factory.look("thread-photo")
    assert "现场.jpg" in factory.text()

    provider.go("/waiting/")
    provider.press(f'a[href$="/introductions/{row.pk}/talk/"]')
    photo = provider.find("img.talk__photo")
    photo.scroll_into_view_if_needed()
    provider.page.wait_for_function("document.querySelector('img.talk__photo').naturalWidth > 0")
    provider.look("thread-read")

    # What is no drawing is refused with a reason, and the words stay in the form.
    provider.fill("text", "Our sketch")
    provider.find("[name=files]").set_input_files(files("sketch.svg", b"<svg/>"))
    provider.press("form[enctype] [type=submit]")
    assert "sketch.svg" in " ".join(provider.refusals())
    assert provider.find("[name=text]").input_value() == "Our sketch"
    provider.look("thread-refused")
    provider.find("[name=files]").set_input_files(files("sketch.dxf", made.DXF))
    provider.find("[name=confidential]").check()
    provider.press("form[enctype] [type=submit]")
    assert "sketch.dxf" in provider.text()

    factory.page.reload()
    assert "sketch.dxf" not in factory.text()
    factory.press(f'.talk a[href$="/introductions/{row.pk}/confidentiality/"]')
    factory.look("confidentiality")
    factory.press("form[method=post] [type=submit]")
    provider.go(f"/introductions/{row.pk}/confidentiality/")
    provider.look("confidentiality-answer")
    provider.press('[name=step][value="accept"]')
    factory.go(f"/introductions/{row.pk}/talk/")
    with factory.page.expect_download() as saved:
        factory.page.get_by_role("link", name="sketch.dxf").click()
    assert saved.value.suggested_filename == "sketch.dxf"
    assert "Li Na" in factory.text()

    provider.go(f"/needs/{row.need.ref}/questions/")
    provider.send({"text": "Which PLC is it?"})
    provider.look("questions")
    factory.go("/waiting/")
    factory.press('a[href*="/questions/"]')
    factory.look("answer")
    factory.send({"answer": "西门子 S7-300。"})
    factory.look("answered")
    assert Message.objects.count() == 2
    assert StoredFile.objects.count() == 2
