"""What can be wrong with a list as a whole; a bad row alone is only counted."""


class UnreadableList(ValueError):
    """The bytes are no list of recipients; the text says what to do about it."""


class NoEmailColumn(UnreadableList):
    """No column holds addresses."""


class ListTooLarge(UnreadableList):
    """The list passes a limit: bytes, rows, columns, or the length of a line."""
