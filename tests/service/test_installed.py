"""Settings as people see them: all of them, and no secret in any form."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.catalogue import load_catalogue
from features.records import Subject
from sendwarden.installed import about_of, settings_in_force
from sendwarden.settings import Settings, load_settings, settings_table
from service.about import Setting
from service.stores.retention import Keep, rules

SECRETS = {
    "INSTALLATION_KEY": "00112233445566778899aabbccddeeff",
    "WEBHOOK_SECRETS": json.dumps({"mailgun": "mg-s3cret", "ses": "arn:s3cret"}),
    "SMTP_URL": "smtp://user:s3cret@mail.example",
    "OIDC_CLIENT_SECRET": "oidc-s3cret",
    "DATABASE_URL": "postgresql+psycopg://root:p/a@s3cret@db.example/x?password=s3cret",
    "MLFLOW_URI": "https://who:s3cret@mlflow.example/#s3cret",
}


def shown(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, Setting]:
    for name, value in variables.items():
        monkeypatch.setenv(f"SENDWARDEN_{name}", value)
    settings = load_settings()
    found = settings_in_force(settings, [f"SENDWARDEN_{name}" for name in variables])
    return {one.variable.removeprefix("SENDWARDEN_"): one for one in found}


def test_no_secret_is_shown_in_any_form(monkeypatch: pytest.MonkeyPatch) -> None:
    found = shown(monkeypatch, **SECRETS)
    told = repr(found)
    for hidden in ("s3cret", "00112233", "p/a", "who:", "root:"):
        assert hidden not in told, hidden
    assert found["INSTALLATION_KEY"].value == "set"
    assert found["WEBHOOK_SECRETS"].value == "set for mailgun, ses"
    assert found["DATABASE_URL"].value == "postgresql+psycopg://…@db.example/x?…"
    assert all(found[name].origin == "environment" for name in SECRETS)


def test_secrets_that_are_not_set_say_so() -> None:
    found = settings_in_force(load_settings(), [])
    assert {one.value for one in found if one.secret} == {"not set"}


def test_each_setting_is_there_with_the_meaning_of_the_documents() -> None:
    found = settings_in_force(load_settings(), [])
    table = settings_table()
    assert len(found) == len(Settings.model_fields)
    for one in found:
        assert f"| `{one.variable}` |" in table
        assert one.meaning in table


def test_it_is_told_where_a_value_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = shown(monkeypatch, LIST_DNS="true", DNS_SERVERS='["192.0.2.1"]')
    assert (found["LIST_DNS"].value, found["LIST_DNS"].origin) == ("true", "environment")
    assert found["DNS_SERVERS"].value == '["192.0.2.1"]'
    assert (found["POLICY_FILE"].value, found["POLICY_FILE"].origin) == (
        "the shipped policy",
        "default",
    )
    by_hand = settings_in_force(load_settings(home=tmp_path), [])
    assert (
        next(one for one in by_hand if one.variable == "SENDWARDEN_HOME").origin == "command line"
    )


def test_the_api_says_how_the_server_is_set(
    open_house: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"SENDWARDEN_{name}", value)
    about = about_of(load_settings(), [f"SENDWARDEN_{name}" for name in SECRETS])
    with open_house(tmp_path) as house, serve(house, about=about) as api:
        answer = api("GET", "/v1/settings")
        assert answer.status_code == 200, answer.text
        assert "s3cret" not in answer.text
        told = answer.json()
        assert len(told["settings"]) == len(Settings.model_fields)
        versions = told["versions"]
        assert versions["schema"] == house.store.facts().revision
        assert versions["policy"] == house.warden.policy.current().version
        assert versions["model"] == house.model.current().version
        catalogue = load_catalogue()
        assert versions["feature_sets"] == {s.value: catalogue.fingerprint(s) for s in Subject}
        assert told["store"]["kind"] == "sqlite"
        assert told["store"]["size_bytes"] > 50_000
        for scope in ("score", "ingest", "review"):
            assert api("GET", "/v1/settings", scope).status_code == 403
        assert api("GET", "/v1/settings?x=1").status_code == 422


def test_what_is_kept_how_long_is_what_the_purge_does() -> None:
    kept = {rule.option: rule.days for rule in rules(Keep(1, 2, 3, 4)) if rule.option}
    assert kept == {"--seen-days": 1, "--unattributed-days": 2, "--report-days": 3, "--sketch-days": 4}  # fmt: skip
