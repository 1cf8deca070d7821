"""What git knows of a deck's files. Silent where there is no git, no repository, or no commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def run(folder: Path, *arguments: str) -> bytes:
    """What git prints in a folder. Raises OSError without git, CalledProcessError if it refuses."""
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True).stdout


def restoring(path: Path) -> str:
    """The command that brings a file back as it was committed, for a shell in the current folder.

    Empty where the last commit does not have the file, or has it as it is.
    """
    home = _repository(path)
    if not home or not _was_changed(path):
        return ""
    # Of a link git knows no files below it, and of another repository none at all.
    if os.path.realpath(path) == os.path.normpath(path.absolute()) and _repository(Path()) == home:
        return f"git checkout HEAD -- {_quoted(path.as_posix())}"
    return f"git -C {_quoted(path.parent.as_posix())} checkout HEAD -- {_quoted(path.name)}"


def _repository(path: Path) -> Path | None:
    """The folder that git keeps, by its `.git`: looked for before a process is started."""
    place = Path(os.path.realpath(path))
    return next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), None)


def _was_changed(path: Path) -> bool:
    """Whether the last commit has a file, and not as it is now."""
    try:
        run(path.parent, "cat-file", "-e", f"HEAD:./{path.name}")
    except (OSError, subprocess.CalledProcessError):
        return False
    try:
        run(path.parent, "diff", "--quiet", "HEAD", "--", path.name)
    except subprocess.CalledProcessError:
        return True
    return False


def _quoted(path: str) -> str:
    """For every shell: where a name has a space or a sign that means something, in quotes."""
    plain = path.replace("/", "").replace("-", "").replace("_", "").replace(".", "")
    return path if plain.isalnum() or not plain else f'"{path}"'
