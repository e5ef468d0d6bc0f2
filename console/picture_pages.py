"""Pictures of staff: brought, shown and taken away."""

from __future__ import annotations

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console.pictures import for_paper
from console.routes import Route
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed
from core.forms.rules import what_it_is
from core.staff.pictures import (
    LARGEST_PICTURE,
    MEDIA_TYPES,
    drop_picture,
    keep_picture,
    picture_of,
)
from core.staff.queries import staff_by_key
from core.staff.tables import StaffRow

_KEY = "<key>"


class PicturePages:
    """Pages about pictures of staff."""

    def routes(self) -> list[Route]:
        """List them."""
        one = f"/office/staff/{_KEY}/picture"
        return [
            Route("GET", one, self.picture, Right.STAFF),
            Route("POST", one, self.bring_picture, Right.EDIT_STAFF),
            Route("POST", f"{one}/remove", self.remove_picture, Right.EDIT_STAFF),
        ]

    def picture(self, visit: Visit, key: str) -> ResponseReturnValue:
        """Give somebody's picture."""
        with visit.reading() as session:
            row = picture_of(session, _staff(session, visit, key).id)
        if row is None:
            abort(404)
        return Response(bytes(row.content), mimetype=row.media_type)

    def bring_picture(self, visit: Visit, key: str) -> ResponseReturnValue:
        """Take a picture."""
        upload = request.files.get("picture")
        content = b""
        if upload is not None:
            content = upload.read(LARGEST_PICTURE + 1)
            upload.close()
        found = what_it_is(content, "photo")
        is_picture = found is not None and found.media_type in MEDIA_TYPES
        if len(content) > LARGEST_PICTURE or found is None or not is_picture:
            return self._refused(visit, key)
        if not for_paper(content):
            return self._refused(visit, key)
        with visit.writing() as session:
            staff = _staff(session, visit, key)
            keep_picture(
                session, staff.id, content=content, media_type=found.media_type, now=visit.now
            )
            visit.note(session, Deed.CHANGED, "staff", key, after={"picture": len(content)})
        return visit.go("entry", said="saved", section="staff", key=key)

    def remove_picture(self, visit: Visit, key: str) -> ResponseReturnValue:
        """Take a picture away."""
        with visit.writing() as session:
            if drop_picture(session, _staff(session, visit, key).id):
                visit.note(session, Deed.ENDED, "staff", key, before={"picture": key})
        return visit.go("entry", said="saved", section="staff", key=key)

    def _refused(self, visit: Visit, key: str) -> ResponseReturnValue:
        with visit.reading() as session:
            _staff(session, visit, key)
        return visit.page("no_picture.html", 422, key=key, problem=visit.words.t("picture.no_file"))


def _staff(session: Session, visit: Visit, key: str) -> StaffRow:
    staff = staff_by_key(session, visit.access.community_id, key)
    if staff is None:
        abort(404)
    return staff
