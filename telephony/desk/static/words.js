// Every sentence of the page in both languages; the page itself is written in Chinese.

const ZH = {
  title: "邻里 · 电话台",
  linli: "邻里",
  skip: "跳到居民的电话",
  clock: "这里的时间",
  next_morning: "下一个工作日 10:30",
  plus_hour: "过 1 小时",
  plus_ten: "过 10 分钟",
  moving: "时间正在走…",
  clock_waits: "通话中,时间先不动",
  clock_rings: "电话在响,时间先不动",
  clock_failed: "没走成,再按一次",
  resident_phone: "居民的电话",
  whose: "谁的电话",
  staff_phones: "工作人员的电话",
  cases: "诉求件",
  no_cases: "还没有。替金奶奶打个电话,或者发条短信试试。",
  case_count: "{open} 件在办,共 {all} 件",
  caption: "听到的话",
  skip_prompt: "跳过不听",
  speak_label: "嘟声以后说的话(可以打字)",
  microphone: "用话筒说",
  microphone_on: "停下话筒",
  microphone_no: "话筒用不了,请打字。",
  microphone_runs: "正在录,说完按“说完了”。",
  spoken: "说完了 #",
  keypad: "电话按键",
  ring: "打 {number}",
  answer: "接听",
  reject: "不接",
  machine: "录音电话接",
  hang_up: "挂断",
  thread: "短信",
  text_label: "短信",
  write_text: "写短信",
  picture: "照片",
  picture_chosen: "照片 ✓",
  send: "发送",
  no_texts: "这部电话不收发短信。",
  lost: "没发出去,请再发一次。",
  sending: "正在发…",
  idle: "没有通话",
  calling: "正在打…",
  incoming: "来电 {caller}",
  talking: "通话中",
  pick_key: "通话中 · 可以按键",
  listen: "通话中 · 请听",
  speak_now: "通话中 · 请说",
  connecting: "正在接通…",
  connected: "接通了,两边可以说话。",
  over: "通话结束",
  busy: "对方忙",
  failed: "没打通",
  rings: "{name}的电话响了",
  go_answer: "去接",
  ringing_mark: "响铃",
  unread: "{n} 条没看",
  residents: "居民",
  strangers: "别的电话",
  stranger: "没登记的号码",
  hidden: "不显示号码的来电",
  landline: "座机",
  own_voice: "(说话声)",
  pictures: "{n} 张照片",
  assignee: "负责:{name}",
  nobody: "还没派给人",
  due: "{time} 前回话",
  provisional: "(暂定)",
  left: "还有 {span}",
  over_due: "已过 {span}",
  feedback: "{time} 回过话",
  first_due: "最初定在 {time}",
  escalation: "已上报 {n} 级",
  events: "经过 {n} 步",
  days: "{n} 天",
  hours: "{n} 小时",
  minutes: "{n} 分钟",
  unreachable: "连不上服务,正在再试。",
  loading: "正在打开…",
  no_community: "还没有示范社区。请先运行 linli load fixtures/demo/community.toml。",
};

const EN = {
  title: "Linli · telephones",
  linli: "Linli",
  skip: "Skip to the resident's phone",
  clock: "The time here",
  next_morning: "Next working day 10:30",
  plus_hour: "+1 hour",
  plus_ten: "+10 minutes",
  moving: "Time is moving…",
  clock_waits: "The clock rests during a call",
  clock_rings: "A phone rings: the clock rests",
  clock_failed: "It did not move; press again",
  resident_phone: "Resident's phone",
  whose: "Whose phone",
  staff_phones: "Staff phones",
  cases: "Cases",
  no_cases: "None yet. Ring or text as the first resident to begin.",
  case_count: "{open} open, {all} in all",
  caption: "What is heard",
  skip_prompt: "Skip this",
  speak_label: "What is said after the tone (may be typed)",
  microphone: "Use the microphone",
  microphone_on: "Stop the microphone",
  microphone_no: "The microphone cannot be used; please type.",
  microphone_runs: "Recording. Press “Done” when finished.",
  spoken: "Done #",
  keypad: "Telephone keys",
  ring: "Ring {number}",
  answer: "Answer",
  reject: "Refuse",
  machine: "Let a machine answer",
  hang_up: "Hang up",
  thread: "Texts",
  text_label: "Text",
  write_text: "Write a text",
  picture: "Picture",
  picture_chosen: "Picture ✓",
  send: "Send",
  no_texts: "This phone has no texts.",
  lost: "It was not sent. Please send it again.",
  sending: "Sending…",
  idle: "No call",
  calling: "Ringing…",
  incoming: "Call from {caller}",
  talking: "On the line",
  pick_key: "On the line · press a key",
  listen: "On the line · listen",
  speak_now: "On the line · speak",
  connecting: "Connecting…",
  connected: "Connected; both can speak.",
  over: "Call ended",
  busy: "Busy",
  failed: "Not reached",
  rings: "{name}: the phone is ringing",
  go_answer: "Go and answer",
  ringing_mark: "rings",
  unread: "{n} unread",
  residents: "Residents",
  strangers: "Other phones",
  stranger: "A number in no register",
  hidden: "A hidden number",
  landline: "landline",
  own_voice: "(voice)",
  pictures: "{n} picture(s)",
  assignee: "With {name}",
  nobody: "With nobody yet",
  due: "Answer due {time}",
  provisional: "(provisional)",
  left: "{span} left",
  over_due: "{span} over",
  feedback: "Told on {time}",
  first_due: "First due {time}",
  escalation: "Raised {n}",
  events: "What happened ({n})",
  days: "{n} d",
  hours: "{n} h",
  minutes: "{n} min",
  unreachable: "The service cannot be reached; trying again.",
  loading: "Opening…",
  no_community: "There is no demo community yet. Run linli load fixtures/demo/community.toml first.",
};

