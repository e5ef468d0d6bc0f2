"""What staff text about the neighbourhood, to the module that obeys it."""

from __future__ import annotations

from core.staff.tables import StaffRow
from sms.conversation import Incoming, Reply
from sms.neighbour_answers import obey_neighbour_wish
from sms.neighbour_commands import (
    CallVolunteers,
    Come,
    Consult,
    KeepWell,
    Major,
    NeighbourCommand,
    Notify,
    Opinion,
    SayOpinion,
    Stand,
)
from sms.neighbour_keywords import read_neighbour_wish, read_opinion
from sms.staff_consultations import COMMAND as CONSULTATION
from sms.staff_consultations import ENDING as CONSULTATION_END
from sms.staff_consultations import consult, end_proved, open_proved
from sms.staff_notices import COMMAND as NOTICE
from sms.staff_notices import notify, notify_of_case, propose_proved
from sms.staff_standing import COMMAND as STANDING
from sms.staff_standing import stand, stand_proved
from sms.staff_volunteers import call_volunteers
from sms.staff_welfare import COMMAND as WELFARE
from sms.staff_welfare import keep_well, keep_well_proved

PROVED = {
    CONSULTATION: open_proved,
    CONSULTATION_END: end_proved,
    NOTICE: propose_proved,
    STANDING: stand_proved,
    WELFARE: keep_well_proved,
}


def obey_neighbour_command(incoming: Incoming, staff: StaffRow, command: NeighbourCommand) -> Reply:
    """Obey a command; whoever lives here answers for their own household by the same word.

    :raises Refusal: whatever core has against it.
    """
    match command:
        case Consult(words):
            wish = read_neighbour_wish(f"协商 {words}")
            said = wish.words if isinstance(wish, SayOpinion) else ""
            if wish is not None and said and read_opinion(said) is not None:
                return obey_neighbour_wish(incoming, wish)
            return consult(incoming, staff, words)
        case Notify(words):
            return notify(incoming, staff, words)
        case Major(number, words):
            return notify_of_case(incoming, staff, number, words)
        case CallVolunteers(number, words):
            return call_volunteers(incoming, staff, number, words)
        case Stand(words):
            return stand(incoming, staff, words)
        case KeepWell(words):
            return keep_well(incoming, staff, words)
        case Come() | Opinion():
            return obey_neighbour_wish(incoming, command)
