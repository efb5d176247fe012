"""Whether a page that is open in a browser can be read and used, as laptop and as phone, by day and by night."""

from typing import Any, Final

LAPTOP: Final = {"width": 1280, "height": 860}
NARROW: Final = 320
PHONE: Final = 390
# What a window or a colour scheme can break.
LOOKS: Final = "{runOnly: ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block']}"
# Returns what cannot be pressed, since the box that it scrolls in has next to no room.
CRAMPED: Final = """() => [...document.querySelectorAll("a[href], button, select, textarea, summary")].filter(e => {
  if (!e.checkVisibility() || e.matches(".skip")) return false;
  for (let box = e.parentElement; box !== document.body; box = box.parentElement) {
    if (getComputedStyle(box).overflowX !== "visible" && box.clientWidth < 60) return true;
  }
  return false;
}).map(e => "no room for " + e.outerHTML.slice(0, 120))"""


def faults_of(page: Any, axe: str, both: bool = False) -> list[str]:
    """Ask axe as laptop by day and as phone by night, with `both` the other way round, too.

    The window and the colours change under the page, which is opened once.
    """
    page.evaluate(f"() => {{ {axe} }}")
    faults = _violations(page, "{}")
    page.emulate_media(color_scheme="dark")
    faults += _violations(page, LOOKS) if both else []
    for width in (PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": 844})
        faults += [*_width(page, width), *page.evaluate(CRAMPED)]
    faults += _violations(page, "{}")
    page.emulate_media(color_scheme="light")
    faults += _violations(page, LOOKS) if both else []
    page.set_viewport_size(LAPTOP)
    return faults


def _violations(page: Any, options: str) -> list[str]:
    return list(
        page.evaluate(
            f"async () => (await axe.run(document, {{iframes: false, resultTypes: ['violations'], ...{options}}}))"
            ".violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200))"
        )
    )


def _width(page: Any, most: int) -> list[str]:
    wide = int(page.evaluate("document.documentElement.scrollWidth"))
    return [f"scrolls sideways: {wide} px in {most}"] if wide > most else []
