"""Sign-in by OpenID Connect: the authorization code flow with PKCE (OIDC Core 3.1, RFC 7636).

What has to be remembered between leaving for the provider and coming back (state, nonce, code
verifier) travels in a cookie that only this installation can read and that works for ten minutes.
"""

import ipaddress
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from service.desk.records import Kept, Role
from service.errors import ServiceError, Unavailable

FLOW_MINUTES: Final = 10
LEEWAY_SECONDS: Final = 60
# Signatures by a key pair: nobody who only knows the client's secret can make one.
ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
_ADVERTISED_FOR: Final = timedelta(hours=1)
_TIMEOUT_SECONDS: Final = 10.0
_MAX_NAME: Final = 128


class OidcRefused(ServiceError):
    """The provider's answer does not let anybody in; the text says why, without secrets.

    `name` is who it was about, as far as that is proven.
    """

    def __init__(self, why: str, name: str = "") -> None:
        super().__init__(why)
        self.name = name


@dataclass(frozen=True)
class OidcClient:
    """How this installation is known to its provider, and how claims become people.

    `roles` maps values of the role claim to roles; the highest that fits counts.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    scope: str = "openid profile email"
    name_claim: str = "preferred_username"
    role_claim: str = "groups"
    roles: Mapping[str, str] = field(default_factory=dict)


class Flow(Kept, frozen=True, kw_only=True):
    """One way to the provider and back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    after: str
    at: datetime


@dataclass(frozen=True)
class Claimed:
    """Who the provider says has come: `subject` is theirs for ever, `name` what they are called."""

    subject: str
    name: str
    role: Role


