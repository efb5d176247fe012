"""Pictures of every page, as laptop by day and as phone by night, where `SENDWARDEN_SHOTS` names a folder."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.console.conftest import Served
from tests.console.corpus import plainly
from tests.console.full import fill
from tests.console.places import PAGES, PARTS, paths
from tests.console.test_browser import SIZES, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.skipif(
    not os.environ.get("SENDWARDEN_SHOTS"), reason="SENDWARDEN_SHOTS names no folder"
)
def test_every_page_has_its_pictures(served: Served, chromium: Any, tmp_path: Path) -> None:
    folder = Path(os.environ["SENDWARDEN_SHOTS"], "pages")
    with plainly():
        full = fill(served, tmp_path)
        shown = [(page.name, paths(page, full)[0]) for page in PAGES if page.name not in PARTS]
    context = chromium.new_context(viewport=SIZES["laptop"], reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, served, "root")
    for name, path in shown:
        page.goto(f"{served.url}{path}")
        for size, scheme in (("laptop", "light"), ("phone", "dark")):
            page.set_viewport_size(SIZES[size])
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
    context.close()
    pictures = {one.name for one in folder.iterdir() if one.stat().st_size > 5_000}
    assert {f"{name}-laptop-light.png" for name, _ in shown} <= pictures
