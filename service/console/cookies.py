"""The console's cookies: the session's, and what a browser carries to the identity provider."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from service.desk.oidc import FLOW_MINUTES
from service.desk.sign_in import SESSION_HOURS

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_SAFE, _PLAIN = "__Host-sendwarden", "sendwarden"
_FLOW: Final = "-sign-in"


def token_of(request: Request) -> str:
    """Return the token of the session, "" where there is none."""
    return request.cookies.get(_SAFE) or request.cookies.get(_PLAIN) or ""


def put_token(request: Request, answer: Response, token: str) -> None:
    """Hand a session's token to the browser."""
    plain = _is_plain(request)
    answer.set_cookie(
        _PLAIN if plain else _SAFE, token, max_age=SESSION_HOURS * 3_600,
        secure=not plain, httponly=True, samesite="strict",
    )  # fmt: skip


def flow_of(request: Request) -> str:
    """Return what the browser brought back from the identity provider."""
    return request.cookies.get(_SAFE + _FLOW) or request.cookies.get(_PLAIN + _FLOW) or ""


def put_flow(request: Request, answer: Response, flow: str) -> None:
    """Let the browser carry a flow; lax, for it comes back from another site."""
    plain = _is_plain(request)
    answer.set_cookie(
        (_PLAIN if plain else _SAFE) + _FLOW, flow, max_age=FLOW_MINUTES * 60,
        secure=not plain, httponly=True, samesite="lax",
    )  # fmt: skip


def drop_flow(answer: Response) -> None:
    """Take a flow back: it is used once."""
    answer.delete_cookie(_PLAIN + _FLOW)
    answer.delete_cookie(_SAFE + _FLOW, secure=True)


def drop_token(answer: Response) -> None:
    """Take the session's token back."""
    answer.delete_cookie(_PLAIN)
    answer.delete_cookie(_SAFE, secure=True)


def _is_plain(request: Request) -> bool:
    return request.url.hostname in LOOPBACK and request.url.scheme == "http"
