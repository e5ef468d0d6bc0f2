"""The people of the demo community, and its local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
LINE_NUMBER = "+869935800000"
# Where the demo file begins with standing orders, zones and volunteers: they would open cases
# of their own in the middle of other stories, which therefore load what stands before.
NEIGHBOURS = "\n# ── 邻里:定期帮办"
MONDAY_MORNING = datetime(2026, 11, 23, 10, 30, tzinfo=ZONE)  # an ordinary week follows


@dataclass(frozen=True)
class Person:
    """Somebody with a telephone; ``key`` is theirs in fixtures/demo/community.toml."""

    key: str
    name: str
    phone: str


GRANDMA_JIN = Person("jinguilan", "金桂兰", "+8613900000101")
GRANDPA_WANG = Person("wangdeming", "王德明", "+869935800302")  # a landline, and only that
LIU_YULAN = Person("liuyulan", "刘玉兰", "+8613900000103")  # shares the phone with her husband
ZHAO_ZHIGANG = Person("zhaozhigang", "赵志刚", "+8613900000103")
MA_YONGFU = Person("mayongfu", "马永福", "+8613900000104")  # needs dialysis
MS_SMITH = Person("smith", "Anna Smith", "+8613900000105")  # English
GRANDMA_ZHANG = Person("zhangxiuying", "张秀英", "+8613900000106")  # may be told her points
GRANDMA_CAO = Person("caoguilan", "曹桂兰", "+8613900000134")  # of the estate without a company
GRANDMA_XUE = Person("xuexiuzhen", "薛秀珍", "+869935800333")  # shares a landline with her son
STRANGER = Person("", "", "+8613912345678")  # in no register

ZHANG_MIN = Person("zhangmin", "张敏", "+8613900000001")  # duty clerk
MASTER_WANG = Person("wangshifu", "王建国", "+8613900000002")  # property company of 青湖华庭
XIAO_LI = Person("xiaoli", "李强", "+8613900000003")  # grid leader of qinghu-1
LEADER_ZHAO = Person("zhaoleader", "赵红", "+8613900000004")  # qinghu-2
LEADER_SUN = Person("sunleader", "孙磊", "+8613900000005")  # beiyuan-1
LIU_YANG = Person("liuduty", "刘洋", "+8613900000006")  # second duty clerk
DEPUTY_CHEN = Person("chendeputy", "陈静", "+8613900000007")
DIRECTOR_GUO = Person("guodirector", "郭涛", "+8613900000008")
KEEPER_ZHOU = Person("keeper", "周梅", "+8613900000009")
VOLUNTEER_WU = Person("volunteer1", "吴刚", "+8613900000010")
VOLUNTEER_HE = Person("volunteer2", "何丽", "+8613900000011")
GRID_WORKER_MA = Person("gridworker", "马超", "+8613900000012")


def local(written: str) -> datetime:
    """Return an instant by its local time: ``local("2026-11-23 10:30")``."""
    return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
