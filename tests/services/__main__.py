"""Install what the tests need beside Python, with apt-get where it may, and say what is missing.

`python -m tests.services`: exit code 1 when something is missing and CI says that nothing may be.
"""

import os
import shutil
import subprocess
import sys

from tests.services.programs import PROGRAMS, Program, in_ci


def say(line: str) -> None:
    """One line for the person at the terminal."""
    sys.stderr.write(f"services: {line}\n")
    sys.stderr.flush()


def apt_get() -> list[str] | None:
    """How apt-get is called here, or None where it may not be."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n", "apt-get"] if asked.returncode == 0 else None


def package_for(program: Program) -> str | None:
    """The first of its packages that this system can install."""
    for package in program.packages:
        shown = subprocess.run(
            ["apt-cache", "policy", package], capture_output=True, text=True, check=False
        ).stdout
        if "Candidate:" in shown and "Candidate: (none)" not in shown:
            return package
    return None


def install(programs: list[Program]) -> None:
    """Install packages for `programs` where it may; what fails is found missing afterwards."""
    apt = apt_get()
    if apt is None:
        say("apt-get may not be used here (it wants root or sudo without a password)")
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "-qq", "update"], env=quiet, check=False)
    packages = sorted({package for program in programs if (package := package_for(program))})
    if not packages:
        return
    say(f"installing {', '.join(packages)} with apt-get (a few minutes the first time)")
    # One by one: a package that cannot be had must not take the others along.
    for package in packages:
        command = [*apt, "-qq", "install", "-y", "--no-install-recommends", package]
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Install what is missing, then tell what still is."""
    wanted = [program for program in PROGRAMS if program.find() is None]
    if wanted:
        install(wanted)
    still = [program for program in wanted if program.find() is None]
    for program in still:
        say(f"{program.name} is missing (Debian: {program.packages[0]}): no {program.without}")
    if still and in_ci():
        say("CI=true: nothing may be missing")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
