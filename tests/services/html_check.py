"""The Nu HTML checker (`vnu-jar`), run once over any number of pages."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.services import node

SOURCE = Path(__file__).parent / "html_validator"
SECONDS = 600


def errors(pages: Mapping[str, str]) -> list[str]:
    """What is wrong with the pages, given by name: a line each, none for valid ones.

    Raises node.Unavailable with the reason where it cannot be run."""
    java = shutil.which("java")
    if java is None:
        raise node.Unavailable("java is not installed")
    jar = node.installed(SOURCE) / "vnu-jar" / "build" / "dist" / "vnu.jar"
    with tempfile.TemporaryDirectory() as folder:
        for number, html in enumerate(pages.values()):
            (Path(folder) / f"{number}.html").write_text(html, encoding="utf-8")
        command = [java, "-Xmx512m", "-XX:+UseSerialGC", "-jar", str(jar)]
        command += ["--errors-only", "--format", "json", "--exit-zero-always", folder]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", check=True, timeout=SECONDS
        )
    messages = json.loads(done.stderr)["messages"]
    return sorted(_told(message, list(pages)) for message in messages)


def _told(message: dict[str, Any], names: list[str]) -> str:
    number = Path(message.get("url", "")).stem
    name = names[int(number)] if number.isdigit() else number
    extract = " ".join(message.get("extract", "").split())[:160]
    return f"{name}:{message.get('lastLine', '?')}: {message['message']} · {extract}"
