"""Views of the queue in the tables. Each function runs in a transaction."""

from typing import Final

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select

from service.desk.records import CaseView, ViewChange
from service.errors import ViewMoved
from service.stores import schema

_ENCODE: Final = msgspec.msgpack.encode
_VIEW: Final = msgspec.msgpack.Decoder(CaseView)
_T: Final = schema.CASE_VIEWS.c
# One sees no more of them than so many.
_MOST: Final = 500


def change(connection: Connection, wanted: ViewChange) -> None:
    """Keep a view, or give one up. Raises `ViewMoved` where it is not as it was seen."""
    if wanted.before is not None:
        gone = connection.execute(
            delete(schema.CASE_VIEWS).where(_T.view_id == wanted.before.view_id)
        )
        if gone.rowcount != 1:
            raise ViewMoved("somebody else deleted this view meanwhile")
    if wanted.after is not None:
        connection.execute(
            insert(schema.CASE_VIEWS).values(
                view_id=wanted.after.view_id,
                owner=wanted.after.owner,
                shared=int(wanted.after.shared),
                body=_ENCODE(wanted.after),
            )
        )


def views(connection: Connection, owner: str) -> tuple[CaseView, ...]:
    """Return somebody's views and those that are everybody's, by name."""
    chosen = select(_T.body).where(or_(_T.owner == owner, _T.shared == 1)).limit(_MOST)
    found = [_VIEW.decode(body) for body in connection.scalars(chosen)]
    return tuple(sorted(found, key=lambda view: (view.name.casefold(), view.view_id)))
