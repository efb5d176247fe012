"""Where a vector that older code logged has the columns of now."""

import json

from features.catalogue import Catalogue, digest_of
from features.records import Subject
from service.stores.contract import Store


class FeatureSets:
    """What the columns of logged vectors were; each feature set is read once."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store, self._catalogue = store, catalogue
        self._found: dict[tuple[Subject, str], dict[int, int]] = {}

    def places(self, subject: Subject, feature_set: str) -> dict[int, int]:
        """Return the columns that were defined then as they are now: place now -> place then.

        Empty where nobody kept what the feature set was.
        """
        key = subject, feature_set
        if key not in self._found:
            self._found[key] = self._compared(subject, feature_set)
        return self._found[key]

    def _compared(self, subject: Subject, feature_set: str) -> dict[int, int]:
        now = [json.dumps(one) for one in json.loads(self._catalogue.definitions(subject))]
        if feature_set == self._catalogue.fingerprint(subject):
            return {place: place for place in range(len(now))}
        told = self._store.feature_set(feature_set)
        if told is None or digest_of(told) != feature_set:
            return {}
        then = {json.dumps(column): place for place, column in enumerate(json.loads(told))}
        return {place: then[column] for place, column in enumerate(now) if column in then}