const ZH_TERMS = {
  draft: "没说完", received: "收到", dispatched: "已派单", accepted: "已接单",
  awaiting_confirmation: "等居民确认", closed: "已结案", withdrawn: "已取消",
  repair: "维修", sanitation: "环境卫生", safety: "安全隐患", errand: "生活帮助",
  neighbour: "邻里纠纷", facility: "公共设施", policy: "政策咨询", suggestion: "意见建议",
  other: "其他", P0: "危急", P1: "当天办", P2: "",
  sms: "短信", call: "电话", form: "扫码", console: "柜台", staff: "代报",
  duty_clerk: "值班", grid_worker: "网格员", grid_leader: "网格长", property: "物业",
  points_keeper: "积分", volunteer: "志愿者", deputy: "副主任", director: "主任",
  resident: "居民", service: "邻里", started: "开始记", transferred: "转派", returned: "退单",
  escalated: "上报", note: "备注", category: "改类别", told: "告知居民", feedback: "回过话",
  repeat: "又说一遍", identified: "认出是谁", done: "办结", reopened: "重办", reminded: "催了",
  climbed: "往上报", overdue: "过期", recomputed: "重算期限",
};

const EN_TERMS = {
  draft: "unfinished", received: "received", dispatched: "dispatched", accepted: "accepted",
  awaiting_confirmation: "to be confirmed", closed: "closed", withdrawn: "withdrawn",
  repair: "repair", sanitation: "sanitation", safety: "safety", errand: "errand",
  neighbour: "neighbours", facility: "facility", policy: "policy", suggestion: "suggestion",
  other: "other", P0: "emergency", P1: "same day", P2: "",
  sms: "text", call: "call", form: "form", console: "console", staff: "by staff",
  duty_clerk: "duty", grid_worker: "grid worker", grid_leader: "grid leader",
  property: "property", points_keeper: "points", volunteer: "volunteer", deputy: "deputy",
  director: "director", resident: "resident", service: "Linli", started: "begun",
  transferred: "passed on", returned: "returned", escalated: "raised", note: "note",
  category: "category", told: "resident told", feedback: "feedback", repeat: "said again",
  identified: "identified", done: "done", reopened: "reopened", reminded: "reminded",
  climbed: "climbed", overdue: "overdue", recomputed: "due date counted again",
};

let language = localStorage.getItem("linli-desk-language") === "en" ? "en" : "zh";

export const locale = () => (language === "en" ? "en-GB" : "zh-CN");
export const isEnglish = () => language === "en";

/** Say a sentence, with its slots filled. */
export function say(key, slots = {}) {
  const sentence = (language === "en" ? EN : ZH)[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => slots[name] ?? "");
}

/** Say a word of the service's own: a status, a category, a role. */
export function term(word) {
  return (language === "en" ? EN_TERMS : ZH_TERMS)[word] ?? word;
}

/** Put every fixed sentence of the page into the present language. */
export function speakPage(root = document) {
  document.documentElement.lang = locale();
  document.title = say("title");
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = say(element.dataset.t);
  }
  for (const element of root.querySelectorAll("[data-t-placeholder]")) {
    element.placeholder = say(element.dataset.tPlaceholder);
  }
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", say(element.dataset.tLabel));
  }
}

export function turnLanguage() {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("linli-desk-language", language);
}
