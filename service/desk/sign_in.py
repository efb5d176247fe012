"""Who comes in: local accounts with argon2id passwords and one-time codes (RFC 6238), people of an
identity provider (`service.desk.oidc`), sessions, and a brake on guessing.

A session's token has 256 random bits; only its hash is stored. Failures are counted by name and
by client address; both wait longer after each further failure.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from service.desk.brake import Brake
from service.desk.oidc import Claimed, Flow, Oidc, OidcRefused
from service.desk.records import Deed, Person, Role, Session
from service.errors import PersonMoved, ServiceError
from service.stores.contract import PersonChange, Store

SESSION_HOURS: Final = 12
MIN_PASSWORD: Final = 12
MAX_PASSWORD: Final = 256
_STEP_SECONDS: Final = 30
_MOST_TRIES: Final = 20


class SignInRefused(ServiceError):
    """Wrong name, password or code; which one is not told."""


class WeakPassword(ServiceError):
    """The password is too short or too long."""


class UnknownRole(ServiceError):
    """There is no such role."""


@dataclass(frozen=True)
class Keys:
    """What the desk derives from the installation's key, one key for each purpose."""

    installation_key: bytes

    @cached_property
    def audit(self) -> bytes:
        """The key of the audit chain's seals."""
        return self._derived(b"audit chain")

    @cached_property
    def canary(self) -> bytes:
        """The key that tells which accounts are in a canary's share."""
        return self._derived(b"canary share")

    @cached_property
    def flows(self) -> bytes:
        """The key of what a browser carries to the identity provider and back."""
        return self._derived(b"oidc flows")

    @cached_property
    def messages(self) -> bytes:
        """The key of the copies of messages that wait for a person."""
        return self._derived(b"held messages")

    def seal(self, secret: bytes, owner: str, nonce: bytes) -> bytes:
        """Encrypt a secret for its owner alone. `nonce`: 12 random bytes."""
        return nonce + AESGCM(self._derived(b"totp")).encrypt(nonce, secret, owner.encode())

    def open(self, sealed: bytes, owner: str) -> bytes:
        """Return a sealed secret. Raises `SignInRefused` when it is another's or changed."""
        try:
            return AESGCM(self._derived(b"totp")).decrypt(sealed[:12], sealed[12:], owner.encode())
        except InvalidTag as error:
            raise SignInRefused("the one-time secret cannot be read") from error

    def _derived(self, purpose: bytes) -> bytes:
        return hmac.new(self.installation_key, b"sendwarden desk: " + purpose, "sha256").digest()


