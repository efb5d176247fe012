"""Serves the pages: who is it, may they, show it. Handlers run in threads; they block on the store.

No script but our own file, no style but our own, no frame, nothing remote: see `_HEADERS`.
"""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from features.discovery import discover
from service.api.problems import STATUSES
from service.console import cookies, pages, words
from service.console.live import Live
from service.console.page import Desk, Framed, Gone, Group, Page, Shown, Visit
from service.desk.brake import TooManyTries
from service.desk.records import Person, Session
from service.desk.sign_in import SignInRefused
from service.errors import ServiceError, Unavailable

_HERE: Final = Path(__file__).parent
# A policy with every character escaped.
_MAX_FORM: Final = 640 * 2**10
_MAX_FIELDS: Final = 600
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FRAME_HEAD: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Message</title>'
    "<style>body { margin: 1rem; font: 15px/1.5 system-ui, sans-serif; color: #16202c; "
    "background: #fff; overflow-wrap: anywhere }</style>"
)
# The frame that shows a message has an opaque origin, and nothing in it loads or runs.
_FRAME_HEADERS: Final = {
    **_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; "
    "frame-ancestors 'self'; form-action 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}
Endpoint = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """The request is turned away with a status and a sentence."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


class Console:
    """The pages over one desk; `app` is what is mounted under `/console`."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self.desk, self._clock = desk, clock
        self._stream = Live(desk, clock)
        self._pages = discover(pages, Page)
        self._nav = _grouped(self._pages)
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=words.visible,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(words.FILTERS)
        self.app = Starlette(
            routes=[
                Mount("/static", StaticFiles(directory=_HERE / "static")),
                Route("/sign-in", self._sign_in, methods=["GET", "POST"]),
                Route("/sign-in/oidc", self._leave, methods=["GET"]),
                Route("/sign-in/oidc/callback", self._arrive, methods=["GET"]),
                Route("/live", self._live, methods=["GET"]),
                Route("/sign-out", self._guarded(self._sign_out), methods=["POST"]),
                *(
                    Route(page.route, self._guarded(self._endpoint(page)), methods=_methods(page))
                    for page in self._pages
                ),
            ],
            middleware=[Middleware(GZipMiddleware, minimum_size=2_048)],
        )

    @property
    def streams_open(self) -> int:
        """How many open pages are being told what changes."""
        return self._stream.streams_open

    def _endpoint(self, page: Page) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            person, session = await self._who(request)
            if person.rank < page.role:
                raise Refused(403, f"This page needs the role {page.role.label}.")
            form = await _form(request, session) if request.method == "POST" else {}
            visit = Visit(
                self.desk, person, session, self._clock(),
                request.path_params, request.query_params, form,
            )  # fmt: skip
            handler = page.post if request.method == "POST" else page.get
            if handler is None:
                raise Refused(405, "Nothing is shown here.")
            answer = await run_in_threadpool(handler, visit)
            if isinstance(answer, Gone):
                return self._gone(answer)
            if isinstance(answer, Framed):
                return HTMLResponse(f"{_FRAME_HEAD}{answer.html}", headers=_FRAME_HEADERS)
            return self._page(visit, page, answer)

        return endpoint

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Refused as error:
                if error.status == 401:
                    after = quote(request.url.path, safe="/")
                    return _redirect(f"/console/sign-in?after={after}")
                return self._sorry(error.status, error.said)
            except ClientDisconnect:
                return Response(status_code=499)
            except ServiceError as error:
                status = next(s for kind, s in STATUSES.items() if isinstance(error, kind))
                return self._sorry(status, str(error))

        return guarded

    async def _who(self, request: Request) -> tuple[Person, Session]:
        found = await run_in_threadpool(
            self.desk.sign_in.whose, cookies.token_of(request), self._clock()
        )
        if found is None:
            raise Refused(401, "Sign in first.")
        return found

    async def _live(self, request: Request) -> Response:
        """Stream what changes to an open page. A script asks: there is nowhere to be sent to."""
        token = cookies.token_of(request)
        found = await run_in_threadpool(self.desk.sign_in.whose, token, self._clock())
        if found is None:
            return Response(status_code=401, headers=_HEADERS)
        case_id = request.query_params.get("case", "")[:128]
        last = request.headers.get("last-event-id", "")
        return self._stream(found[0], token, case_id, last)

    async def _sign_in(self, request: Request) -> Response:
        after = _own_path(request.query_params.get("after", ""))
        if request.method == "GET":
            return self._sign_in_page(200, "", after)
        try:
            form = await _form(request, None)
            address = request.client.host if request.client else "unknown"
            token, _ = await run_in_threadpool(
                self.desk.sign_in,
                form.get("name", ""), form.get("password", ""), form.get("code", ""),
                address, self._clock(),
            )  # fmt: skip
        except Refused as error:
            return self._sign_in_page(error.status, error.said, after)
        except (SignInRefused, TooManyTries) as error:
            return self._sign_in_page(_status(error), str(error), after)
        answer = _redirect(after)
        cookies.put_token(request, answer, token)
        return answer

    def _sign_in_page(self, status: int, said: str, after: str) -> Response:
        sign_in = self.desk.sign_in
        return self._html(
            "sign_in.html", status, said=f"{said[:1].upper()}{said[1:].rstrip('.')}." if said else "",
            after=after, local=sign_in.local, oidc=sign_in.oidc is not None,
        )  # fmt: skip

    async def _leave(self, request: Request) -> Response:
        """Send the browser to the identity provider."""
        after = _own_path(request.query_params.get("after", ""))
        oidc = self.desk.sign_in.oidc
        if oidc is None:
            return self._sign_in_page(404, "there is no identity provider here", after)
        back = f"{self.desk.public_url or str(request.base_url).rstrip('/').removesuffix('/console')}/console/sign-in/oidc/callback"
        try:
            url, flow = await run_in_threadpool(oidc.begin, back, after, self._clock())
        except ServiceError as error:
            return self._sign_in_page(_status(error), str(error), after)
        answer = RedirectResponse(url, 303, headers=_HEADERS)
        cookies.put_flow(request, answer, flow)
        return answer

    async def _arrive(self, request: Request) -> Response:
        """Take the browser back from the identity provider, signed in or not."""
        address = request.client.host if request.client else "unknown"
        try:
            token, _, flow = await run_in_threadpool(
                self.desk.sign_in.arrive,
                cookies.flow_of(request), request.query_params, address, self._clock(),
            )  # fmt: skip
        except ServiceError as error:
            answer = self._sign_in_page(_status(error), str(error), "/console/")
        else:
            # A page of ours goes on: the session's cookie does not travel on another site's behalf.
            answer = self._html("signed_in.html", 200, after=flow.after)
            cookies.put_token(request, answer, token)
        cookies.drop_flow(answer)
        return answer

    async def _sign_out(self, request: Request) -> Response:
        _, session = await self._who(request)
        await _form(request, session)
        await run_in_threadpool(self.desk.sign_in.sign_out, session, self._clock())
        answer = _redirect("/console/sign-in")
        cookies.drop_token(answer)
        return answer

    def _gone(self, gone: Gone) -> Response:
        mark = "&" if "?" in gone.to else "?"
        said = f"{mark}said={quote(gone.said)}" if gone.said else ""
        return _redirect(f"{gone.to}{said}")

    def _page(self, visit: Visit, page: Page, shown: Shown) -> Response:
        answer = self._html(
            shown.template, 200, **shown.values,
            page=page, person=visit.person, csrf=visit.session.csrf, now=visit.at,
            said=visit.query.get("said", "")[:300],
            nav=_seen_by(visit.person, self._nav),
        )  # fmt: skip
        if shown.frames:
            answer.headers["Content-Security-Policy"] += "; frame-src 'self'"
        return answer

    def _sorry(self, status: int, said: str) -> Response:
        return self._html("sorry.html", status, said=said)

    def _html(self, template: str, status: int, **values: object) -> Response:
        text = self._templates.get_template(template).render(values)
        return HTMLResponse(text, status, headers=_HEADERS)


def _grouped(found: Sequence[Page]) -> dict[Group, list[Page]]:
    """Return the pages of the navigation by group, each in its order."""
    placed = sorted((p for p in found if p.place is not None), key=lambda p: p.place or 0)
    return {group: [page for page in placed if page.group is group] for group in Group}


def _seen_by(person: Person, nav: dict[Group, list[Page]]) -> dict[Group, list[Page]]:
    """Return what of the navigation a person may open; groups with nothing are left out."""
    seen = {group: [p for p in some if person.rank >= p.role] for group, some in nav.items()}
    return {group: some for group, some in seen.items() if some}


async def _form(request: Request, session: Session | None) -> dict[str, str]:
    """Return the fields of a form of our own page. Raises `Refused`."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused(403, "This form came from another site.")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "This form came from another site.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MAX_FORM:
            raise Refused(413, "That is more than a form holds.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise Refused(422, "That form cannot be read.") from error
    form = dict(pairs)
    sent = form.pop("csrf", "")
    if session is not None and not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise Refused(403, "This form is out of date; load the page again.")
    return form


def _status(error: ServiceError) -> int:
    if isinstance(error, TooManyTries):
        return 429
    return 503 if isinstance(error, Unavailable) else 401


def _methods(page: Page) -> list[str]:
    return [name for name, has in (("GET", page.get), ("POST", page.post)) if has is not None]


def _own_path(path: str) -> str:
    """Return a path of the console, never another site's address."""
    good = path.startswith("/console/") and "//" not in path and "\\" not in path
    return path if good else "/console/"


def _redirect(to: str) -> RedirectResponse:
    return RedirectResponse(to, 303, headers=_HEADERS)
