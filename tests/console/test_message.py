"""A hostile message on the page: seen, but nothing of it loads, runs or can be clicked."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.console.conftest import HOSTILE, Served
from tests.console.test_browser import shot, sign_in
from tests.console.test_safety import csrf_of


@pytest.fixture
def trap() -> Any:
    """A server that nobody may ask anything; yields its URL and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join(5)
    server.server_close()


def mail(url: str) -> bytes:
    html = f"""<style>@import url({url}/css); body {{ background: url({url}/bg) }}</style>
      <h1 style="color:#b00;background:url({url}/h1)">Your parcel waits</h1>
      <p>Pay the customs fee: <a href="{url}/click?u=https://evil.example/pay">www.post.example</a></p>
      <img src="{url}/pixel.gif" width=1 height=1><script>document.title='owned';fetch('{url}/x')</script>
      <iframe src="{url}/frame"></iframe><form action="{url}/form"><input name=card><button>Pay</button></form>
      <svg onload="fetch('{url}/svg')"></svg><p style="display:none">invisible words</p>{HOSTILE}"""
    head = f"From: Post <post@free.example>\nReply-To: x@other.example\nSubject: {HOSTILE[:60]}\n"
    return f"{head}MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{html}".encode()


@pytest.mark.browser
def test_a_hostile_message_is_seen_and_does_nothing(
    served: Served, chromium: Any, axe: str, trap: Any
) -> None:
    url, asked = trap
    case_id = served.hold("mail-1", message=mail(url))
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    sign_in(page, served, "bob")
    page.goto(f"{served.url}/console/cases/{case_id}/message")
    frame = page.frames[1]
    frame.wait_for_selector("text=Your parcel waits")
    shown = frame.inner_text("body")
    assert "www.post.example [leads to 127.0.0.1, which carries evil.example]" in shown
    assert "invisible words" in shown
    assert frame.evaluate("document.querySelectorAll('a, img, script, form, iframe').length") == 0
    assert frame.evaluate("origin") == "null"
    assert "owned" not in page.title()
    shot(page, "message-laptop-light")
    found = page.evaluate(f"() => {{ {axe}; return axe.run({{ iframes: false }}) }}")
    assert not [(v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"]]
    for view, words in (("text", "Pay the customs fee"), ("source", "<script>")):
        page.goto(f"{served.url}/console/cases/{case_id}/message?view={view}")
        assert words in page.inner_text("pre.mail")
    assert asked == []
    context.close()


def test_the_frame_is_strict_and_the_other_pages_have_none(served: Served) -> None:
    case_id = served.hold("mail-2", message=mail("http://198.51.100.1"))
    with served.browse("bob") as bob, served.browse("vera") as vera:
        path = f"/console/cases/{case_id}/message"
        frame = bob.get(f"{path}/page")
        rules = frame.headers["content-security-policy"]
        for rule in ("default-src 'none'", "sandbox;", "frame-ancestors 'self'"):
            assert rule in rules
        assert not any(word in frame.text for word in ("198.51.100.1/", "<script", "<a ", "<img"))
        assert "frame-src 'self'" in bob.get(path).headers["content-security-policy"]
        assert "frame-src" not in bob.get("/console/queue").headers["content-security-policy"]
        assert vera.get(path).status_code == 403
        assert vera.get(f"{path}/page").status_code == 403
        token = csrf_of(bob.get("/console/queue").text)
        form = {"csrf": token, "act": "decide", "verdict": "legitimate"}
        assert bob.post(f"/console/cases/{case_id}", data=form).status_code == 303
        assert "No message is kept" in bob.get(path).text
        assert bob.get(f"{path}/page").status_code == 404
    acts = [e.deed.act for e in served.house.store.newest_entries(case_id)]
    assert acts == ["case.decide", "message.read"]
