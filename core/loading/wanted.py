"""What the file wants each row to hold, by stable key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.communities.tables import EstateRow, GridRow
from core.loading.sections import CommunityFile

Wanted = dict[str, dict[str, Any]]


def community_fields(file: CommunityFile) -> dict[str, Any]:
    """Return the columns of the community's own row."""
    return {
        "name": file.community.name,
        "english_name": file.community.english_name,
        "demo": file.demo,
        "office": file.office.office().model_dump(mode="json"),
    }


def estates_wanted(file: CommunityFile) -> Wanted:
    """Return the columns of each estate 小区."""
    return {
        estate.key: {
            "name": estate.name,
            "other_names": list(estate.other_names),
            "property_company": estate.property_company,
            "plan": list(estate.plan),
        }
        for estate in file.estate
    }


def staff_wanted(file: CommunityFile) -> Wanted:
    """Return the columns of each member of staff."""
    return {
        person.key: {
            "name": person.name,
            "called": person.called or person.name,
            "reading": person.reading,
            "roles": [str(role) for role in person.roles],
            "estate_keys": list(person.estates),
            "language": person.language,
        }
        for person in file.staff
    }


def grids_wanted(file: CommunityFile, estates: Mapping[str, EstateRow]) -> Wanted:
    """Return the columns of each grid 网格."""
    return {
        grid.key: {
            "name": grid.name,
            "estate_id": estates[grid.estate].id,
            "buildings": list(grid.buildings),
            "leader_key": grid.leader,
        }
        for grid in file.grid
    }


def routes_wanted(file: CommunityFile, estates: Mapping[str, EstateRow]) -> Wanted:
    """Return the columns of each route 派单规则."""
    return {
        route.stable_key: {
            "category": str(route.category),
            "estate_id": estates[route.estate].id if route.estate else None,
            "to": route.to,
        }
        for route in file.route
    }


def residents_wanted(
    file: CommunityFile, estates: Mapping[str, EstateRow], grids: Mapping[str, GridRow]
) -> Wanted:
    """Return the columns of each resident 居民, but for their phones."""
    wanted: Wanted = {}
    for resident in file.resident:
        grid = file.grid_of(resident)
        wanted[resident.key] = {
            "name": resident.name,
            "called": resident.called or resident.name,
            "reading": resident.reading,
            "estate_id": estates[resident.estate].id if resident.estate else None,
            "grid_id": grids[grid].id if grid else None,
            "place": resident.place,
            "birth_year": resident.birth_year,
            "language": resident.language,
            "needs": list(resident.needs),
            "consents": list(resident.consents),
            "groups": list(resident.groups),
            "call_from": resident.call_from,
            "call_until": resident.call_until,
        }
    return wanted
