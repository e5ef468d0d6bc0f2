"""``make audit``: whether anything that an office installs is known to be weak.

pip-audit asks the advisory service about each line of requirements.lock. What it cannot ask
about, because there is no network or the service knows no such package, is said, and is looked
up in the kept list (tests/advisories.toml) instead: silence is not taken for an answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCK, KEPT = ROOT / "requirements.lock", ROOT / "tests" / "advisories.toml"
_PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Asked:
    """What the service said: the packages it knows, and what it has against them."""

    known: frozenset[str]
    findings: tuple[str, ...]
    why_not: str = ""  # it could not be asked


def locked(text: str) -> dict[str, Version]:
    """Read the versions of a lock file by their packages.

    >>> locked("flask==3.1.2 \\\\\\n    --hash=sha256:00")
    {'flask': <Version('3.1.2')>}
    """
    found = {}
    for line in text.splitlines():
        if not line or line.startswith((" ", "#")):
            continue
        pin = Requirement(line.rstrip("\\ "))
        (only,) = pin.specifier
        found[canonicalize_name(pin.name)] = Version(only.version)
    return found


def read_answer(answer: str) -> Asked:
    """Read what pip-audit printed as JSON; a package that it skipped was not asked about."""
    known, findings = set(), []
    for one in json.loads(answer)["dependencies"]:
        if "skip_reason" in one:
            continue
        known.add(canonicalize_name(one["name"]))
        findings += [
            f"{one['name']} {one['version']}: {weak['id']}, mended in "
            f"{', '.join(weak['fix_versions']) or 'no version yet'}"
            for weak in one["vulns"]
        ]
    return Asked(frozenset(known), tuple(findings))


def look_up(kept: Mapping[str, Any], versions: Mapping[str, Version]) -> list[str]:
    """Look versions up in the kept list."""
    return [
        f"{name} {version}: {weakness}, mended in {mended}"
        for name, version in sorted(versions.items())
        for weakness, mended in kept.get(name, {}).items()
        if version < Version(mended)
    ]


def ask_service(lock: Path) -> Asked:
    """Ask the advisory service through pip-audit."""
    command = (sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip")
    try:
        done = subprocess.run(
            [*command, "--format", "json", "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        return read_answer(done.stdout)
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        return Asked(frozenset(), (), why_not=type(error).__name__)


def verdict(
    versions: Mapping[str, Version], asked: Asked, kept: Mapping[str, Any]
) -> tuple[Sequence[str], Sequence[str]]:
    """Return what is to be said, and what was found wrong."""
    unasked = {name: version for name, version in versions.items() if name not in asked.known}
    said = [f"{len(versions) - len(unasked)} of {len(versions)} packages: the service was asked."]
    if unasked:
        kept_on, weak = kept["kept_on"], {**kept}
        assert isinstance(kept_on, date)
        count = sum(len(one) for one in weak.values() if isinstance(one, dict))
        said.append(
            f"{len(unasked)} could not be asked about"
            + (f" ({asked.why_not})" if asked.why_not else " (the service answered that it")
            + ("" if asked.why_not else " knows no such package)")
            + f": the kept list of {kept_on}, with {count} advisories, was read instead."
        )
    return said, [*asked.findings, *look_up(kept, unasked)]


def main() -> int:
    """Say what was asked and found; 1 if anything is weak."""
    versions = locked(LOCK.read_text("utf-8"))
    kept = tomllib.loads(KEPT.read_text("utf-8"))
    said, found = verdict(versions, ask_service(LOCK), kept)
    for line in (*said, *(f"! {one}" for one in found)):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(found)} known weaknesses\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
