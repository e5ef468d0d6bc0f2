"""Staff, estates, grids, routes, hours and days off, the shop and activities: edit pages."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console.asked import tidy
from console.exporting import Sheet, download
from console.office_fields import SECTIONS, Section, read_from_form, shown_in_form
from console.routes import Route, refused
from console.services import Visit
from core.access.operations import give_first_password, sign_out_everywhere
from core.access.queries import sessions_of, sign_in_of
from core.access.rules import Right
from core.audit.rules import Deed
from core.cases.rules import Category
from core.communities.queries import community_by_id
from core.loading.editing import Edit, edit_community, entry_of
from core.loading.problems import BadFile
from core.loading.rebuilding import raw_file
from core.loading.register import new_key
from core.loading.writing import as_toml
from core.points.operations import restock
from core.points.queries import rewards_of
from core.points.rules import PointClass
from core.staff.pictures import picture_of
from core.staff.queries import staff_by_key
from core.staff.rules import Role
from core.wording.catalogue import LANGUAGES

_SECTION = f"<any({', '.join(SECTIONS)}):section>"
_KEY = "<key>"
_ROUTE_WORDS = ("property", "grid_leader", "duty")


class OfficePages:
    """Pages on how the community is set up."""

    def routes(self) -> list[Route]:
        """List them."""
        return [
            Route("GET", "/office", self.office, Right.STAFF),
            Route("GET", "/shop", self.shop, Right.POINTS),
            Route("GET", f"/office/{_SECTION}/new", self.new_entry, Right.STAFF),
            Route("POST", f"/office/{_SECTION}/new", self.add_entry, Right.STAFF),
            Route("GET", f"/office/{_SECTION}/{_KEY}", self.entry, Right.STAFF),
            Route("POST", f"/office/{_SECTION}/{_KEY}", self.save_entry, Right.STAFF),
            Route("POST", f"/office/{_SECTION}/{_KEY}/end", self.end_entry, Right.STAFF),
            Route("POST", f"/office/reward/{_KEY}/restock", self.restock_reward, Right.EDIT_SHOP),
            Route("POST", f"/office/staff/{_KEY}/password", self.give_password, Right.SIGN_INS),
            Route("POST", f"/office/staff/{_KEY}/sign-out", self.end_sessions, Right.SIGN_INS),
            Route("GET", "/office/community.toml", self.community_file, Right.EDIT_STAFF),
            Route("GET", f"/office/{_SECTION}.<any(xlsx, csv):kind>", self.export, Right.STAFF),
        ]

    def office(self, visit: Visit) -> ResponseReturnValue:
        """Show everything of the office."""
        return self._overview(visit, "office")

    def shop(self, visit: Visit) -> ResponseReturnValue:
        """Show the shop, the activities and the cycles."""
        return self._overview(visit, "shop")

    def entry(
        self, visit: Visit, section: str, key: str, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Show one entry to be changed."""
        chosen = SECTIONS[section]
        if not visit.may(chosen.right):
            return refused(visit, chosen.right)
        with visit.reading() as session:
            raw = _raw(session, visit)
            found = entry_of(raw, section, key)
            if found is None:
                abort(404)
            shown = {
                "choices": _choices(raw),
                "values": _values(found, chosen) | (_given(chosen) if problem else {}),
                "sign_in": self._sign_in(session, visit, key) if section == "staff" else None,
                "has_picture": section == "staff" and _has_picture(session, visit, key),
            }
        return visit.page(
            "entry.html", status, section=chosen, key=key, is_new=False, problem=problem, **shown
        )

    def new_entry(
        self, visit: Visit, section: str, problem: str = "", status: int = 200
    ) -> ResponseReturnValue:
        """Ask for a new entry."""
        chosen = SECTIONS[section]
        if not visit.may(chosen.right) or section == "office":
            return refused(visit, chosen.right)
        with visit.reading() as session:
            choices = _choices(_raw(session, visit))
        return visit.page(
            "entry.html",
            status,
            section=chosen,
            key="",
            is_new=True,
            problem=problem,
            choices=choices,
            values=_given(chosen),
            sign_in=None,
        )

    def add_entry(self, visit: Visit, section: str) -> ResponseReturnValue:
        """Add one."""
        chosen = SECTIONS[section]
        if not visit.may(chosen.right) or section == "office":
            return refused(visit, chosen.right)
        entry = read_from_form(_given(chosen), chosen)
        with visit.reading() as session:
            taken = {one["key"] for one in _raw(session, visit)[section]}
            stem = str(entry.get("name") or f"{entry.get('category')}-{entry.get('estate', 'all')}")
            key = new_key(session, visit.access.community_id, stem, taken)
        problem = self._change(visit, Edit(section, key, entry), Deed.ADDED)
        if problem:
            return self.new_entry(visit, section, problem, 422)
        return visit.go(chosen.group, said="saved")

    def save_entry(self, visit: Visit, section: str, key: str) -> ResponseReturnValue:
        """Change one."""
        chosen = SECTIONS[section]
        if not visit.may(chosen.right):
            return refused(visit, chosen.right)
        entry = read_from_form(_given(chosen), chosen)
        if section == "office":
            with visit.reading() as session:
                entry = {"zone": _raw(session, visit)["office"]["zone"], **entry}
        problem = self._change(visit, Edit(section, key, entry), Deed.CHANGED)
        if problem:
            return self.entry(visit, section, key, problem, 422)
        return visit.go(chosen.group, said="saved")

    def end_entry(self, visit: Visit, section: str, key: str) -> ResponseReturnValue:
        """Mark one as left."""
        chosen = SECTIONS[section]
        if not visit.may(chosen.right) or section == "office":
            return refused(visit, chosen.right)
        problem = self._change(visit, Edit(section, key, None), Deed.ENDED)
        if problem:
            return self.entry(visit, section, key, problem, 422)
        return visit.go(chosen.group, said="left")

    def restock_reward(self, visit: Visit, key: str) -> ResponseReturnValue:
        """Put pieces on the shelf."""
        written = tidy(request.form.get("pieces", ""), 6)
        pieces = int(written) if written.lstrip("-").isdecimal() and written.isascii() else 0
        with visit.writing() as session:
            rows = {row.key: row for row in rewards_of(session, visit.access.community_id)}
            if key not in rows:
                abort(404)
            before = rows[key].stock
            if pieces:
                after = restock(session, rows[key], added=pieces, now=visit.now)
                visit.note(
                    session,
                    Deed.CHANGED,
                    "reward",
                    key,
                    before={"stock": before},
                    after={"stock": after},
                )
        return visit.go("shop", said="saved")

    def give_password(self, visit: Visit, key: str) -> ResponseReturnValue:
        """Make a first password for a colleague; it is shown once, on this page."""
        real_now = visit.console.real_clock.now()
        with visit.writing() as session:
            staff = staff_by_key(session, visit.access.community_id, key)
            if staff is None:
                abort(404)
            password = give_first_password(session, staff, real_now=real_now)
            visit.note(session, Deed.PASSWORD, "staff", key)
            name = staff.name
        return visit.page("first_password.html", name=name, password=password)

    def end_sessions(self, visit: Visit, key: str) -> ResponseReturnValue:
        """End every session of a colleague."""
        with visit.writing() as session:
            staff = staff_by_key(session, visit.access.community_id, key)
            if staff is None:
                abort(404)
            sign_out_everywhere(session, staff.id, real_now=visit.console.real_clock.now())
            visit.note(session, Deed.SIGNED_OUT, "staff", key)
        return visit.go("entry", said="saved", section="staff", key=key)

    def community_file(self, visit: Visit) -> ResponseReturnValue:
        """Give the whole community file as it is now: loading it changes nothing."""
        with visit.writing() as session:
            community = community_by_id(session, visit.access.community_id)
            content = as_toml(raw_file(session, community, residents=True))
            after = {"health": True}  # residents' needs stand in it
            visit.note(session, Deed.EXPORTED, "community", "toml", after=after)
        name = f"{visit.community_key}.toml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return content, 200, {"Content-Type": "text/plain; charset=utf-8", **headers}

    def export(self, visit: Visit, section: str, kind: str) -> ResponseReturnValue:
        """Give one section as a spreadsheet."""
        chosen = SECTIONS[section]
        if section == "office":
            abort(404)
        with visit.writing() as session:
            raw = _raw(session, visit)
            visit.note(session, Deed.EXPORTED, section, kind)
        lines = [
            [entry["key"], *(shown_in_form(entry, field) for field in chosen.fields)]
            for entry in raw[section]
        ]
        heading = [
            visit.words.t("entry.key"),
            *(visit.words.field(field.name) for field in chosen.fields),
        ]
        return download(Sheet(visit.words.t(f"section.{section}"), heading, lines), kind, section)

    def _overview(self, visit: Visit, group: str) -> ResponseReturnValue:
        with visit.reading() as session:
            raw = _raw(session, visit)
        sections = [one for one in SECTIONS.values() if one.group == group and one.listed]
        return visit.page(
            "office.html",
            group=group,
            sections=sections,
            raw=raw,
            names={one["key"]: one["name"] for one in (*raw["staff"], *raw["estate"])},
            shown_in_form=shown_in_form,
            fields={one.name: {f.name: f for f in one.fields} for one in sections},
        )

    def _change(self, visit: Visit, edit: Edit, what: Deed) -> str:
        """Write a change; return what does not fit, or nothing."""
        try:
            with visit.writing() as session:
                community = community_by_id(session, visit.access.community_id)
                before = entry_of(_raw(session, visit), edit.section, edit.key) or {}
                edit_community(session, community, edit, now=visit.now)
                after = entry_of(_raw(session, visit), edit.section, edit.key) or {}
                visit.note(
                    session,
                    what,
                    edit.section,
                    edit.key,
                    before=_plain(before),
                    after=_plain(after),
                )
        except BadFile as error:
            return "\n".join(
                f"{one.where}: {one.said(visit.words.language)}" for one in error.problems
            )
        return ""

    def _sign_in(self, session: Session, visit: Visit, key: str) -> dict[str, Any] | None:
        staff = staff_by_key(session, visit.access.community_id, key)
        if staff is None or not visit.may(Right.SIGN_INS):
            return None
        row = sign_in_of(session, staff.id)
        real_now = visit.console.real_clock.now()
        return {
            "has_password": row is not None and bool(row.password_hash),
            "sessions": len(sessions_of(session, staff.id, real_now=real_now)),
        }


