"""Taking a list of residents over: looked at first, with every wrong line named."""

from __future__ import annotations

from datetime import timedelta

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import delete
from sqlalchemy.orm import Session

from console.exporting import Sheet, download
from console.routes import Route
from console.services import Visit
from core.access.rules import Right
from core.audit.rules import Deed
from core.communities.queries import community_by_id, estates_of
from core.errors import Refusal
from core.loading.lists import COLUMNS, ListLine, read_list
from core.loading.problems import in_one_language
from core.loading.register import write_residents
from core.loading.tables import ImportDraftRow

_KEPT_FOR = timedelta(days=1)
_LARGEST = 8 * 1024 * 1024  # bytes
_DRAFT = "<int(max=2147483647):draft_id>"


class ImportPages:
    """Pages on lists of residents."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/residents/import", self.import_list, Right.IMPORT_RESIDENTS),
            Route("POST", "/residents/import", self.upload_list, Right.IMPORT_RESIDENTS),
            Route("GET", f"/residents/import/{_DRAFT}", self.preview_list, Right.IMPORT_RESIDENTS),
            Route("POST", f"/residents/import/{_DRAFT}", self.take_list, Right.IMPORT_RESIDENTS),
            Route("GET", "/residents/list.xlsx", self.empty_list, Right.IMPORT_RESIDENTS),
        ]

    def import_list(
        self, visit: Visit, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Ask for the file."""
        headings = [names[0] for names in COLUMNS.values()]
        return visit.page("import.html", status, problem=problem, headings=headings)

    def empty_list(self, visit: Visit) -> ResponseReturnValue:
        """Give an empty list to be filled in."""
        sheet = Sheet(visit.words.t("nav.residents"), [c[0] for c in COLUMNS.values()], [])
        return download(sheet, "xlsx", "residents")

    def upload_list(self, visit: Visit) -> ResponseReturnValue:
        """Keep the file, and show what it would do."""
        upload = request.files.get("list")
        content = b""
        if upload is not None:
            content = upload.read(_LARGEST + 1)
            upload.close()
        if upload is None or not upload.filename or len(content) > _LARGEST:
            return self.import_list(visit, visit.words.t("import.no_file"), 422)
        if not content:
            return self.import_list(visit, visit.words.t("import.empty"), 422)
        try:
            with visit.writing() as session:
                self._read(session, visit, content)  # a file that cannot be read is not kept
                session.execute(
                    delete(ImportDraftRow).where(ImportDraftRow.at < visit.now - _KEPT_FOR)
                )
                draft = ImportDraftRow(
                    community_id=visit.access.community_id,
                    staff_id=visit.access.staff_id,
                    name=(upload.filename or "")[-100:].replace("\x00", ""),
                    content=content,
                    at=visit.now,
                )
                session.add(draft)
                session.flush()
                draft_id = draft.id
        except Refusal as refusal:
            return self.import_list(visit, visit.explain(refusal), 422)
        return visit.go("preview_list", draft_id=draft_id)

    def preview_list(self, visit: Visit, draft_id: int) -> ResponseReturnValue:
        """Show what the list would do, line by line."""
        with visit.reading() as session:
            draft = self._draft(session, visit, draft_id)
            lines = self._read(session, visit, bytes(draft.content))
            estates = estates_of(session, visit.access.community_id)
        return visit.page(
            "import_preview.html",
            draft=draft,
            estate_names={row.key: row.name for row in estates},
            wrong=[line for line in lines if line.problems],
            in_words=lambda both: in_one_language(both, visit.words.language),
            right=[line for line in lines if not line.problems],
            new=sum(line.is_new for line in lines if not line.problems),
        )

    def take_list(self, visit: Visit, draft_id: int) -> ResponseReturnValue:
        """Take the right lines over, all of them or none."""
        with visit.writing() as session:
            draft = self._draft(session, visit, draft_id)
            community = community_by_id(session, visit.access.community_id)
            lines = self._read(session, visit, bytes(draft.content))
            right = [line.entry for line in lines if not line.problems]
            written = write_residents(session, community, right, now=visit.now)
            for one in written:
                if one.before == one.after:
                    continue
                visit.note(
                    session,
                    Deed.ADDED if one.is_new else Deed.CHANGED,
                    "resident",
                    one.resident.key,
                    before=one.before,
                    after=one.after,
                )
            after = {"lines": len(right), "left_out": len(lines) - len(right)}
            visit.note(session, Deed.IMPORTED, "residents", draft.name, after=after)
            session.delete(draft)
        return visit.go("residents", said="imported")

    def _read(self, session: Session, visit: Visit, content: bytes) -> list[ListLine]:
        community = community_by_id(session, visit.access.community_id)
        return read_list(session, community, content, needs_too=visit.may(Right.HEALTH))

    def _draft(self, session: Session, visit: Visit, draft_id: int) -> ImportDraftRow:
        draft = session.get(ImportDraftRow, draft_id)
        if draft is None or draft.staff_id != visit.access.staff_id:
            abort(404)
        return draft
