"""Every page in a browser, full of hostile words: nothing of them runs, all of it can be used and read.

A page is opened once, as laptop; then the window and the colours change under it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from service.console.page import Page
from service.desk.records import Role
from tests.console.conftest import PASSWORD, Served
from tests.console.corpus import words
from tests.console.full import Full, fill
from tests.console.places import PAGES, PARTS, WHO, paths, places
from tests.console.readable import LAPTOP, faults_of

pytestmark = pytest.mark.browser
WATCH: Final = """
window.owned = 0; window.broken = [];
document.addEventListener("securitypolicyviolation", e => window.broken.push(`${e.effectiveDirective} ${e.blockedURI}`));
"""
# Returns what no page of ours has.
ODD: Final = """(frame) => {
  const odd = [];
  const never = "object, embed, base, applet, math, video, audio, [xss]" + (frame ? ", iframe, form, a, img, link" : ", img, style, [style]");
  for (const e of document.querySelectorAll(never)) odd.push(e.outerHTML.slice(0, 160));
  for (const e of document.querySelectorAll("*")) {
    for (const a of e.attributes) {
      if (a.name.startsWith("on")) odd.push(`${e.tagName} ${a.name}`);
      if (/^(href|src|action|formaction|xlink:href|data|srcset)$/.test(a.name)) {
        const to = new URL(a.value, location.href);
        if (to.origin !== location.origin && a.value !== "data:,") odd.push(`${e.tagName} ${a.name}=${a.value}`);
      }
    }
    if (e.tagName === "SCRIPT" && (!e.src || e.textContent)) odd.push("inline script");
    if (e.tagName === "IFRAME" && !(e.sandbox && e.getAttribute("sandbox") === "")) odd.push("open frame");
  }
  if (window.owned) odd.push("a script ran");
  return odd.concat(window.broken || []);
}"""
# Notes where the focus comes, in which place of the document, and whether one sees it there.
FOLLOW: Final = """() => {
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  const named = new Set();
  const can = all.filter(e => {
    if (e.disabled || !e.checkVisibility()) return false;
    if (e.type !== "radio") return true;
    const first = !named.has(e.name);
    named.add(e.name);
    return first;
  });
  window.focused = [];
  const strokes = (e) => [...e.querySelectorAll("circle, rect, path")].map(c => getComputedStyle(c).stroke + getComputedStyle(c).strokeWidth).join();
  const before = new Map(all.filter(e => e.closest("svg")).map(e => [e, strokes(e)]));
  document.addEventListener("focusin", (event) => {
    if (event.target === document.body) return;
    const style = getComputedStyle(event.target);
    const label = event.target.matches("input") && event.target.parentElement;
    const seen = [style, ...(label ? [getComputedStyle(label), ...[...label.children].map(c => getComputedStyle(c))] : [])]
      .some(s => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none")
      || (before.has(event.target) && before.get(event.target) !== strokes(event.target));
    window.focused.push([all.indexOf(event.target), seen, event.target.outerHTML.slice(0, 120)]);
  });
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex");
  return can.map(e => [all.indexOf(e), e.outerHTML.slice(0, 120)]);
}"""


@pytest.fixture(scope="module")
def full(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Full:
    return fill(served, tmp_path_factory.mktemp("shelf"))


@dataclass
class Watched:
    """A signed-in page, and what it should not have done."""

    page: Any
    served: Served
    done: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Go to a path; return the status."""
        answer = self.page.goto(f"{self.served.url}{path}", wait_until="load")
        return int(answer.status)

    def odd(self) -> list[str]:
        """Return what is on the page that nobody of us put there, and what it did."""
        found = list(self.page.evaluate(ODD, self.page.title() == "Message"))
        for frame in self.page.frames[1:]:
            found += frame.evaluate(ODD, True)
        return [*found, *self.done]


@pytest.fixture(scope="module")
def browse(served: Served, full: Full, chromium: Any) -> Iterator[dict[str, Watched]]:
    """A page for each role, which keeps what asked for a dialog or another origin."""
    contexts, found = [], {}
    for name in ("ann", "root"):
        context = chromium.new_context(
            viewport=LAPTOP, base_url=served.url, reduced_motion="reduce"
        )
        context.add_init_script(WATCH)
        watched = found[name] = Watched(context.new_page(), served)
        _watch(context, watched)
        watched.open("/console/sign-in")
        for label, text in (("name", name), ("password", PASSWORD)):
            watched.page.fill(f"[name={label}]", text)
        watched.page.click("form button")
        watched.page.wait_for_selector("nav")
        contexts.append(context)
    yield found
    for context in contexts:
        context.close()


def _watch(context: Any, watched: Watched) -> None:
    def asked(request: Any) -> None:
        if not request.url.startswith((f"{watched.served.url}/", "data:", "about:")):
            watched.done.append(f"asked for {request.url}")

    def dialog(shown: Any) -> None:
        watched.done.append(f"dialog {shown.message}")
        shown.dismiss()

    def line(said: Any) -> None:
        # A page that is not there says so on the console of the browser, too.
        if said.type == "error" and "status of 404" not in said.text:
            watched.done.append(said.text)

    context.on("request", asked)
    context.on("dialog", dialog)
    context.on("weberror", lambda error: watched.done.append(str(error.error)))
    context.on("console", line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nothing_runs_and_everybody_can_use_it(
    full: Full, browse: dict[str, Watched], axe: str, page: Page
) -> None:
    who = "root" if page.role is Role.ADMIN else "ann"
    for place in places(full, page):
        seen = browse[who]
        status = seen.open(place.path)
        assert status in (200, 404), place.path
        assert seen.odd() == [], place.path
        if status == 200 and page.name not in PARTS:
            first = place.path == paths(page, full)[0]
            assert faults_of(seen.page, axe, both=first) == [], place.path


def test_an_admin_is_as_safe(full: Full, browse: dict[str, Watched]) -> None:
    for page in PAGES:
        seen = browse["root"]
        assert seen.open(paths(page, full)[0]) == 200
        assert seen.odd() == [], page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everything_is_reached_by_keyboard_and_one_sees_where(
    full: Full, browse: dict[str, Watched], page: Page
) -> None:
    if page.name in PARTS:
        pytest.skip("a part of another page")
    seen = browse[WHO[max(page.role, Role.LEAD)]]
    seen.open(paths(page, full)[0])
    wanted = seen.page.evaluate(FOLLOW)
    for _ in range(len(wanted) + 2):
        seen.page.keyboard.press("Tab")
    focused = seen.page.evaluate("focused")[: len(wanted)]
    places = [place for place, *_ in focused]
    assert [words for place, words in wanted if place not in places] == [], "not reached"
    assert [words for _, visible, words in focused if not visible] == [], "the focus is not seen"
    assert places == sorted(places), "the order of the document"


def test_what_is_typed_into_the_lab_is_only_text(full: Full, browse: dict[str, Watched]) -> None:
    seen = browse["ann"]
    seen.open(f"/console/policies/{full.policies[0]}")
    with seen.page.expect_response(lambda answer: "policy-check" in answer.url):
        seen.page.fill("textarea[name=text]", f"rules:\n  - name: {words('typed')}\n")
    seen.page.wait_for_selector("#faults:not(:has-text('No fault'))")
    assert seen.odd() == []
