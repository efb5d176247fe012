"""Decide on a message and a list from files, on a store that is thrown away."""

import sys
import tempfile
from datetime import datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from features.catalogue import load_catalogue
from features.records import Account, ImportSource, Stream
from models.decision import Decision
from sendwarden.card import decision_card
from sendwarden.compose import build_warden, fixed_policy, live_model
from sendwarden.settings import Settings
from service.assess import Assessment, ImportOrder
from service.warden import FORMATS, Warden

_LIST_ID = "list"


class Unusable(ValueError):
    """A file cannot be used; the text says which and why."""


def score_files(
    message: Path,
    recipients: Path | None,
    account: Path | None,
    count: int | None,
    settings: Settings,
    now: datetime,
) -> tuple[Decision, Assessment | None]:
    """Return the decision on a campaign made of files as of `now`, and the assessment of its list.

    Model and policy are those of the settings.

    Without `account` an account of unknown facts that signs up now is assumed. Raises `Unusable`
    and `service.errors.ServiceError`.
    """
    facts = _read_account(account, now)
    with tempfile.TemporaryDirectory() as folder:
        warden = _warden(settings, Path(folder))
        try:
            return _decide(warden, message.read_bytes(), recipients, facts, count, now)
        finally:
            warden.close()


def _warden(settings: Settings, folder: Path) -> Warden:
    catalogue = load_catalogue()
    return build_warden(
        settings.model_copy(update={"home": folder}),
        model=live_model(settings, catalogue),
        policy=fixed_policy(settings, catalogue),
        store_url=f"sqlite:///{folder / 'once.db'}?synchronous=off",
        catalogue=catalogue,
    )


def _decide(
    warden: Warden,
    message: bytes,
    recipients: Path | None,
    account: Account,
    count: int | None,
    now: datetime,
) -> tuple[Decision, Assessment | None]:
    warden.put_account(account, min(account.created_at, now))
    assessment = None
    if recipients is not None:
        fmt = FORMATS.get(recipients.suffix.lower(), "csv")
        order = ImportOrder(account.account_id, _LIST_ID, ImportSource.FILE, fmt, now)
        with recipients.open("rb") as file:
            assessment = warden.assess_list(order, file, now)
    decision = warden.score_campaign(
        "campaign",
        account.account_id,
        count or (assessment.record.valid if assessment else 1),
        Stream.BROADCAST,
        [_LIST_ID] if assessment else [],
        message,
        None,
        now,
    )
    return decision, assessment


def _read_account(path: Path | None, now: datetime) -> Account:
    if path is None:
        return Account(account_id="unknown", created_at=now)
    try:
        facts = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
        account = msgspec.convert({"account_id": "account", **facts}, Account)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Unusable(f"{path} is not the body of PUT account: {error}") from error
    if account.created_at.tzinfo is None:
        raise Unusable(f"{path}: created_at needs an offset, as in 2026-11-23T10:00:00Z")
    return account


def print_score(
    decision: Decision, assessment: Assessment | None, name: str, as_json: bool
) -> None:
    """Print the decision as a card, or as JSON for scripts."""
    if as_json:
        shown = msgspec.structs.replace(decision, vector=())
        sys.stdout.write(msgspec.json.encode(shown).decode() + "\n")
        return
    console = Console()
    console.print(decision_card(decision, name))
    if assessment is not None:
        console.print(_list_table(assessment))


def _list_table(assessment: Assessment) -> Table:
    record, numbers = assessment.record, assessment.record.numbers
    table = Table(title="the list", title_justify="left", show_header=False, box=None)
    table.add_row("rows", f"{record.rows:,}")
    table.add_row("invalid, duplicate", f"{record.invalid:,}, {record.duplicates:,}")
    shown = {
        "role addresses": "list_role_share",
        "free mail": "list_free_mail_share",
        "throw-away": "list_disposable_share",
        "with opt-in time": "list_consent_known_share",
        "engaged in 90 days": "list_engaged_90d_share",
    }
    for label, number in shown.items():
        value = numbers.get(number, float("nan"))
        table.add_row(label, "unknown" if value != value else f"{value:.0%}")  # noqa: PLR0124 - NaN
    return table
