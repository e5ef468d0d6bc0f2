// The live list of cases with their clocks: open emergencies first, then the newest.

import { clockTime, dayAndTime, shortDay, span } from "./time.js";
import { say, term } from "./words.js";

const OVER = new Set(["closed", "withdrawn"]);
const FIRST_SHOWN = 12;
const isUrgent = (known) => known.urgency === "P0" && !OVER.has(known.status);

export class Cases {
  constructor(list, count, empty, more) {
    this.list = list;
    this.count = count;
    this.empty = empty;
    this.more = more;
    this.whole = false;
    this.shown = new Map(); // number -> [what was drawn, element]
    more.addEventListener("click", () => {
      this.whole = !this.whole;
      if (this.again) this.again();
    });
  }

  /** @param {Map<string, string>} names of the staff, by key */
  take(cases, now, zone, names) {
    this.again = () => this.take(cases, now, zone, names);
    this.names = names;
    const open = cases.filter((known) => !OVER.has(known.status)).length;
    this.count.textContent = cases.length ? say("case_count", { open, all: cases.length }) : "";
    this.empty.hidden = cases.length > 0;
    const newest = [...cases].reverse();
    newest.sort((one, other) => isUrgent(other) - isUrgent(one));
    const most = this.whole ? newest.length : Math.max(FIRST_SHOWN, newest.filter(isUrgent).length);
    this.more.hidden = newest.length <= FIRST_SHOWN || (!this.whole && newest.length <= most);
    this.more.textContent = this.whole ? say("fewer_cases") : say("more_cases", { n: newest.length - most });
    const drawn = newest.slice(0, most).map((known) => this.draw(known, now, zone));
    for (const [number] of this.shown) {
      if (!cases.some((known) => known.number === number)) this.shown.delete(number);
    }
    if (drawn.some((element, i) => this.list.children[i] !== element) || this.list.children.length !== drawn.length) {
      this.list.replaceChildren(...drawn);
    }
  }

  relabel() {
    this.shown.clear();
    this.list.replaceChildren();
  }

  draw(known, now, zone) {
    const signature = JSON.stringify([known, Math.floor(now / 60_000)]);
    const before = this.shown.get(known.number);
    if (before?.[0] === signature) return before[1];
    const element = before?.[1] ?? document.createElement("li");
    const wasOpen = element.querySelector("details")?.open ?? false;
    const hadFocus = element.contains(document.activeElement);
    element.className = `case ${known.status} ${known.urgency}`;
    element.replaceChildren(head(known, this.names), words(known), clocks(known, now, zone), events(known, zone, wasOpen, this.names));
    if (hadFocus) element.querySelector("summary")?.focus();
    this.shown.set(known.number, [signature, element]);
    return element;
  }
}

function make(tag, name, content = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = content;
  return element;
}

function head(known, names) {
  const line = make("div", "case-head");
  line.append(make("span", "number", `${known.number}`.padStart(4, "0")), make("span", "status", term(known.status)));
  if (term(known.urgency)) line.append(make("span", "urgency", term(known.urgency)));
  line.append(make("span", "category", term(known.category)));
  const name = names.get(known.assignee) ?? known.assignee;
  line.append(make("span", "assignee", name ? say("assignee", { name }) : say("nobody")));
  return line;
}

function words(known) {
  return make("p", "words", [known.resident?.name, known.text].filter(Boolean).join(" · "));
}

function clocks(known, now, zone) {
  const box = make("div", "clocks");
  if (known.urgency === "P0") return emergency(box, known, zone);
  if (!OVER.has(known.status) && known.due_at) box.append(bar(known, now));
  const due = Date.parse(known.due_at);
  const parts = [say("due", { time: dayAndTime(known.due_at, zone) }) + (known.provisional ? say("provisional") : "")];
  if (!OVER.has(known.status)) parts.push(say(due < now ? "over_due" : "left", { span: span(due - now) }));
  if (known.first_due_at !== known.due_at) parts.push(say("first_due", { time: dayAndTime(known.first_due_at, zone) }));
  if (known.feedback_at) parts.push(say("feedback", { time: dayAndTime(known.feedback_at, zone) }));
  if (known.escalation_level) parts.push(say("escalation", { n: known.escalation_level }));
  for (const part of parts) box.append(make("span", due < now && part === parts[1] ? "late" : "", part));
  return box;
}

/** An emergency has no three days: it says whether somebody has it. */
function emergency(box, known, zone) {
  const parts = isUrgent(known) ? [say("urgent_now")] : [];
  if (known.alarm) parts.push(say(`alarm_${known.alarm.state}`));
  if (known.feedback_at) parts.push(say("feedback", { time: dayAndTime(known.feedback_at, zone) }));
  const waits = known.alarm?.state === "ringing";
  for (const part of parts) box.append(make("span", waits ? "late" : "", part));
  return box;
}

function bar(known, now) {
  const progress = document.createElement("progress");
  const [start, end] = [Date.parse(known.opened_at), Date.parse(known.due_at)];
  progress.max = Math.max(1, end - start);
  progress.value = Math.min(progress.max, Math.max(0, now - start));
  progress.setAttribute("aria-label", say("left", { span: span(end - now) }));
  return progress;
}

function events(known, zone, wasOpen, names) {
  const details = make("details");
  details.open = wasOpen;
  details.append(make("summary", "", say("events", { n: known.events.length })));
  const list = make("ol", "events");
  for (const event of known.events) {
    const item = make("li");
    const at = make("time", "", `${shortDay(event.at, zone)} ${clockTime(event.at, zone)}`);
    at.dateTime = event.at;
    item.append(at, make("span", "", [names.get(event.actor) ?? term(event.actor), term(event.what), names.get(event.words) ?? event.words].filter(Boolean).join(" · ")));
    list.append(item);
  }
  details.append(list);
  return details;
}
