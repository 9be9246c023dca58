"""`python -m bench [NAME …]`: run the benches, all without a name, and write docs/bench.md."""

import argparse
import sys
import time

from bench.report import REPORT, benches, merged, section


def main() -> int:
    """Run what was asked for; sections of other benches stay in the report as they were."""
    known = benches()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    chosen = parser.parse_args().names or list(known)
    if unknown := [name for name in chosen if name not in known]:
        parser.error(f"no bench called {', '.join(unknown)}; there are {', '.join(known)}")
    for name in chosen:
        print(f"bench: {known[name].title}", file=sys.stderr, flush=True)
        started = time.monotonic()
        text = section(known[name], known[name].run())
        # Written after each bench, so that one that fails later costs nothing found before it.
        report = REPORT.read_text(encoding="utf-8") if REPORT.exists() else ""
        REPORT.write_text(merged(report, {name: text}), encoding="utf-8")
        print(text)
        print(f"bench: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
