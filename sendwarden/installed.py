"""What a server is told of itself: its settings as people may see them, and the version of the code."""

import json
import re
from collections.abc import Collection
from typing import Any

from pydantic import SecretStr

from sendwarden import __version__
from sendwarden.settings import SHIPPED_WORDS, Settings, variable_of
from service.about import About, Setting


def about_of(settings: Settings, environment: Collection[str]) -> About:
    """Return what a server says of itself. `environment` are the names of the variables that are set."""
    return About(settings_in_force(settings, environment), __version__)


def settings_in_force(settings: Settings, environment: Collection[str]) -> tuple[Setting, ...]:
    """Return every setting as it is, with no secret in it, from the table that the documents are made of."""
    given = {name.upper() for name in environment}
    return tuple(
        Setting(
            variable=variable_of(name),
            value=_shown(name, getattr(settings, name)),
            meaning=field.description or "",
            origin=_origin(name, settings, given),
            secret=_is_secret(name),
        )
        for name, field in Settings.model_fields.items()
    )


def _origin(name: str, settings: Settings, given: Collection[str]) -> str:
    if name not in settings.model_fields_set:
        return "default"
    return "environment" if variable_of(name) in given else "command line"


def _is_secret(name: str) -> bool:
    return SecretStr.__name__ in str(Settings.model_fields[name].annotation)


def _shown(name: str, value: Any) -> str:
    """Return a value as people may see it: of a secret whether it is set, of a URL no user, password or query."""
    if _is_secret(name):
        return _set(value)
    if value is None:
        return "unset"
    if name in SHIPPED_WORDS and value == Settings.model_fields[name].default:
        return SHIPPED_WORDS[name]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return _without_credentials(str(value))


def _set(value: Any) -> str:
    if not value:
        return "not set"
    return f"set for {', '.join(sorted(value))}" if isinstance(value, dict) else "set"


def _without_credentials(text: str) -> str:
    """Return a text without what may be a user, a password or a query of a URL in it."""
    if "://" not in text:
        return text
    text = re.sub(r"://.*@", "://…@", text, flags=re.DOTALL)
    return re.sub(r"[?;#].*", "?…", text, flags=re.DOTALL)
