"""What no single line shows: the sections of a community file against one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from core.loading.lines import Path
from core.loading.neighbours import helper_findings, home_findings, standing_findings
from core.loading.points import activity_findings, cycle_findings
from core.loading.sections import CommunityFile, GridSection, ResidentSection, StaffSection
from core.loading.values import WEEKDAYS
from core.office import Span
from core.sla.hours import EARLIEST, LATEST, own_window_of
from core.staff.rules import Role

Finding = tuple[Path, str]

_WORKING_WEEK = range(1, 6)
_ROUTE_WORDS = ("property", "grid_leader", "duty")


def findings_of(file: CommunityFile) -> Iterator[Finding]:
    """Yield everything in the file that does not fit together."""
    for check in _CHECKS:
        yield from check(file)


def _keys_are_unique(file: CommunityFile) -> Iterator[Finding]:
    keys: dict[str, list[str]] = {
        "estate": [entry.key for entry in file.estate],
        "grid": [entry.key for entry in file.grid],
        "staff": [entry.key for entry in file.staff],
        "route": [entry.stable_key for entry in file.route],
        "resident": [entry.key for entry in file.resident],
        "activity": [entry.key for entry in file.activity],
        "reward": [entry.key for entry in file.reward],
        "cycle": [entry.key for entry in file.cycle],
        "home": [entry.stable_key for entry in file.home],
        "standing": [entry.key for entry in file.standing],
        "welfare": [entry.key for entry in file.welfare],
        "zone": [entry.key for entry in file.zone],
        "volunteer": [entry.key for entry in file.volunteer],
    }
    for section, listed in keys.items():
        for position in _repeated(listed):
            words = f"key {listed[position]} 用过了,要另起一个 (this key is taken)"
            yield (section, position, "key"), words


def _hours_are_in_order(file: CommunityFile) -> Iterator[Finding]:
    hours = file.office.hours
    for weekday in _WORKING_WEEK:
        if not hours.get(weekday):
            words = (
                f"缺了 {WEEKDAYS[weekday - 1]} 的上班时间:周一到周五都算工作日,"
                "放假的日子写在 local_days (office hours are needed for Monday to Friday)"
            )
            yield ("office", "hours"), words
    for weekday, spans in hours.items():
        if _overlap(spans):
            words = "几段时间要从早到晚写,不能重叠 (spans in order, not overlapping)"
            yield ("office", "hours", WEEKDAYS[weekday - 1]), words


def _windows_are_by_day(file: CommunityFile) -> Iterator[Finding]:
    office = file.office
    if _overlap(office.calling_windows):
        words = "几段时间要从早到晚写,不能重叠 (spans in order, not overlapping)"
        yield ("office", "calling_windows"), words
    named = [(("office", "calling_windows"), span) for span in office.calling_windows]
    for path, span in [*named, (("office", "texting_window"), office.texting_window)]:
        if span.start < EARLIEST or span.end > LATEST:
            yield path, "晚十点到早六点不打扰居民 (between 06:00 and 22:00 only)"


def _ladder_rises(file: CommunityFile) -> Iterator[Finding]:
    ladder = file.office.ladder
    steps = [
        ladder.remind_minutes,
        ladder.grid_leader_minutes,
        ladder.deputy_minutes,
        ladder.director_minutes,
    ]
    if steps != sorted(set(steps)):
        words = "往上报的时间要一步比一步晚 (each step later than the one before)"
        yield ("office", "ladder"), words


def _local_days_once(file: CommunityFile) -> Iterator[Finding]:
    for position in _repeated([entry.day for entry in file.office.local_days]):
        yield ("office", "local_days", position, "day"), "这一天写了两次 (this day is here twice)"


def _duty_people_exist(file: CommunityFile) -> Iterator[Finding]:
    office = file.office
    named: list[tuple[Path, str]] = [
        (("office", "deputy"), office.deputy),
        (("office", "director"), office.director),
        *((("office", "night_list"), key) for key in office.night_list),
    ]
    for weekday, keys in office.roster.items():
        named += [(("office", "roster", WEEKDAYS[weekday - 1]), key) for key in keys]
    for path, key in named:
        yield from _known(path, key, file.staff_by_key(), "staff")
    for position in _repeated(office.night_list):
        words = f"{office.night_list[position]} 写了两次 (listed twice)"
        yield ("office", "night_list"), words


def _grids_fit(file: CommunityFile) -> Iterator[Finding]:
    estates = {estate.key for estate in file.estate}
    taken: set[tuple[str, str]] = set()
    for position, grid in enumerate(file.grid):
        path: Path = ("grid", position)
        yield from _known((*path, "estate"), grid.estate, estates, "estate")
        yield from _known((*path, "leader"), grid.leader, file.staff_by_key(), "staff")
        yield from _leader_leads(path, grid, file)
        for building in grid.buildings or ("",):
            if (grid.estate, building) in taken:
                what = f"{building} 号楼" if building else "整个小区"
                yield (*path, "buildings"), f"{what}已经归了别的网格 (belongs to another grid)"
            taken.add((grid.estate, building))


def _leader_leads(path: Path, grid: GridSection, file: CommunityFile) -> Iterator[Finding]:
    leader = file.staff_by_key().get(grid.leader)
    if leader is not None and Role.GRID_LEADER not in leader.roles:
        words = f'{leader.name} 的 roles 里要有 "grid_leader" (is no grid leader)'
        yield (*path, "leader"), words


def _staff_fit(file: CommunityFile) -> Iterator[Finding]:
    estates = {estate.key for estate in file.estate}
    owners: dict[str, str] = dict.fromkeys(file.community.numbers, file.community.name)
    for position, person in enumerate(file.staff):
        path: Path = ("staff", position)
        for key in person.estates:
            yield from _known((*path, "estates"), key, estates, "estate")
        if Role.PROPERTY in person.roles and not person.estates:
            words = '物业要写管哪些小区,例如 estates = ["qinghu"] (which estates?)'
            yield (*path, "estates"), words
        for phone in person.phones:
            if phone in owners:
                words = f"{phone} 已经是 {owners[phone]} 的号码 (this number is taken)"
                yield (*path, "phones"), words
            owners[phone] = person.name


def _companies_have_somebody(file: CommunityFile) -> Iterator[Finding]:
    for position, estate in enumerate(file.estate):
        if estate.property_company and not _property_contacts(file, estate.key):
            words = (
                f'{estate.property_company}还没有联系人:staff 里要有一个 roles 带 "property"、'
                f'estates 带 "{estate.key}" 的人 (no property contact for this estate)'
            )
            yield ("estate", position, "property_company"), words


def _routes_lead_somewhere(file: CommunityFile) -> Iterator[Finding]:
    estates = {estate.key: estate for estate in file.estate}
    people = file.staff_by_key()
    for position, route in enumerate(file.route):
        path: Path = ("route", position)
        if route.estate is not None:
            yield from _known((*path, "estate"), route.estate, estates, "estate")
        if route.to not in _ROUTE_WORDS and route.to not in people:
            words = f"写 {' / '.join(_ROUTE_WORDS)} 或者 staff 里某个人的 key (or a staff key)"
            yield (*path, "to"), words
        estate = estates.get(route.estate or "")
        if route.to == "property" and estate is not None and not estate.property_company:
            words = f"{estate.name}没有物业,写 grid_leader 或某个人的 key (no property company)"
            yield (*path, "to"), words
    for position in _repeated([(route.category, route.estate) for route in file.route]):
        words = "这类事在这个小区已经有一条规则了 (a rule for this is there already)"
        yield ("route", position, "category"), words


def _residents_fit(file: CommunityFile) -> Iterator[Finding]:
    estates = {estate.key for estate in file.estate}
    for position, resident in enumerate(file.resident):
        path: Path = ("resident", position)
        if resident.estate is not None:
            yield from _known((*path, "estate"), resident.estate, estates, "estate")
        elif resident.place:
            yield (*path, "place"), "写了楼号,还要写是哪个小区 estate (in which estate?)"
        for at in _repeated(resident.phones):
            yield (*path, "phones"), f"{resident.phones[at]} 写了两次 (listed twice)"
        for phone in set(resident.phones) & set(file.community.numbers):
            yield (*path, "phones"), f"{phone} 是社区自己的号码 (is the community's own number)"
        yield from _own_window_is_usable(path, resident)


def _points_fit(file: CommunityFile) -> Iterator[Finding]:
    yield from activity_findings(file.activity, file.points)
    yield from cycle_findings(file.cycle)


def _neighbours_fit(file: CommunityFile) -> Iterator[Finding]:
    residents = {entry.key for entry in file.resident}
    yield from home_findings(file.home, {entry.key for entry in file.estate})
    yield from standing_findings(file.standing, file.welfare, residents)
    groups = {entry.key: entry.groups for entry in file.resident}
    estates = {entry.key for entry in file.estate}
    yield from helper_findings(file.zone, file.volunteer, groups, estates)


def _own_window_is_usable(path: Path, resident: ResidentSection) -> Iterator[Finding]:
    if not (resident.call_from or resident.call_until):
        return
    span = own_window_of(resident.call_from, resident.call_until)
    if span is None or span.end <= EARLIEST or span.start >= LATEST:
        words = "call_until 要晚于 call_from,都在早六点到晚十点之间 (by day, from before until)"
        yield (*path, "call_from"), words


def _property_contacts(file: CommunityFile, estate: str) -> list[StaffSection]:
    contacts = (person for person in file.staff if Role.PROPERTY in person.roles)
    return [person for person in contacts if estate in person.estates]


def _known(path: Path, key: str, known: Iterable[str], section: str) -> Iterator[Finding]:
    listed = sorted(known)
    if key not in listed:
        yield path, f"{section} 里没有 {key};有的是 (known): {', '.join(listed)}"


def _overlap(spans: tuple[Span, ...]) -> bool:
    return any(later.start < earlier.end for earlier, later in pairwise(spans))


def _repeated(values: Iterable[object]) -> list[int]:
    """Return the positions of values that were there before."""
    listed = list(values)
    return [position for position, value in enumerate(listed) if value in listed[:position]]


_CHECKS = (
    _keys_are_unique,
    _hours_are_in_order,
    _windows_are_by_day,
    _ladder_rises,
    _local_days_once,
    _duty_people_exist,
    _grids_fit,
    _staff_fit,
    _companies_have_somebody,
    _routes_lead_somewhere,
    _residents_fit,
    _points_fit,
    _neighbours_fit,
)