class SignIn:
    """Signs people in and knows whose a session is. `random` returns that many random bytes.

    `local`: whether names and passwords work; `oidc`: the identity provider, if there is one.
    `hasher` makes the hashes of new passwords; argon2-cffi's own costs by default (RFC 9106).
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        random: Callable[[int], bytes],
        *,
        local: bool = True,
        oidc: Oidc | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self.local, self.oidc = local, oidc
        self._store, self._keys, self._random = store, keys, random
        self._hasher = hasher or PasswordHasher()
        self._brake = Brake()
        # Verified against when the name is unknown, so that the time does not tell.
        self._nobody = hash_of_nobody(self._hasher, random)

    def add(self, name: str, role: str, password: str, by: str, at: datetime) -> Person:
        """Create a person, or give an existing one a new password and role; sessions end.

        Raises `WeakPassword`, `UnknownRole`.
        """
        if role.upper() not in Role.__members__:
            raise UnknownRole(f"roles are {', '.join(r.label for r in Role)}")
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise WeakPassword(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
        hashed = self._hasher.hash(password)

        def put(old: Person | None) -> Person:
            return Person(
                name=name,
                role=role,
                password_hash=hashed,
                created_at=old.created_at if old else at,
                totp_secret=old.totp_secret if old else None,
                totp_used_step=old.totp_used_step if old else -1,
            )

        def told(old: Person | None) -> Deed:
            return Deed(
                at=at, actor=by, act="person.put", target=name,
                before={"role": old.role} if old else {}, after={"role": role},
            )  # fmt: skip

        person = self._change(name, put, told)
        self._store.end_sessions(name=name)
        return person

    def set_totp(self, name: str, by: str, at: datetime) -> str:
        """Give a person a new one-time secret and return its otpauth URI, to be shown once."""
        secret = self._random(20)
        sealed = self._keys.seal(secret, name, self._random(12))
        deed = Deed(at=at, actor=by, act="person.totp", target=name)
        self._change(
            name,
            lambda old: msgspec.structs.replace(
                _known(old, name), totp_secret=sealed, totp_used_step=-1
            ),
            lambda _: deed,
        )
        return _totp(secret).get_provisioning_uri(name, "Sendwarden")

    def disable(self, name: str, by: str, at: datetime) -> None:
        """Let a person in no more; sessions end at once."""
        deed = Deed(at=at, actor=by, act="person.disable", target=name)
        self._change(
            name,
            lambda old: msgspec.structs.replace(_known(old, name), disabled_at=at),
            lambda _: deed,
        )
        self._store.end_sessions(name=name)

    def __call__(
        self, name: str, password: str, code: str, address: str, at: datetime
    ) -> tuple[str, Session]:
        """Return a new session and its token. Raises `SignInRefused`, `TooManyTries`."""
        watched = (f"name:{name[:128]}", f"address:{address}")
        self._brake.check(at, *watched)
        if not self.local:
            raise SignInRefused("names and passwords are switched off here")
        person = self._store.person(name[:128])
        good = self._password_fits(person, password)
        step = self._code_step(person, code, at) if good and person else None
        if person is None or not good or person.disabled_at is not None or step is None:
            self._brake.failed(at, *watched)
            # Only names that exist are written down: people type passwords into the wrong field.
            self._refused(person.name if person else "", "name, password or code", address, at)
            raise SignInRefused("that name, password or code is wrong")
        token, session = self._session(person.name, at)
        used = msgspec.structs.replace(person, totp_used_step=step)
        deed = Deed(at=at, actor=person.name, act="sign_in", target=person.name)
        try:
            # Only if nothing changed since: not disabled, and no code of this step was taken.
            change = PersonChange(before=person, after=used)
            self._store.record(self._keys.audit, deed, session, change)
        except PersonMoved as error:
            raise SignInRefused("that name, password or code is wrong") from error
        self._brake.succeeded(watched[0])
        return token, session

    def arrive(
        self, cookie: str, answer: Mapping[str, str], address: str, at: datetime
    ) -> tuple[str, Session, Flow]:
        """Sign in who comes back from the identity provider.

        Raises `OidcRefused`, `TooManyTries`, `Unavailable`.
        """
        watched = f"address:{address}"
        self._brake.check(at, watched)
        try:
            if self.oidc is None:
                raise OidcRefused("there is no identity provider")
            flow = self.oidc.flow_of(cookie, at)
            token, session = self._admit(self.oidc.finish(flow, answer, at), at)
        except OidcRefused as error:
            self._brake.failed(at, watched)
            self._refused(error.name, str(error), address, at)
            raise
        return token, session, flow

    def _admit(self, claimed: Claimed, at: datetime) -> tuple[str, Session]:
        """Keep what the provider says of a person, and begin their session."""
        old = next((p for p in self._store.people() if p.subject == claimed.subject), None)
        name = old.name if old else claimed.name
        if old is None and self._store.person(name) is not None:
            raise OidcRefused("somebody else has that name here", name)
        if old is not None and old.disabled_at is not None:
            raise OidcRefused("disabled", name)
        role = claimed.role.label
        after = (
            msgspec.structs.replace(old, role=role)
            if old
            else Person(
                name=name, role=role, password_hash="", created_at=at, subject=claimed.subject
            )
        )
        change = PersonChange(before=old, after=after)
        by = "identity provider"
        try:
            if old != after:
                put = Deed(
                    at=at, actor=by, act="person.put", target=name,
                    before={"role": old.role} if old else {}, after={"role": role},
                )  # fmt: skip
                self._store.record(self._keys.audit, put, change)
            token, session = self._session(name, at)
            deed = Deed(at=at, actor=name, act="sign_in", target=name, after={"by": by})
            same = PersonChange(before=after, after=after)
            self._store.record(self._keys.audit, deed, session, same)
        except PersonMoved as error:
            raise OidcRefused("somebody changed this person meanwhile; try again", name) from error
        return token, session

    def _session(self, name: str, at: datetime) -> tuple[str, Session]:
        token = self._random(32).hex()
        session = Session(
            token_hash=hash_of(token),
            person=name,
            csrf=self._random(32).hex(),
            started_at=at,
            expires_at=at + timedelta(hours=SESSION_HOURS),
        )
        return token, session

    def _refused(self, name: str, why: str, address: str, at: datetime) -> None:
        deed = Deed(
            at=at, actor="unknown", act="sign_in.refused", target=name or "unknown",
            after={"why": why, "from": address},
        )  # fmt: skip
        self._store.record(self._keys.audit, deed)

    def whose(self, token: str, at: datetime) -> tuple[Person, Session] | None:
        """Return the person and session of a token, None when it is over."""
        session = self._store.session(hash_of(token))
        if session is None or at >= session.expires_at:
            return None
        person = self._store.person(session.person)
        if person is None or person.disabled_at is not None:
            return None
        open_way = self.local if person.subject is None else self.oidc is not None
        return (person, session) if open_way else None

    def sign_out(self, session: Session, at: datetime) -> None:
        deed = Deed(at=at, actor=session.person, act="sign_out", target=session.person)
        self._store.record(self._keys.audit, deed)
        self._store.end_sessions(token_hash=session.token_hash)

    def _change(
        self,
        name: str,
        change: Callable[[Person | None], Person],
        told: Callable[[Person | None], Deed],
    ) -> Person:
        """Change a person as they are stored, again if somebody else did so meanwhile."""
        for _ in range(_MOST_TRIES - 1):
            try:
                return self._try_change(name, change, told)
            except PersonMoved:
                continue
        return self._try_change(name, change, told)

    def _try_change(
        self,
        name: str,
        change: Callable[[Person | None], Person],
        told: Callable[[Person | None], Deed],
    ) -> Person:
        old = self._store.person(name)
        after = change(old)
        self._store.record(self._keys.audit, told(old), PersonChange(before=old, after=after))
        return after

    def _password_fits(self, person: Person | None, password: str) -> bool:
        try:
            stored = person.password_hash if person else self._nobody
            return self._hasher.verify(stored, password[:MAX_PASSWORD]) and person is not None
        except (VerificationError, InvalidHashError):
            return False

    def _code_step(self, person: Person, code: str, at: datetime) -> int | None:
        """Return the step of a fresh code (one before or after counts); -1 where none is asked."""
        if person.totp_secret is None:
            return -1
        totp = _totp(self._keys.open(person.totp_secret, person.name))
        now = int(at.timestamp())
        for drift in (0, -1, 1):
            moment = now + drift * _STEP_SECONDS
            try:
                totp.verify(code.strip().encode(), moment)
            except InvalidToken:
                continue
            step = moment // _STEP_SECONDS
            return step if step > person.totp_used_step else None
        return None


def _known(person: Person | None, name: str) -> Person:
    if person is None:
        raise SignInRefused(f"nobody is called {name!r}")
    return person


def hash_of_nobody(hasher: PasswordHasher, random: Callable[[int], bytes]) -> str:
    """Return an argon2id hash that no password has and that takes as long to verify as a real one.

    Its salt and its tag are random: nothing is hashed, so that a server starts without that work.
    """
    salt, tag = (
        b64encode(random(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${tag}"


def hash_of(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), _STEP_SECONDS)  # noqa: S303 - what authenticator apps speak
