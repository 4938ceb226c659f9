"""Packages of checks and fixes written into a folder, as a person would write them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest

_NUMBER = itertools.count()

CHECK = '''
from unshim.api import At, Evidence, Finding, Seen, Severity, check, known


@check(Severity.WARNING, well="All is well", remedy="Do it.", proof=Seen("one disk"))
def {name}(node):
    """Something is not as it should be."""
    yield Finding("it is wrong", (Evidence("it", "wrong"),), hurts="It hurts.")
'''
FIX = '''
from {module} import {cures}
from unshim.api import Disturbs, fix


@fix({cures}, disturbs=Disturbs.NOTHING)
def {name}(node):
    """Put it right."""
    yield from ()
'''


def package(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, files: Mapping[str, str]
) -> str:
    """Write modules (path below the package: text) and make them importable. Its name, which no
    other test has: `{package}` in a text stands for it."""
    name = f"{kind}_{next(_NUMBER)}"
    (folder / name).mkdir(parents=True)
    for path, text in files.items():
        file = folder / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("{package}", name))
    (folder / name / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(folder))
    return name
