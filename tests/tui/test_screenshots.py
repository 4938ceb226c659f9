"""The pictures in screenshots/ are what the screens look like now."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshots", ROOT / "scripts/screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["screenshots"] = module
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()


@pytest.mark.parametrize("name", SCRIPT.SCENES)
async def test_a_picture_is_current(name: str) -> None:
    path = ROOT / "screenshots" / f"{name}.svg"
    now = await SCRIPT.drawn(name)
    assert path.exists(), "python scripts/screenshots.py writes it"
    assert now == path.read_text(encoding="utf-8"), "python scripts/screenshots.py draws it anew"


def test_no_picture_is_left_over_and_none_asks_the_network() -> None:
    pictures = {path.stem: path for path in (ROOT / "screenshots").glob("*.svg")}
    assert set(pictures) == set(SCRIPT.SCENES)
    for path in pictures.values():
        text = path.read_text(encoding="utf-8")
        assert "@font-face" not in text
        assert "url(http" not in text


def test_wide_letters_are_as_wide_as_they_are() -> None:
    svg = '<text x="0" textLength="97.6">中文测试 迁移</text>'
    assert 'textLength="158.6"' in SCRIPT.mended(svg)
