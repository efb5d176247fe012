"""The model that an installation serves with, for one-off commands."""

from features.catalogue import Catalogue
from models.bundle import Bundle
from models.registry import Shelf, starter_files
from sendwarden.settings import Settings


def serving_bundle(settings: Settings, catalogue: Catalogue) -> Bundle:
    """Return the shelf's champion, or the bundle that ships with the code."""
    shelf = Shelf(settings.shelf_dir)
    digest = shelf.champion()
    return Bundle.from_files(starter_files() if digest is None else shelf.files(digest), catalogue)