class Oidc:
    """One provider. Thread-safe; what it advertises is kept for an hour."""

    def __init__(
        self, client: OidcClient, key: bytes, random: Callable[[int], bytes], http: httpx.Client
    ) -> None:
        _demand_safe(client.issuer)
        self._client, self._random, self._http = client, random, http
        self._box = AESGCM(key)
        self._lock = threading.Lock()
        self._advertised: tuple[datetime, dict[str, Any]] | None = None
        self._keys: KeySet | None = None

    def begin(self, redirect_uri: str, after: str, at: datetime) -> tuple[str, str]:
        """Return where to send the browser, and the cookie it brings back. Raises `Unavailable`."""
        flow = Flow(
            state=self._random(32).hex(), nonce=self._random(32).hex(),
            verifier=self._random(32).hex(), redirect_uri=redirect_uri, after=after, at=at,
        )  # fmt: skip
        url = prepare_grant_uri(
            self._endpoint("authorization_endpoint", at),
            client_id=self._client.client_id, response_type="code", redirect_uri=redirect_uri,
            scope=self._client.scope, state=flow.state, nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier), code_challenge_method="S256",
        )  # fmt: skip
        nonce = self._random(12)
        sealed = nonce + self._box.encrypt(nonce, msgspec.json.encode(flow), b"oidc flow")
        return url, sealed.hex()

    def flow_of(self, cookie: str, at: datetime) -> Flow:
        """Return the flow in a cookie. Raises `OidcRefused`."""
        try:
            sealed = bytes.fromhex(cookie)
            body = self._box.decrypt(sealed[:12], sealed[12:], b"oidc flow")
            flow = msgspec.json.decode(body, type=Flow)
        except (ValueError, InvalidTag, msgspec.MsgspecError) as error:
            raise OidcRefused("this sign-in was not begun in this browser") from error
        if not timedelta(0) <= at - flow.at <= timedelta(minutes=FLOW_MINUTES):
            raise OidcRefused("this sign-in took too long")
        return flow

    def finish(self, flow: Flow, answer: Mapping[str, str], at: datetime) -> Claimed:
        """Return who has come back. `answer`: the query the provider sent the browser with.

        Raises `OidcRefused`, `Unavailable`.
        """
        if answer.get("state") != flow.state:
            raise OidcRefused("the state is not that of this sign-in")
        if answer.get("iss", self._client.issuer) != self._client.issuer:
            raise OidcRefused("another issuer answered")  # RFC 9207
        if "code" not in answer:
            raise OidcRefused(f"the provider refused: {answer.get('error', 'no code')[:60]}")
        token = self._exchange(flow, answer["code"], at)
        return self._claimed(self._proven(token, flow.nonce, at), token, at)

    def _exchange(self, flow: Flow, code: str, at: datetime) -> dict[str, Any]:
        client = self._client
        form = {
            "grant_type": "authorization_code", "code": code,
            "redirect_uri": flow.redirect_uri, "code_verifier": flow.verifier,
        }  # fmt: skip
        auth = None
        if client.client_secret is None:
            form["client_id"] = client.client_id
        else:  # RFC 6749, 2.3.1: both are form-encoded first
            auth = (quote(client.client_id, safe=""), quote(client.client_secret, safe=""))
        url = self._endpoint("token_endpoint", at)
        answer = _asked(lambda: self._http.post(url, data=form, auth=auth or httpx.Auth()))
        token = _json(answer)
        if answer.status_code != 200 or "id_token" not in token:
            raise OidcRefused(f"the code was refused: {str(token.get('error', 'no token'))[:60]}")
        return token

    def _proven(self, token: dict[str, Any], nonce: str, at: datetime) -> dict[str, Any]:
        """Return the claims of an ID token that is genuine, ours, fresh and of this sign-in."""
        client = self._client
        try:
            decoded = self._decoded(str(token["id_token"]), at)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": client.issuer},
                    "aud": {"essential": True, "value": client.client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": client.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(at.timestamp()), leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise OidcRefused(f"the ID token does not hold: {_why(error)}") from error
        return dict(claims)

    def _decoded(self, id_token: str, at: datetime) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._key_set(at), algorithms=list(ALGORITHMS))
        except (InvalidKeyIdError, ValueError):
            # Keys are rolled: look once more before saying no.
            return jwt.decode(id_token, self._key_set(at, anew=True), algorithms=list(ALGORITHMS))

    def _claimed(self, claims: dict[str, Any], token: dict[str, Any], at: datetime) -> Claimed:
        client, wanted = self._client, (self._client.name_claim, self._client.role_claim)
        told = self._advertisement(at).get("userinfo_endpoint")
        if not all(name in claims for name in wanted) and told and "access_token" in token:
            bearer = {"Authorization": f"Bearer {token['access_token']}"}
            more = _json(_asked(lambda: self._http.get(str(told), headers=bearer)))
            if more.get("sub") != claims["sub"]:  # OIDC Core 5.3.2
                raise OidcRefused("the user info is about somebody else")
            claims = {**more, **claims}
        name = claims.get(client.name_claim)
        if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= _MAX_NAME:
            raise OidcRefused(f"the claim {client.name_claim} does not name anybody")
        role = self._role(claims.get(client.role_claim))
        if role is None:
            raise OidcRefused("no role here", name)
        return Claimed(f"{client.issuer} {claims['sub']}", name, role)

    def _role(self, said: object) -> Role | None:
        values = said if isinstance(said, list) else [said]
        roles = [
            self._client.roles[v] for v in values if isinstance(v, str) and v in self._client.roles
        ]
        return max((Role[role.upper()] for role in roles), default=None)

    def _endpoint(self, name: str, at: datetime) -> str:
        url = self._advertisement(at).get(name)
        if not isinstance(url, str):
            raise Unavailable(f"the identity provider names no {name}")
        return url

    def _advertisement(self, at: datetime) -> dict[str, Any]:
        """Return what the provider says of itself (OIDC Discovery 4)."""
        with self._lock:
            known = self._advertised
        if known is not None and timedelta(0) <= at - known[0] < _ADVERTISED_FOR:
            return known[1]
        url = f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _json(_asked(lambda: self._http.get(url)))
        if found.get("issuer") != self._client.issuer:
            raise Unavailable("the identity provider calls itself by another issuer")
        with self._lock:
            self._advertised = (at, found)
        return found

    def _key_set(self, at: datetime, *, anew: bool = False) -> KeySet:
        with self._lock:
            known = self._keys
        if known is not None and not anew:
            return known
        url = self._endpoint("jwks_uri", at)
        found = _json(_asked(lambda: self._http.get(url)))
        keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # checked by what it raises
        with self._lock:
            self._keys = keys
        return keys


def oidc_http() -> httpx.Client:
    """Return what asks a provider: it follows no redirects and does not wait for ever."""
    return httpx.Client(timeout=_TIMEOUT_SECONDS)


def _demand_safe(issuer: str) -> None:
    """Refuse an issuer that others could speak for. Raises `ValueError`."""
    parts = urlsplit(issuer)
    if parts.scheme == "https" and parts.hostname:
        return
    host = parts.hostname or ""
    if parts.scheme == "http" and (host == "localhost" or _is_loopback(host)):
        return
    raise ValueError("an issuer is an https:// address")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _asked(ask: Callable[[], httpx.Response]) -> httpx.Response:
    try:
        answer = ask()
    except httpx.HTTPError as error:
        raise Unavailable("the identity provider cannot be reached") from error
    if answer.status_code >= 500:
        raise Unavailable("the identity provider has trouble")
    return answer


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise Unavailable("the identity provider answers no JSON") from error
    if not isinstance(found, dict):
        raise Unavailable("the identity provider answers no JSON object")
    return found


def _why(error: Exception) -> str:
    """Return a short reason; the claim's name where one is at fault."""
    claim = getattr(error, "claim", None)
    kind = type(error).__name__.removesuffix("Error")
    return f"{kind} {claim}" if claim else kind
