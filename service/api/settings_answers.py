"""What the API answers about how an installation is set."""

from dataclasses import asdict
from typing import Final

from service.api.answers import Answer
from service.installation import Installation


class SettingAnswer(Answer, frozen=True, kw_only=True):
    """A setting in force. Of a secret, `value` says whether it is set, never what it is.

    `origin` is `environment`, `command line` or `default`."""

    variable: str
    value: str
    meaning: str
    origin: str
    secret: bool


class VersionsAnswer(Answer, frozen=True, kw_only=True):
    """What decides: code, tables, policy, models (null: none), and the feature sets by subject."""

    code: str
    schema: str
    policy: str
    model: str | None
    challenger: str | None
    feature_sets: dict[str, str]


class StoreAnswer(Answer, frozen=True, kw_only=True):
    """The database: `sqlite` or `postgresql`, and its size."""

    kind: str
    size_bytes: int


class RetentionAnswer(Answer, frozen=True, kw_only=True):
    """What is kept how many days (null: for good); `option` of `sendwarden purge` changes it."""

    what: str
    days: int | None
    option: str | None


class SettingsAnswer(Answer, frozen=True, kw_only=True):
    """How this server is set. It cannot be changed here: set the variables and start it anew."""

    settings: tuple[SettingAnswer, ...]
    versions: VersionsAnswer
    store: StoreAnswer
    retention: tuple[RetentionAnswer, ...]


SETTINGS_ANSWERS: Final[tuple[type[Answer], ...]] = (
    SettingAnswer,
    VersionsAnswer,
    StoreAnswer,
    RetentionAnswer,
    SettingsAnswer,
)


def settings_answer(found: Installation) -> SettingsAnswer:
    return SettingsAnswer(
        settings=tuple(SettingAnswer(**asdict(one)) for one in found.settings),
        versions=VersionsAnswer(**asdict(found.versions)),
        store=StoreAnswer(kind=found.store.kind, size_bytes=found.store.size_bytes),
        retention=tuple(RetentionAnswer(**asdict(one)) for one in found.retention),
    )
