"""What the other tests stand on after a transactional one has flushed the database."""

from django_tasks_db.models import DBTaskResult
from wagtail.models import Collection, Page, Site

from tests.clients import Client
from tests.conftest import restore_rows_of_migrations


def test_a_flushed_database_has_a_front_page_again(db: None, client: Client) -> None:
    untouched = client.get("/en/").status_code
    Site.objects.all().delete()
    Page.objects.all().delete()
    Collection.objects.all().delete()
    assert client.get("/en/").status_code == 404
    DBTaskResult.objects.all().delete()
    restore_rows_of_migrations()
    assert client.get("/en/").status_code == untouched
    assert Page.find_problems() == ([], [], [], [], [])
    assert not DBTaskResult.objects.exists()
