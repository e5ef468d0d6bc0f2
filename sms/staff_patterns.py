"""How staff write their commands: the patterns that sms/staff_keywords.py reads by."""

from __future__ import annotations

import re

from core.understanding.numbers import FOLLOWED_BY_UNIT, NUMBER

GAP = r"[\s:,。.、!;#~-]*"
NUMBERED = re.compile(
    rf"(?:第|no\.?|件|#)?\s*(?P<number>{NUMBER})\s*(?:号(?!楼|院)|件(?!套))?(?!\d|"
    rf"[-:.~]\d|{FOLLOWED_BY_UNIT})"
    rf"{GAP}(?P<words>.*)",
    re.DOTALL,
)
NUMBER_AND_GAP = (
    r"(?:第|no\.?|#)?\s*(?P<number>\d{1,6})\s*(?:号(?!楼|院)|件(?!套))?[\s:,。.、!;#~-]*"
)
TASK = re.compile(rf"(?:t|待办)?\s*{GAP}(?P<number>\d{{1,6}})(?!\d){GAP}(?P<words>.*)", re.DOTALL)
VISIT = re.compile(
    r"(?:了|啦|吧)?$|[\s:,。.、]|(?:我|这就|立刻|马上|现在|一会|等会|过会|今|明|"
    r"后天|上午|中午|下午|晚上|早上|星期|周|礼拜"
    r"|半小时|[0-9一二两三四五六七八九十]+(?:点|分|个?小时)|tomorrow|today|now|this|at )"
)
SOLVED = re.compile(
    r"^(?:已经|都|说)?(?:好了|好啦|修好|解决|办好|弄好|通了|满意|可以了|没问题|"
    r"yes|solved|ok|done|fixed|是)"
)
UNSOLVED = re.compile(r"^(?:还|说|都)*(?:没|未|不|又|还是|no|not|否)")

