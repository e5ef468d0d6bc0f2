"""What the terminal phone says, and what may be typed, in both languages."""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "打": "ring",
    "ring": "ring",
    "call": "ring",
    "挂": "hang_up",
    "hangup": "hang_up",
    "hang": "hang_up",
    "说": "speak",
    "say": "speak",
    "接": "answer",
    "answer": "answer",
    "不接": "reject",
    "reject": "reject",
    "发": "text",
    "text": "text",
    "收": "inbox",
    "inbox": "inbox",
    "换": "switch",
    "switch": "switch",
    "谁": "people",
    "who": "people",
    "帮助": "help",
    "help": "help",
    "退出": "quit",
    "quit": "quit",
    "exit": "quit",
}

_ZH = {
    "help": """  打          打电话            1 3 * 0 #   按键(通话中)
  说 话…      嘟声以后说话      回车        不出声,等着
  挂          挂断              接 / 不接   来电
  发 话…      发短信            收          看短信
  换 名字     换一部电话        谁          都有谁
  退出""",
    "prompt": "{name}> ",
    "welcome": "邻里电话。先选一部电话:换 金奶奶。要看有谁:谁。别的:帮助。",
    "no_community": "还没有示范社区。先运行 linli load fixtures/demo/community.toml。",
    "not_found": "没有这部电话:{name}",
    "choose": "先选一部电话:换 金奶奶",
    "rings": "☎ {name}的电话响了(换 {name},再 接)",
    "incoming": "☎ 有来电。接 / 不接",
    "heard": "  ☎ {words}",
    "beep": "  ☎ (嘟)",
    "keys": "  (等您按键;回车:不出声)",
    "speech": "  (等您说话:说 …;回车:不出声)",
    "callee": "  (正在接通;回车:再等等)",
    "talk": "  (接通了,两边可以说话)",
    "over": "  (通话结束)",
    "no_call": "没有通话。",
    "no_ring": "没有来电。",
    "busy": "这部电话正占着。",
    "cannot_text": "这部电话不能发短信。",
    "lost": "没发出去。",
    "received": "  ✉ {words}",
    "sent": "  → {words}",
    "empty": "没有短信。",
    "unknown": "没听懂。帮助:看能做什么。",
    "stranger": "没登记的号码",
    "hidden": "不显示号码",
}

_EN = {
    "help": """  ring         ring the line      1 3 * 0 #         press keys (in a call)
  say words    after the tone     Enter             stay silent, wait
  hangup       hang up            answer / reject   an incoming call
  text words   send a text        inbox             read texts
  switch name  another phone      who               everybody
  quit""",
    "prompt": "{name}> ",
    "welcome": "Linli telephone. Choose a phone: switch 金奶奶. Everybody: who. More: help.",
    "no_community": "There is no demo community yet: linli load fixtures/demo/community.toml",
    "not_found": "There is no such phone: {name}",
    "choose": "Choose a phone first: switch 金奶奶",
    "rings": "☎ {name}: the phone rings (switch {name}, then answer)",
    "incoming": "☎ A call comes in: answer / reject",
    "heard": "  ☎ {words}",
    "beep": "  ☎ (tone)",
    "keys": "  (waits for a key; Enter: stay silent)",
    "speech": "  (waits for your words: say …; Enter: stay silent)",
    "callee": "  (connecting; Enter: wait)",
    "talk": "  (connected; both can speak)",
    "over": "  (the call is over)",
    "no_call": "There is no call.",
    "no_ring": "No call comes in.",
    "busy": "This phone is in use.",
    "cannot_text": "This phone cannot send texts.",
    "lost": "It was not sent.",
    "received": "  ✉ {words}",
    "sent": "  → {words}",
    "empty": "No texts.",
    "unknown": "That was not understood; help shows what can be done.",
    "stranger": "stranger",
    "hidden": "hidden number",
}

SENTENCES: dict[str, dict[str, str]] = {"zh_CN": _ZH, "en": _EN}
