"""``linli phone``: the desk's telephones in a terminal."""

from __future__ import annotations

from collections.abc import Callable

from core.db import Database
from telephony.desk.exchange import CannotText, Exchange, LineTaken
from telephony.desk.looks import CallLook
from telephony.desk.phonebook import DeskCommunity, Handset, desk_communities
from telephony.desk.player import Key, Silence
from telephony.desk.terminal_words import COMMANDS, SENTENCES

_KEYS = frozenset("0123456789*#")
Write = Callable[[str], None]
Read = Callable[[str], str]


def main(
    exchange: Exchange,
    database: Database,
    *,
    language: str = "zh_CN",
    community: str = "",
    read: Read = input,
    write: Write = print,
) -> None:
    """Be the phones until somebody quits; ``read`` raises EOFError at its end.

    :param community: the key of whose phones; the first community where none is named.
    """
    with database.reading() as session:
        communities = [known for known in desk_communities(session) if community in ("", known.key)]
    words = SENTENCES[language]
    if not communities:
        write(words["no_community"])
        return
    terminal = Terminal(exchange, communities[0], words, write)
    write(words["welcome"])
    while True:
        terminal.tell_news()
        try:
            line = read(words["prompt"].format(name=terminal.name))
        except (EOFError, KeyboardInterrupt):
            return
        if not terminal.obey(line.strip()):
            return