def _raw(session: Session, visit: Visit) -> dict[str, Any]:
    return raw_file(session, community_by_id(session, visit.access.community_id))


def _has_picture(session: Session, visit: Visit, key: str) -> bool:
    staff = staff_by_key(session, visit.access.community_id, key)
    return staff is not None and picture_of(session, staff.id) is not None


def _given(section: Section) -> dict[str, str]:
    given: dict[str, str] = {}
    for field in section.fields:
        values = [tidy(value, 2_000) for value in request.form.getlist(field.name)]
        given[field.name] = ", ".join(value for value in values if value)
    return given


def _values(entry: dict[str, Any], section: Section) -> dict[str, str]:
    return {field.name: shown_in_form(entry, field) for field in section.fields}


def _choices(raw: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    staff = [(one["key"], one["name"]) for one in raw["staff"]]
    return {
        "estates": [(one["key"], one["name"]) for one in raw["estate"]],
        "staff": staff,
        "to": [(word, f"to.{word}") for word in _ROUTE_WORDS] + staff,
        "roles": [(role.value, f"role.{role.value}") for role in Role],
        "categories": [(kind.value, f"category.{kind.value}") for kind in Category]
        + [("*", "category.any")],
        "classes": [(kind.value, f"class.{kind.value}") for kind in PointClass],
        "languages": [(language, f"language.{language}") for language in LANGUAGES],
    }


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry as the log can keep it: days and instants as words."""
    return {
        name: str(value) if not isinstance(value, str | int | list | dict | None) else value
        for name, value in entry.items()
        if name != "local_days"
    } | ({"local_days": [str(one) for one in entry["local_days"]]} if "local_days" in entry else {})
