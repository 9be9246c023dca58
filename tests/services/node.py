"""Programs of Node that tests and benches run, as their package-lock.json pins them.

A folder with package.json and package-lock.json is installed once into DUIJIE_TEST_CACHE (default
~/.cache/duijie), without running any package's own scripts."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

FILES = ("package.json", "package-lock.json")
SECONDS = 600


class Unavailable(Exception):
    """Why a program cannot be had here."""


def installed(source: Path) -> Path:
    """The `node_modules` of the packages that the folder `source` pins, fetched at first use.

    Raises Unavailable with the reason."""
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("npm is not installed")
    folder = _cache(source)
    if not (folder / "ready").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "ready").exists():
                _install(npm, source, folder)
    return folder / "node_modules"


def _cache(source: Path) -> Path:
    root = os.environ.get("DUIJIE_TEST_CACHE") or Path.home() / ".cache" / "duijie"
    digest = hashlib.sha256(b"".join((source / name).read_bytes() for name in FILES))
    return Path(root) / f"{source.name.replace('_', '-')}-{digest.hexdigest()[:12]}"


def _install(npm: str, source: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in FILES:
        shutil.copy(source / name, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    if done.returncode:
        raise Unavailable(f"npm ci failed: {(done.stdout + done.stderr)[-1500:]}")
    (folder / "ready").touch()
