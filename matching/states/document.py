"""docs/states.md: the table of moves in words and as diagrams."""

from collections.abc import Iterable

from matching.states.table import Move

INTRODUCTORY = (
    "# States, and the moves between them",
    "",
    "Written by `manage.py write_states` from `matching/states/`; a test compares the two.",
    "Every move is compare-and-set on (state, version), raises `version` by one and leaves an",
    "entry in the audit trail in the same transaction. A move that comes too late changes",
    "nothing; the attempt is kept in the trail as `….refused`.",
)


def markdown(subjects: Iterable[tuple[str, list[Move]]]) -> str:
    """The whole document: of each subject a diagram and the table of its moves."""
    parts = [*INTRODUCTORY]
    for subject, moves in subjects:
        parts += ["", f"## {subject.capitalize()}", "", *_diagram(moves), ""]
        parts += ["| action | from | to | who | writes | what it is |", "|---|---|---|---|---|---|"]
        parts += [_row(move) for move in moves]
    return "\n".join(parts) + "\n"


def _diagram(moves: list[Move]) -> list[str]:
    """A Mermaid state diagram; a state that no other move leaves is an end."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in moves:
        for source in move.sources or ("[*]",):
            # A move that may leave the state as it is goes nowhere else from a state it ends in.
            stays = source in move.targets and set(move.targets) <= set(move.sources)
            for target in (source,) if stays else move.targets:
                arrows.setdefault((source, target), []).append(move.action)
    left = {source for source, target in arrows if source != target}
    ends = [state for state in _states(moves) if state not in left]
    lines = [f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in arrows.items()]
    lines += [f"    {state} --> [*]" for state in ends]
    return ["```mermaid", "stateDiagram-v2", *lines, "```"]


def _states(moves: list[Move]) -> list[str]:
    named = [state for move in moves for state in (*move.sources, *move.targets)]
    return list(dict.fromkeys(named))


def _row(row: Move) -> str:
    cells = [
        row.action,
        _codes(row.sources) or "(new)",
        _codes(row.targets),
        ", ".join(name.replace("_", " ") for name in row.who),
        _codes(row.writes),
        row.summary,
    ]
    return "| " + " | ".join(cells) + " |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
