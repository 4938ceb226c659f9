"""Makes screenshots/*.svg from recorded nodes: `python scripts/screenshots.py`.

The same every time, and without fonts from the network. tests/tui/test_screenshots.py fails when a
picture is not what this script makes of the screens now.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from itertools import islice
from pathlib import Path

from rich.cells import cell_len

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "screenshots"
FONTS = '"DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Sarasa Mono SC", monospace'

# name: recorded node, keys, size, words to wait for, shown as a live node
SCENES = {
    "overview": ("half-migrated", (), (110, 36), "Found", False),
    "overview-80x24": ("dockershim", (), (80, 24), "gone in 1.24", False),
    "findings": ("half-migrated", ("f", "down", "down"), (120, 32), "is in default", False),
    "fix": ("containerd-crictl-asks-dockershim", ("enter",), (100, 26), "Afterwards", True),
    "metrics": ("containerd-healthy", ("m",), (120, 24), "legacy-proxy", True),
    "tasks": ("containerd-healthy", ("t",), (120, 24), "legacy-proxy", True),
    "help": ("half-migrated", ("f", "question_mark"), (80, 30), "Everywhere", False),
    "light": ("half-migrated", ("T", "f"), (120, 32), "cgroup-driver", False),
}

_TEXT = re.compile(r'(<text [^>]*?textLength=")([\d.]+)("[^>]*>)([^<]*)(</text>)')
_CELL = 12.2


async def drawn(name: str) -> str:
    """One picture as SVG."""
    from tests.tui.driving import opened, seen
    from tests.tui.recorded import moments, recorded
    from tui.messages import Sampled

    node, keys, size, words, live = SCENES[name]
    async with opened(recorded(node, live=live, every=True), *keys, size=size) as pilot:
        await seen(pilot, words)
        if keys and keys[0] in "mt":
            await pilot.press("p")
            for sample in islice(moments(), 12):
                pilot.app.screen.post_message(Sampled(sample))
                await pilot.pause()
            await seen(pilot, "paused")
        await pilot.pause()
        return mended(pilot.app.export_screenshot(title="unshim"))


def mended(svg: str) -> str:
    """Without fonts from the network, and with wide letters as wide as they are."""
    svg = re.sub(r"\s*@font-face \{.*?\}\n", "\n", svg, flags=re.S)
    svg = re.sub(r"font-family: Fira Code, monospace", f"font-family: {FONTS}", svg)
    return _TEXT.sub(_measured, svg)


def _measured(found: re.Match[str]) -> str:
    before, _, middle, text, after = found.groups()
    plain = html.unescape(text)
    if plain.isascii():
        return found.group()
    return f"{before}{round(_CELL * cell_len(plain), 1):g}{middle}{text}{after}"


def main() -> None:
    """Write every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    for name in SCENES:
        (FOLDER / f"{name}.svg").write_text(asyncio.run(drawn(name)), encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