class Terminal:
    """One phone at a time: obeys a line, and tells what is heard."""

    def __init__(
        self, exchange: Exchange, community: DeskCommunity, words: dict[str, str], write: Write
    ) -> None:
        self._exchange = exchange
        self._community = community
        self._words = words
        self._write = write
        self._handset: Handset | None = None
        self._call_id: int | None = None
        self._heard = (0, 0)  # the call and the turn that were told last
        self._told_rings: frozenset[int] = frozenset()
        self._told_texts: dict[str, int] = {}
        self._verbs: dict[str, Callable[[str], None]] = {
            "ring": self._ring,
            "hang_up": self._hang_up,
            "speak": self._speak,
            "answer": self._answer,
            "reject": self._reject,
            "text": self._text,
            "inbox": self._inbox,
            "switch": self._switch,
            "people": self._people,
            "help": self._help,
        }

    @property
    def name(self) -> str:
        """Name the phone in hand."""
        return self._name(self._handset) if self._handset else ""

    def obey(self, line: str) -> bool:
        """Do what a line says; False: quit."""
        word, _, rest = line.partition(" ")
        verb = COMMANDS.get(word.lower(), "")
        if verb == "quit":
            return False
        if verb in ("switch", "people", "help"):
            self._verbs[verb](rest.strip())
        elif self._handset is None:
            self._say("choose")
        elif verb:
            self._verbs[verb](rest.strip())
        elif not line:
            self._wait()
        elif set(line) <= _KEYS:
            self._press(line)
        else:
            self._say("unknown")
        return True

    def tell_news(self) -> None:
        """Tell of phones that ring, and of texts on the phone in hand."""
        ringing = self._exchange.ringing()
        for call in ringing:
            if call.id not in self._told_rings:
                self._tell_ring(call)
        self._told_rings = frozenset(call.id for call in ringing)
        if self._handset is not None:
            self._tell_texts(self._handset.phone)

    def _ring(self, _rest: str) -> None:
        assert self._handset is not None
        try:
            call = self._exchange.start_call(self._handset.phone, self._community.number)
        except LineTaken:
            self._say("busy")
            return
        self._take(call)

    def _hang_up(self, _rest: str) -> None:
        call = self._call()
        if call is None:
            self._say("no_call")
            return
        self._take(self._exchange.hang_up(call.id))

    def _speak(self, rest: str) -> None:
        call = self._call()
        if call is None:
            self._say("no_call")
            return
        if call.waits.get("kind") == "keys":  # the tone comes after a moment without a key
            call = self._take(self._exchange.step(call.id, Silence()))
        if call.waits.get("kind") == "speech":
            self._take(self._exchange.speak(call.id, words=rest, key="#"))

    def _press(self, keys: str) -> None:
        call = self._call()
        if call is None:
            self._say("no_call")
            return
        for key in keys:
            self._take(self._exchange.step(call.id, Key(key)))

    def _wait(self) -> None:
        call = self._call()
        if call is not None and call.waits.get("kind") in ("keys", "speech"):
            self._take(self._exchange.step(call.id, Silence()))
        elif call is not None:
            self._take(call)

    def _answer(self, _rest: str) -> None:
        ringing = self._ringing()
        if ringing is None:
            self._say("no_ring")
            return
        self._take(self._exchange.answer(ringing.id))

    def _reject(self, _rest: str) -> None:
        ringing = self._ringing()
        if ringing is None:
            self._say("no_ring")
            return
        self._exchange.reject(ringing.id)

    def _text(self, rest: str) -> None:
        assert self._handset is not None
        try:
            text = self._exchange.send_text(self._handset.phone, self._community.number, rest)
        except CannotText:
            self._say("cannot_text")
            return
        if text.status == "lost":
            self._say("lost")

    def _inbox(self, _rest: str) -> None:
        assert self._handset is not None
        thread = self._exchange.thread(self._handset.phone)
        for text in thread:
            self._say("received" if text.direction == "to_phone" else "sent", words=text.words)
        if not thread:
            self._say("empty")

    def _switch(self, rest: str) -> None:
        found = [handset for handset in self._community.handsets if self._answers_to(handset, rest)]
        if not found or not rest:
            self._say("not_found", name=rest)
            return
        self._handset = found[0]
        live = self._exchange.live_calls(found[0].phone)
        self._call_id = live[0].id if live else None

    def _people(self, _rest: str) -> None:
        for handset in self._community.handsets:
            self._write(f"  {handset.dialled:>12}  {self._name(handset)}  {handset.place}")

    def _help(self, _rest: str) -> None:
        self._say("help")

    def _take(self, call: CallLook) -> CallLook:
        """Hear a call until it waits for us, and tell what was heard."""
        self._call_id = call.id
        self._hear(call)
        while call.waits.get("kind") == "ear":
            call = self._exchange.listen_on(call)
            self._hear(call)
        self._say(call.waits.get("kind", "over") if call.is_live else "over")
        return call

    def _hear(self, call: CallLook) -> None:
        if self._heard == (call.id, call.turn):
            return  # what was typed meant nothing there
        self._heard = (call.id, call.turn)
        for piece in call.heard:
            if piece["kind"] == "beep":
                self._say("beep")
            elif piece["words"]:
                self._say("heard", words=piece["words"])

    def _call(self) -> CallLook | None:
        if self._call_id is None:
            return None
        call = self._exchange.look(self._call_id)
        return call if call.is_live else None

    def _ringing(self) -> CallLook | None:
        assert self._handset is not None
        ringing = self._exchange.ringing(self._handset.phone)
        return ringing[0] if ringing else None

    def _tell_ring(self, call: CallLook) -> None:
        if self._handset is not None and call.phone == self._handset.phone:
            self._say("incoming")
            return
        for handset in self._community.handsets:
            if handset.phone == call.phone:
                self._say("rings", name=self._name(handset))

    def _tell_texts(self, phone: str) -> None:
        last = self._told_texts.get(phone, 0)
        for text in self._exchange.inbox(phone):
            if text.id > last:
                self._say("received", words=text.words)
                self._told_texts[phone] = text.id

    def _answers_to(self, handset: Handset, written: str) -> bool:
        digits = written.replace(" ", "")
        return written in self._name(handset) or digits in (handset.phone, handset.dialled)

    def _name(self, handset: Handset) -> str:
        return handset.name or self._words[handset.kind]

    def _say(self, key: str, **slots: str) -> None:
        self._write(self._words[key].format(**slots))
