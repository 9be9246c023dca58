"""Every command of ours says what it does, and bad usage ends with 2."""

import pytest
from django.core.management import get_commands, load_command_class

from manage import main

pytestmark = pytest.mark.ground
ROOMS = ("portal.", "cms", "matching", "search")
OURS = sorted(name for name, app in get_commands().items() if str(app).startswith(ROOMS))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr("sys.argv", ["manage.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


@pytest.mark.parametrize("name", OURS)
def test_help_tells_what_it_is_for(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, name, "--help") == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"usage: manage.py {name}")
    assert load_command_class(get_commands()[name], name).help


@pytest.mark.parametrize("name", OURS)
def test_unknown_option_is_bad_usage(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, name, "--no-such-option") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"usage: manage.py {name}" in told.err
