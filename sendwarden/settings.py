"""What an installation can set, read once from the environment (`SENDWARDEN_*`)."""

import os
import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

SHIPPED_POLICY = Path(__file__).parent.parent / "models" / "policy" / "default.yaml"

SHIPPED_BLOCK_LISTS = (
    Path(__file__).parent.parent / "service" / "deliverability" / "blocklists.yaml"
)
SHIPPED_GATES = Path(__file__).parent.parent / "training" / "gates" / "default.yaml"
SHIPPED_ATTRIBUTION = Path(__file__).parent.parent / "features" / "sources" / "attribution.yaml"


class BadSettings(ValueError):
    """A setting cannot be used; the text names the variable and what it should be."""


class Settings(BaseSettings):
    """One installation. Every field is an environment variable with the prefix `SENDWARDEN_`."""

    model_config = SettingsConfigDict(env_prefix="SENDWARDEN_", extra="ignore", frozen=True)

    home: Path = Field(
        Path("var"), description="Folder of the database, the models and the installation key."
    )
    database_url: str | None = Field(
        None,
        description="SQLAlchemy URL of the store; SQLite in the home folder when unset. "
        "PostgreSQL: postgresql+psycopg://user:password@host:5432/database",
    )
    installation_key: SecretStr | None = Field(
        None,
        description="Secret key of the recipient hashes, 32 to 128 hex digits; "
        "made in the home folder when unset.",
    )
    policy_file: Path = Field(
        SHIPPED_POLICY, description="The policy in force; re-read when the file changes."
    )
    models_dir: Path | None = Field(
        None, description="The model shelf; `models` in the home folder when unset."
    )
    text_model_file: Path | None = Field(
        None,
        description="The text model that `sendwarden content adapt` taught the platform's own mail; "
        "the shipped one when unset.",
    )
    mlflow_uri: str | None = Field(
        None, description="MLflow tracking URI; an SQLite file in the home folder when unset."
    )
    gates_file: Path = Field(
        SHIPPED_GATES,
        description="What a retrained model must show before it may be promoted without a reason.",
    )
    attribution_file: Path = Field(
        SHIPPED_ATTRIBUTION,
        description="Rules that tell the account and campaign of an event whose source does not.",
    )
    webhook_secrets: dict[str, SecretStr] = Field(
        {},
        description="JSON object of what proves webhooks to be genuine, by source: SendGrid's "
        "public key, Mailgun's signing key, Resend's whsec_..., Mandrill's key, for ses the topic "
        "ARNs that may post. A signed webhook of these needs no API key.",
    )
    api_terminates: bool = Field(
        True,
        description="Whether a verdict over the API may cut an account off. If not, only the desk does, "
        "where it takes two reviewers.",
    )
    webhooks_private: bool = Field(
        False,
        description="Whether webhooks may be plain http or inside the own network.",
    )
    deliver: bool = Field(
        True,
        description="Whether `sendwarden serve` delivers webhooks and e-mail; if not, run `sendwarden deliver`.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="SMTP server for alerts by e-mail: smtp://, smtps:// or smtp+starttls://, with user:password@.",
    )
    mail_from: str | None = Field(None, description="Sender of alerts by e-mail.")
    public_url: str | None = Field(
        None, description="Where vendors reach this server, https://...; Mandrill signs it."
    )
    block_lists_file: Path = Field(
        SHIPPED_BLOCK_LISTS,
        description="Block lists to watch; the shipped file names some and enables none.",
    )
    dns_servers: list[str] = Field(
        [], description="JSON array of name server addresses to ask; the system's when empty."
    )
    dns_port: int = Field(53, gt=0, lt=65_536, description="Port of the name servers.")
    keep_held_messages: bool = Field(
        True,
        description="Whether the message of a campaign that a person has to look at is kept, encrypted, "
        "until its case is decided, for 30 days at most.",
    )
    list_dns: bool = Field(
        False,
        description="Whether DNS is asked, at each import, which of the list's domains take mail: "
        "up to 200 domains, 8 seconds.",
    )
    local_accounts: bool = Field(
        True, description="Whether people sign in to the console with a name and a password."
    )
    oidc_issuer: str | None = Field(
        None,
        description="Issuer of the identity provider that people sign in with, https://...; off when unset.",
    )
    oidc_client_id: str | None = Field(
        None, description="What the identity provider calls this installation."
    )
    oidc_client_secret: SecretStr | None = Field(
        None, description="Its secret there; unset for a public client, which PKCE alone protects."
    )
    oidc_scope: str = Field(
        "openid profile email", description="Scopes to ask the identity provider for."
    )
    oidc_name_claim: str = Field(
        "preferred_username", description="Claim that names a person, at their first sign-in."
    )
    oidc_role_claim: str = Field(
        "groups", description="Claim that tells the role: a word or an array of words."
    )
    oidc_roles: dict[str, Literal["viewer", "reviewer", "lead", "admin"]] = Field(
        {},
        description='JSON object from values of that claim to roles, as {"abuse-desk": "reviewer"}; '
        "who has none of them cannot sign in.",
    )
    spf_include: str | None = Field(
        None, description="Name that customers include in SPF, as _spf.esp.example."
    )
    dkim_selectors: list[str] = Field(
        [], description="JSON array of the DKIM selectors that sign customers' mail."
    )
    dkim_target: str | None = Field(
        None,
        description="Where customers' selector CNAMEs point, as {selector}.{domain}.dkim.esp.example; "
        "{domain} is filled in with dashes for dots.",
    )
    dmarc_reports: str | None = Field(
        None, description="Address that takes customers' DMARC reports."
    )
    return_path: str | None = Field(None, description="Domain of the bounce addresses.")
    max_events_bytes: int = Field(32 * 2**20, gt=0, description="Largest body of POST /v1/events.")
    max_message_bytes: int = Field(25 * 2**20, gt=0, description="Largest campaign message.")
    max_import_bytes: int = Field(2 * 2**30, gt=0, description="Largest list import.")
    model_check_seconds: float = Field(
        2.0, ge=0, description="How often a running server looks for a newer champion or policy."
    )

    @property
    def dns_hosts(self) -> tuple[str, ...] | None:
        """The name servers to ask; None: the system's."""
        return tuple(self.dns_servers) or None

    @property
    def store_url(self) -> str:
        """The database URL, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.home / 'sendwarden.db').resolve()}"

    @property
    def shelf_dir(self) -> Path:
        """Where model bundles lie."""
        return self.models_dir or self.home / "models"

    @property
    def tracking_uri(self) -> str:
        """The MLflow tracking URI, with the default filled in."""
        return self.mlflow_uri or f"sqlite:///{(self.home / 'mlflow.db').resolve()}"

    def secrets_of_webhooks(self) -> dict[str, str]:
        """Return the webhook secrets in clear."""
        return {name: secret.get_secret_value() for name, secret in self.webhook_secrets.items()}

    def key_bytes(self) -> bytes:
        """Return the installation's key; make and keep one where none is set.

        Raises `BadSettings` when the key is not 16 to 64 bytes of hex.
        """
        if self.installation_key is not None:
            return _from_hex(self.installation_key.get_secret_value(), "INSTALLATION_KEY")
        path = self.home / "installation.key"
        if not path.exists():
            _write_secret(path, secrets.token_hex(32))
        return _from_hex(path.read_text(encoding="ascii"), str(path))


def load_settings(**changes: object) -> Settings:
    """Read the environment; `changes` that are not None win.

    Raises `BadSettings` naming each variable that cannot be used.
    """
    try:
        return Settings(**{k: v for k, v in changes.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"SENDWARDEN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
        raise BadSettings("; ".join(lines)) from error


def _from_hex(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if not 16 <= len(key) <= 64:
        raise BadSettings(
            f"{where}: the installation key must be 32 to 128 hex digits; "
            "make one with: openssl rand -hex 32"
        )
    return key


def _write_secret(path: Path, text: str) -> None:
    """Create `path` readable by its owner alone; another process may win the race."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


# How defaults that are files of the code are called.
SHIPPED_WORDS = {
    "policy_file": "the shipped policy",
    "attribution_file": "the shipped rules",
    "gates_file": "the shipped gates",
    "block_lists_file": "the shipped file",
}


def settings_table() -> str:
    """Return the settings as a Markdown table, for the documentation."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = SHIPPED_WORDS.get(name, field.default)
        shown = "unset" if default is None else default if name in SHIPPED_WORDS else f"`{default}`"
        rows.append(f"| `{variable_of(name)}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"


def variable_of(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"SENDWARDEN_{name.upper()}"
