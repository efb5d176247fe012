"""Wardens over throw-away stores, to walk worlds through the use cases that serve."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from features.catalogue import Catalogue
from models.bundle import Bundle
from models.policy import Policy
from sendwarden.compose import build_warden, fixed_policy
from sendwarden.settings import Settings
from service.live import Fixed
from service.warden import Warden


@contextmanager
def replay_warden(
    settings: Settings,
    catalogue: Catalogue,
    bundle: Bundle | None,
    policy: Policy | None = None,
) -> Iterator[Warden]:
    """Yield a Warden whose store is gone afterwards; `bundle` None decides without a model.

    `policy` None is that of the settings.

    The store need not survive a crash, so it does not wait for the disk.
    """
    with tempfile.TemporaryDirectory(prefix="sendwarden-replay-") as folder:
        url = f"sqlite:///{Path(folder) / 'replay.db'}?synchronous=off"
        warden = build_warden(
            settings,
            model=Fixed(bundle),
            policy=fixed_policy(settings, catalogue) if policy is None else Fixed(policy),
            store_url=url,
            catalogue=catalogue,
        )
        try:
            yield warden
        finally:
            warden.close()
