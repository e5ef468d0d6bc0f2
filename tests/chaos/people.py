"""What people do at random: text, ring, accept, finish, earn, redeem, vote, opt out."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from core.cases.rules import OPEN
from core.cases.tables import CaseRow
from core.db import Database
from core.staff.queries import phone_of
from tests.chaos.carrier import Carrier
from tests.chaos.service import EXTRA_PHONES
from tests.neighbours_line import MOBILES
from tests.world import GRANDMA_CAO, GRANDMA_JIN, KEEPER_ZHOU, LINE_NUMBER, MA_YONGFU, XIAO_LI

EARNERS = (GRANDMA_JIN, GRANDMA_CAO, MA_YONGFU)
_TROUBLES = ("厨房下水道堵了", "楼道灯坏了", "家里没暖气了", "垃圾没人收", "电梯停了", "门锁坏了")
_CODE_SECONDS = 8.0


@dataclass(frozen=True)
class Told:
    """What somebody was told by the answer to a text; None: they heard nothing."""

    sid: str
    phone: str
    words: str
    answer: str | None


@dataclass
class People:
    """Everybody with a telephone, until ``stop`` is set."""

    carrier: Carrier
    database: Database  # to see what staff see on their own phones: their cases
    seed: int
    stop: threading.Event = field(default_factory=threading.Event)
    told: list[Told] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def start(self, workers: int) -> list[threading.Thread]:
        """Let so many residents and staff act, and one keeper."""
        acts: list[Callable[[random.Random], None]] = [self._anybody] * workers + [self._keeper]
        threads = [
            threading.Thread(target=self._live, args=(act, self.seed + number), daemon=True)
            for number, act in enumerate(acts)
        ]
        for thread in threads:
            thread.start()
        return threads

    def say(self, phone: str, words: str) -> str:
        """Text the line; return the words of its answer."""
        sid, answer = self.carrier.text(phone, LINE_NUMBER, words)
        self.told.append(Told(sid, phone, words, answer))
        return answer or ""

    def consult(self) -> None:
        """Let a grid leader ask a stair, before any trouble begins."""
        asked = self.say(XIAO_LI.phone, "协商 青湖3-3 疏通主管道共360元，每户30元")
        if "两位数" in asked:
            self._prove(XIAO_LI.phone)

    def _live(self, act: Callable[[random.Random], None], seed: int) -> None:
        dice = random.Random(seed)
        while not self.stop.is_set():
            with suppress(SQLAlchemyError):  # our own look at the database, while that is away
                act(dice)
            self.stop.wait(dice.uniform(0.1, 0.8))

    def _anybody(self, dice: random.Random) -> None:
        acts = (self._report, self._ring, self._accept, self._finish, self._vote,
                self._opt_out, self._redeem, self._ask)  # fmt: skip
        act = dice.choices(acts, weights=(30, 10, 15, 10, 8, 4, 8, 10))[0]
        self._count(act.__name__.strip("_"))
        act(dice)

    def _report(self, dice: random.Random) -> None:
        where = f"{dice.randint(1, 16)}号楼{dice.randint(1, 4)}单元{dice.randint(100, 999)}"
        self.say(dice.choice(EXTRA_PHONES), f"{where}{dice.choice(_TROUBLES)}")

    def _ring(self, dice: random.Random) -> None:
        keys = [str(dice.randint(0, 3)) for _ in range(dice.randint(0, 3))]
        ended = dice.random() < 0.8  # else its end is never told
        self.carrier.call(dice.choice(EXTRA_PHONES), LINE_NUMBER, keys, ended=ended)

    def _accept(self, dice: random.Random) -> None:
        self._move(dice, "dispatched", "接 {number} 明天上午来")

    def _finish(self, dice: random.Random) -> None:
        self._move(dice, "accepted", "办结 {number} 修好了")

    def _move(self, dice: random.Random, status: str, words: str) -> None:
        with self.database.reading() as session:
            cases = session.scalars(
                select(CaseRow)
                .where(CaseRow.status == status, CaseRow.status.in_(OPEN))
                .order_by(CaseRow.id.desc())
                .limit(20)
            ).all()
            case = dice.choice(cases) if cases else None
            if case is None or case.assignee_id is None:
                return
            phone, number = phone_of(session, case.assignee_id), case.number
        self.say(phone, words.format(number=number))

    def _vote(self, dice: random.Random) -> None:
        self.say(dice.choice(MOBILES).phone, dice.choice(("1", "2", "同意", "不同意")))

    def _opt_out(self, dice: random.Random) -> None:
        phone = dice.choice(EXTRA_PHONES)
        self.say(phone, "TD")
        self.say(phone, "恢复")

    def _ask(self, dice: random.Random) -> None:
        self.say(dice.choice(EXTRA_PHONES), dice.choice(("进度", "积分", "帮助", "活动")))

    def _redeem(self, dice: random.Random) -> None:
        self.say(dice.choice(EARNERS).phone, "兑换 纸巾")

    def _keeper(self, dice: random.Random) -> None:
        self._count("keeper")
        codes = [code for told in self.told for code in _KEPT.findall(told.answer or "")]
        if codes and dice.random() < 0.5:
            words = f"发放 {dice.choice(codes)}"
        else:
            words = f"加分 {dice.choice(EARNERS).name} 扫雪 {dice.randint(1, 9)}"
        if "两位数" in self.say(KEEPER_ZHOU.phone, words):
            self._prove(KEEPER_ZHOU.phone)
        self.stop.wait(dice.uniform(0.5, 2))

    def _prove(self, phone: str) -> None:
        """Send the code back that comes by text, if it comes."""
        began, double = time.monotonic(), self.carrier.double
        while time.monotonic() - began < _CODE_SECONDS and not self.stop.is_set():
            with double.lock:
                newest = [one for one in double.taken if one.to == phone][-3:]
            codes = [code for one in newest for code in _PROOF.findall(one.body)]
            if codes and newest[-1].taken_at > began - 1:
                self.say(phone, codes[-1])
                return
            time.sleep(0.2)

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1


_PROOF = re.compile(r"把(\d\d)回")
_KEPT = re.compile(r"凭(\d{4})来")
