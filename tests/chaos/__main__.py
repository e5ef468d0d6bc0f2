"""``python -m tests.chaos [--seconds 600] [--seed N] [--db sqlite|postgres|both]``."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time

from tests.chaos.run import run


def main() -> int:
    """Run it; 1 if anything was violated. The seed is printed, and repeats the same troubles."""
    asked = argparse.ArgumentParser(prog="tests.chaos", description=__doc__)
    asked.add_argument("--seconds", type=float, default=600)
    asked.add_argument("--seed", type=int)
    asked.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both")
    asked.add_argument("--keep", action="store_true", help="keep logs and database")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whoever ends us leaves nothing behind
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    kinds = ("sqlite", "postgres") if given.db == "both" else (given.db,)
    bad = 0
    for kind in kinds:
        began = time.monotonic()

        def say(line: str, kind: str = kind, began: float = began) -> None:
            sys.stdout.write(f"{kind} {time.monotonic() - began:6.1f}  {line}\n")
            sys.stdout.flush()

        say(f"seed {seed}, {given.seconds:.0f} s")
        found = run(kind, seconds=given.seconds, seed=seed, say=say, keep=given.keep)
        for line in found[:40]:
            say(f"VIOLATION {line}")
        say(f"{len(found)} violations; repeat with SEED={seed} DB={kind}" if found else "clean")
        bad += len(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