WORDS: dict[str, str] = {
    "accept": "接单|接件|接受|接了|接下|接|jiedan|jie(?![a-z])|accept|take",
    "listen": r"回听|听录音|放录音|播放录音|播放|录音|听一下|听下|听听|听|放(?=\s*\d)|"
    r"tingluyin|ting(?![a-z])|listen",
    "done": "办结了|办结(?!婚)|办接|办节|办劫|办解|办杰|搬结|半结|班结|板结|办完了|办完|"
    "办好了|办好|完成了|完成|结办"
    r"|搞定了?(?=\s*\d)"
    "|ban ?jie|done|finished",
    "told": "告知了|告知|告之|告只|告诉了|告诉|gao ?zhi|told",
    "callback": "回访了|回访(?!表|单|记录|本)|回仿|回防|回放|hui ?fang|callback",
    "close": "结案(?!件|例)|节案|接案|捷案|jie ?an|close",
    "transfer": "转派给|转派|转给|转单|转交|转|zhuan|transfer",
    "return": "退单|退件|退回|退了|退|tuidan|tui(?![a-z])|return",
    "escalate": "往上报|上报(?!纸)|上抱|向上报|上保|shang ?bao|escalate",
    "note": r"备注(?!栏|本)|加备注|注(?=\s*\d)|备住|背注|被注|bei ?zhu|note",
    "look": "查看|查询|查查|查一下|查下|查|茶|看一下|看下|看看|看|详情|情况|cha(?![a-z])|look|show",
}
SHORT = {
    "接",
    "听",
    "转",
    "退",
    "查",
    "take",
    "done",
    "told",
    "close",
    "note",
    "look",
    "show",
    "return",
    "listen",
    "accept",
    "接了",
    "办好",
    "办完",
    "完成",
    "告诉",
    "办好了",
    "办完了",
    "完成了",
    "接受",
    "finished",
    "接下",
    "jie",
    "ting",
    "tui",
    "cha",
    "听下",
    "听一下",
    "茶",
    "看",
    "看下",
    "看看",
    "看一下",
    "查查",
    "查下",
    "查一下",
    "情况",
    "详情",
    "退了",
    "告诉了",
    "结办",
}
KEYWORD = {
    name: re.compile(rf"(?P<keyword>{words}){GAP}(?P<rest>.*)", re.DOTALL)
    for name, words in WORDS.items()
}
NUMBER_FIRST = re.compile(
    rf"(?:第|no\.?|#)?\s*(?P<number>\d{{1,6}})\s*(?:号|件)?{GAP}(?P<rest>(?:"
    + "|".join(WORDS.values())
    + r").*)",
    re.DOTALL,
)
POLITE = re.compile(
    r"(?:收到了?|好的?|嗯|知道了|明白|我要|我想|我|请求|申请|要求|麻烦|做了|已经|"
    r"已|请|把|给)+[\s,。.、!:]*(?=\S)"
)
STATE = re.compile(
    r"(?:第|no\.?|#)?\s*(?P<number>\d{1,6})\s*(?:号|件)?\s*(?:现在|这个)?"
    r"(?:什么|啥|咋|怎)(?:情况|样|样了|个情况|进展)[?。.!]*"
)
CATEGORY_WORDS = re.compile(
    r"(?:改|换|调)?(?:类别|类型|分类|归类|归到|lei ?bie|category)(?:错了|不对|"
    r"改成|改为|改|应该是|应为|是)*"
)
# Words that are a command only behind a number: 12修好了, 12我去, 12什么事.
BEHIND_NUMBER: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"{NUMBER_AND_GAP}(?:{words}){GAP}(?P<words>.*)", re.DOTALL)
    for name, words in {
        "done": "(?:已经?|都|全)*(?:修|搞|弄|换|处理|通|清|整|装|办|做|忙|解|收拾|疏通|"
        "拾掇)(?:好|完|定|妥|成|利索|结|通|决)(?!不|没)了?"
        "|(?:已经?)?(?:完事|完工|修了|换了|解决)了?",
        "accept": "(?:(?:收到)?[,，。 ]?(?:我去|我来|我接|我负责|我处理|我过去|归我|算我的|"
        "马上去|马上到|这就去))(?:吧|了|看看)?",
        "look": "(?:是|现在|的)*(?:详情|怎么样了?|咋样了?|办到哪了?|到哪一步了?|到哪了?|进度|"
        "进展|什么情况|啥情况|什么事|啥事|在哪里?|哪里|哪家|"
        "谁家|谁报的|地址|电话|住哪)(?:啊|呀|"
        "儿)?[?。]*",
        "listen": "的?录音",
        "transfer": "(?:派给|分给|给)(?=[^,，。 ]{1,4}(?:师傅|物业|主任|网格长|网格员)|物业|小)",
        "return": "(?=不归我|不是我(?:们)?的|不该我|不属于我)",
        "close": "(?:关了|关掉|关闭|销了|销掉)",
        "note": "(?:加|写|添)(?:一?个|一?条|一下|上)?备注",
        "escalate": "(?:往上报|向上报|报上去|升级|往上交|上交)",
    }.items()
}
NOTE_FOR = re.compile(
    rf"(?:给|在|往)\s*{NUMBER_AND_GAP}(?:上|里)?(?:加|写|添)(?:一?个|一?条|一下|"
    rf"上)?备注{GAP}(?P<words>.*)",
    re.DOTALL,
)
SHOULD_BE = re.compile(
    rf"{NUMBER_AND_GAP}(?:应该是|应该算|应算|应该归|应归|该归|算|改成|改为|归到|归|"
    rf"是)(?P<words>.+?)(?:[,，。\s]*不是.*)?",
    re.DOTALL,
)
FINISH = re.compile(
    rf"(?P<verb>办结|办完|办好|办|ban|done|task|"
    rf"完成)(?P<gap>{GAP})(?P<rest>(?P<mark>t|待办)?\s*\d.*)",
    re.DOTALL,
)
ENTER = re.compile(
    rf"(?:代报|代抱|带报|带抱|代保|待报|替报|代为报|dai ?bao|enter){GAP}(?P<words>.*)", re.DOTALL
)
ENTER_FOR = re.compile(
    r"(?:替|代|帮|给)\s*(?P<who>[^\s,。.、报]{2,8})\s*(?:报个修|报个事|报修|报事|"
    r"报)[\s:,。.、]+(?P<words>.+)",
    re.DOTALL,
)
TASK_FIRST = re.compile(
    rf"(?:t|待办)\s*(?P<number>\d{{1,6}})(?!\d){GAP}(?:办结了?|办好了?|办完了?|"
    rf"办了|完成了?|done|办|(?=(?:已经?)?(?:打|回|去|问|说|联系|告诉|见|处理|解决|"
    rf"弄|搞定)(?:完|好|过|了|到))已?)"
    rf"{GAP}(?P<words>.*)",
    re.DOTALL,
)
RECORD = re.compile(
    rf"(?:记一下|记录|记|log)(?![得者住性忆不没号])(?P<gap>{GAP})(?P<words>.*)", re.DOTALL
)
NEEDLESS = re.compile(r"(?:不用|不用记|不用了|不用记了|不记|不需要|no ?need)[了。.!]*")
MINE = re.compile(
    r"(?:查一下|查查|查|看看|看一下|看|列一下|列出|列)?(?:我的|我名下的?|名下的?|"
    r"我手上的?|手上的?|我手头的?|手头的?|我这儿的?)"
    r"(?:件|单|单子|待办|事|活|案子|案件|任务|东西|有哪些|有几个|几个|还有哪些|还有几个)*[?。.!]*"
    r"|(?:看看|查查)?(?:我|手上|手里|手头|名下)(?:现在|还|今天|手上|手里|"
    r"名下)*(?:有|剩)(?:啥|什么|哪些|几个|几件|多少)?"
    r"(?:件|活|事|单子|单|任务|待办|案子)?(?:没办|没完|没处理|没弄)?(?:的|呢|了)?[?。.!]*"
    r"|(?:手里|手头|手上)(?:的|还有|有)?(?:几个|几件|多少)?(?:件|活|事|单)?|"
    r"我?(?:今天|还)*(?:的|有)(?:啥|什么|哪些|几件)?(?:活|件|事)|我的(?:任务|工作|"
    r"清单|列表)|(?:我的?)?待办(?:事项|清单)?|(?:我负责|我管)(?:的)?(?:件|事|单|有)*(?:哪些|"
    r"几个|几件|啥)?"
    r"|(?:还)?有(?:啥|什么|哪些|几个|几件)(?:没办|没完|没处理|没弄)(?:的)?|"
    r"我这儿?(?:还)?有(?:啥|什么|哪些|几个|几件)(?:单子?|件|活|"
    r"事)?|wode|wo de|mine|my cases"
)
START = re.compile(
    r"(?:我|今天|今晚|现在|从|起|到点|已经|已|到了?|轮到|该|签到|替|小[^\s]|[\s,，])*"
    r"(?:开始|来|接班|换我)?"
    r"(?:值班|直班|职班|执班|植班|上班|到岗|上岗|接班|当班|顶班|我值|来值|开工|"
    r"在岗|到单位|到办公室|到社区|zhibanle|zhi ban le|zhiban|on ?duty)(?:了|啦|中|开始|到岗|"
    r"打卡)*[。.!]*"
)
END = re.compile(
    r"(?:我|今天|现在|就|到点|到这里?|走了?|撤了?|忙完了?|要|不值了|先|已经|已|"
    r"[\s,，])*(?:结束|完)?"
    r"(?:下班|下岗|交班|不值班|不值了|值完班|值完|值班结束|收班|收工|换班|夏班|"
    r"下班走人|下班走|下班回家|xiaban|off ?duty)(?:了|啦|吧|结束)*[。.!]*"
    r"|(?:结束|停止|取消|退出)值班(?:了|啦)*"
    r"|(?:我|先|今天|就){1,3}(?:先)?(?:撤|走|回家|回)(?:了|啦)+[。.!]*|今天?(?:就)?到这(?:里|"
    r"儿)?(?:了|吧)*[。.!]*"
    r"|xia ban le|xiabanle"
)
END_FOR = re.compile(
    r"(?:我)?(?:要)?(?:下班|交班)(?:了|啦)?[\s,，。.、]+(?P<words>.{2,12}?(?:接|"
    r"来接|顶|替|接班|来顶|接我|替我|顶我))[。.!]*"
    r"|(?:我)?(?:下班|交班)(?:了|啦)?[\s,，。.、]*(?:交?给|由)(?P<whom>[^\s,，。.、]{2,6})[。.!]*"
)
HELP = re.compile(r"(?:帮助|怎么用|指令|命令|用法|help)[?。.!]*")
A_CODE = re.compile(r"(?:code|验证码|码)?\s*:?\s*(\d{2}|\d{6})[。.!]?")
# Keywords that are known by their sound too, when a text begins with them.
SPELLED = (
    "办结", "办完", "办好", "完成", "接单", "接件", "告知", "告诉", "回访", "结案", "转派",
    "转给", "退单", "退回",
    "上报", "代报", "替报", "备注", "查看", "查询", "值班", "上班", "到岗", "下班", "交班", "类别",
    "我的", "待办", "回听",
    "听录音", "记录", "详情", "不用", "名下的", "接", "听", "转", "退", "查", "办", "看",
    "记",
)  # fmt: skip
