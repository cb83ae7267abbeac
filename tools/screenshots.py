"""Makes the pictures of docs/images from generated logs: `python -m tools.screenshots`. Needs chromium and playwright."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal, NamedTuple

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
SEED, END = "7", "2026-11-23T12:00"


class Shot(NamedTuple):
    """A page of a preview, as a browser shows it with the pointer over its second graph."""

    image: str
    words: tuple[str, ...]
    theme: Literal["light", "dark"]


SHOTS = (
    Shot("dashboard-preview-on-call", ("on-call", "-f", "checkout", "-f", "payments", "--markers", "1d"), "light"),
    Shot("dashboard-preview-service-dark", ("lambda-service", "-f", "checkout", "--markers", "1d"), "dark"),
)


def main() -> None:
    """Writes the pictures."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        _insightctl(folder, "demo", "--out", "data", "--seed", SEED, "--end", END, "--generate-only")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for shot in SHOTS:
            file = folder / f"{shot.image}.html"
            _insightctl(folder, "dashboard", "preview", *shot.words, "--local", "data/logs", "--out", file.name)
            page = browser.new_page(viewport={"width": 1472, "height": 980}, color_scheme=shot.theme)
            page.goto(file.as_uri())
            page.hover(".plot >> nth=1", position={"x": 300, "y": 90})
            page.screenshot(path=IMAGES / f"{shot.image}.png")
            page.close()
            print(f"wrote {IMAGES.relative_to(ROOT) / shot.image}.png")
        browser.close()


def _insightctl(folder: Path, *words: str) -> None:
    program = str(Path(sys.executable).with_name("insightctl"))
    subprocess.run([program, *words], cwd=folder, check=True, stdout=subprocess.DEVNULL, env={**os.environ})


if __name__ == "__main__":
    main()
