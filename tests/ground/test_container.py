"""compose.yaml is a valid one, and says the same as the Dockerfile, the settings and `make run`."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema

from portal.settings.environment import Environment
from scripts.run import THREADS, WORKERS
from tests.ground.repository import ROOT, read

pytestmark = pytest.mark.ground


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(read("compose.yaml"))


def test_compose_file_is_valid() -> None:
    with pytest.raises(SystemExit) as ended:
        check_jsonschema(
            ["--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml")],
        )
    assert ended.value.code == 0


def test_everything_needed_runs_with_a_health_check(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"setup", "web", "worker", "postgres", "elasticsearch"}
    for name in ("postgres", "elasticsearch"):
        assert compose["services"][name]["healthcheck"]["test"]
    assert compose["services"]["elasticsearch"]["image"].rpartition(":")[2].startswith("8.19.")
    assert "HEALTHCHECK" in read("Dockerfile")


def test_server_and_worker_wait_for_the_setup(compose: dict[str, Any]) -> None:
    for name in ("web", "worker"):
        waits = compose["services"][name]["depends_on"]
        assert waits == {"setup": {"condition": "service_completed_successfully"}}
    assert compose["services"]["worker"]["command"] == ["python", "manage.py", "work"]


def test_every_volume_and_network_is_declared(compose: dict[str, Any]) -> None:
    services = compose["services"].values()
    volumes = {mount.partition(":")[0] for service in services for mount in service["volumes"]}
    networks = {network for service in services for network in service["networks"]}
    assert volumes == set(compose["volumes"])
    assert networks == set(compose["networks"])


def test_only_the_portal_is_reached_from_outside(compose: dict[str, Any]) -> None:
    published = {name for name, service in compose["services"].items() if "ports" in service}
    assert published == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["web"]["ports"])


def test_variables_are_ones_the_settings_read(compose: dict[str, Any]) -> None:
    assert set(compose["services"]["web"]["environment"]) <= set(Environment.model_fields)


def test_image_serves_as_make_run_does_and_not_as_root() -> None:
    dockerfile = read("Dockerfile")
    variables = dict(re.findall(r"(GRANIAN_\w+)=(\S+)", dockerfile))
    assert variables["GRANIAN_INTERFACE"] == "wsgi"
    assert variables["GRANIAN_WORKERS"] == str(WORKERS)
    assert variables["GRANIAN_BLOCKING_THREADS"] == str(THREADS)
    instructions = [line.split()[0] for line in dockerfile.splitlines() if line[:1].isupper()]
    assert "USER duijie" in dockerfile
    assert instructions.index("USER") < instructions.index("CMD")


def test_production_makes_demo_accounts_only_when_asked() -> None:
    code = "from django.conf import settings; print(settings.DUIJIE_DEMO)"
    for given, expected in (({}, "False"), ({"DUIJIE_DEMO": "1"}, "True")):
        environment = {
            **{name: value for name, value in os.environ.items() if name != "DUIJIE_DEMO"},
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "SECRET_KEY": "x" * 50,
            "ALLOWED_HOSTS": "duijie.example.org",
            **given,
        }
        said = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert said.stdout.strip() == expected, said.stderr
