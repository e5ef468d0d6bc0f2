"""What stories of the neighbourhood need: a stair of twelve households, and a code sent back."""

from __future__ import annotations

import re
from typing import Any

from app.neighbour_looks import consultation_look, notice_look
from core.consultations.queries import consultation_by_number
from core.notices.queries import notice_by_number
from tests.line import Line
from tests.world import Person

# 青湖华庭 3号楼3单元, as fixtures/demo/community.toml has it; FANG has no telephone.
WEI = Person("weiguifang", "魏桂芳", "+869935800341")
JIANG = Person("jiangbo", "蒋波", "+8613900000142")
CAI = Person("caiyulan", "蔡玉兰", "+869935800343")
HU = Person("humeihua", "胡美华", "+8613900000115")
PENG = Person("pengdeming", "彭德明", "+869935800344")
LU = Person("luxiuyun", "陆秀云", "+869935800345")
DING = Person("dingwei", "丁伟", "+8613900000146")
SHEN = Person("shenyuhua", "沈玉华", "+869935800347")
REN = Person("renzhiqiang", "任志强", "+869935800348")
YAO = Person("yaoshuzhen", "姚淑珍", "+869935800349")
QIU = Person("qiuli", "邱丽", "+8613900000151")
DENG = Person("dengjianxin", "邓建新", "+8613900000136")  # volunteer and member
LANDLINES = (WEI, CAI, PENG, LU, SHEN, REN, YAO)
MOBILES = (JIANG, HU, DING, QIU)
FANG_ROOM = "601"


def prove(line: Line, who: Person) -> str:
    """Text the code back that was just sent to a telephone of staff; return the answer."""
    line.settle()
    code = re.search(r"把(\d\d)回", line.inbox(who)[-1])
    assert code is not None, line.inbox(who)
    return line.text(who, code[1])


def consultation(line: Line, number: int = 1) -> dict[str, Any]:
    """Return a consultation as ``linli consultation show`` prints it."""
    with line.database.reading() as session:
        row = consultation_by_number(session, line.community(session).id, number)
        assert row is not None
        return consultation_look(session, row)


def notice(line: Line, number: int = 1) -> dict[str, Any]:
    """Return a notice as ``linli notice show`` prints it."""
    with line.database.reading() as session:
        row = notice_by_number(session, line.community(session).id, number)
        assert row is not None
        return notice_look(session, row)
