"""Path, query and header parameters, validated alike everywhere."""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Header, Path, Query
from pydantic import BeforeValidator, WithJsonSchema
from starlette.requests import Request

from features.records import ID_PATTERN
from models.languages import preferred
from service.api.wire import rfc3339
from service.judge import Once
from service.stores.contract import ApiKey

AccountId = Annotated[str, Path(pattern=ID_PATTERN, description="the caller's own id")]
CampaignId = Annotated[str, Path(pattern=ID_PATTERN, description="the caller's own id")]
ListId = Annotated[str, Path(pattern=ID_PATTERN, description="the caller's own id")]
ListName = Annotated[str, Path(pattern=ID_PATTERN, description="what the bad list is called")]
DecisionId = Annotated[str, Path(pattern=ID_PATTERN)]
DomainName = Annotated[str, Path(pattern=r"^[A-Za-z0-9._\-]{1,253}$")]
SourceName = Annotated[str, Path(pattern=r"^[a-z0-9_\-]{1,64}$", description="vendor or MTA")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="the same key and body within 24 h answer the same decision",
    ),
]
_TIME_SCHEMA: Final = WithJsonSchema({"type": "string", "format": "date-time"})


def _time(value: Any) -> Any:
    return rfc3339(value)


TimeQuery = Annotated[datetime | None, Query(), BeforeValidator(_time), _TIME_SCHEMA]
AccountQuery = Annotated[str | None, Query(pattern=ID_PATTERN)]
CursorQuery = Annotated[str | None, Query(max_length=512, pattern=r"^[\x21-\x7e]+$")]
ProviderName = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._\-]{1,128}$", description="a mailbox provider")
]
Ip = Annotated[str, Path(pattern=r"^[0-9A-Fa-f:.]{2,64}$", description="a sending IP")]
LangQuery = Annotated[
    Literal["en", "zh-Hant"] | None,
    Query(description="language of the texts; by Accept-Language when left out"),
]


def _language(request: Request, lang: LangQuery = None) -> str:
    return lang or preferred(request.headers.get("accept-language", ""))


Lang = Annotated[str, Depends(_language)]
LimitQuery = Annotated[int, Query(ge=1, le=1_000)]


def once_of(request: Request, caller: ApiKey, key: str | None, content: bytes) -> Once | None:
    """Return the idempotency of a request: its key, private to the caller, and its digest."""
    if key is None:
        return None
    private = hashlib.sha256(f"{caller.key_hash}\n{key}".encode()).hexdigest()
    asked = f"{request.method} {request.scope['path']}\n".encode()
    return Once(private, hashlib.sha256(asked + content).hexdigest())
