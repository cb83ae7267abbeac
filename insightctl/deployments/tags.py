"""Tags of a git repository as moments on the timeline: `git for-each-ref`, nothing else of git is read."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from insightctl.core.errors import UsageError
from insightctl.deployments.deployment import EVERY_FUNCTION, Deployment

# NUL between fields: a tag's subject may hold anything else
_FORMAT = "%(refname:short)%00%(creatordate:unix)%00%(creator)%00%(contents:subject)"
_SECONDS = 20


def tags(folder: Path) -> tuple[Deployment, ...]:
    """Every tag of the repository that a folder is in, oldest first: annotated ones when they were made, light ones
    when their commit was. They belong to no function. Raises UsageError when git or a repository is missing.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "for-each-ref", "--sort=creatordate", f"--format={_FORMAT}", "refs/tags"],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError("--git: git is not installed", remedy="leave --git out") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"--git {folder}: git did not answer within {_SECONDS} s") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise UsageError(f"--git {folder}: {said}", remedy="name a folder of a git repository")
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return tuple(each for line in lines if (each := _tag(line)) is not None)


def _tag(line: str) -> Deployment | None:
    name, _, rest = line.partition("\0")
    seconds, _, rest = rest.partition("\0")
    creator, _, subject = rest.partition("\0")
    if not seconds.strip().isdecimal():
        return None
    who = creator.partition(" <")[0].strip() or None
    at = datetime.fromtimestamp(int(seconds), UTC)
    return Deployment(EVERY_FUNCTION, name, at, "git", "tag", what=f"tag: {subject}" if subject else "tag", by=who)
