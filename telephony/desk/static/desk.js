// The page: a resident's phone, the staff's phones, the clock, the cases. It asks each second.

import { Cases } from "./cases.js";
import { tone, wakeSound } from "./ear.js";
import { Handset } from "./handset.js";
import { get, post } from "./line.js";
import { Tasks } from "./tasks.js";
import { clockTime, longDay } from "./time.js";
import { isEnglish, say, speakPage, term, turnLanguage } from "./words.js";

const BETWEEN = 1000; // ms from an answer to the next question
const WHILE_HIDDEN = 5000;
const find = (id) => document.getElementById(id);

const resident = new Handset(document.querySelector("#resident .handset"), { rings: true });
const staff = new Handset(document.querySelector("#staff .handset"), { rings: false });
const cases = new Cases(find("case-list"), find("case-count"), find("no-cases"), find("more-cases"));
const tasks = new Tasks(find("tasks"), find("task-count"), find("task-list"));
let communities = [];
let community = null;
let state = null;
let stateAt = 0;
let announced = "";

async function begin() {
  speakPage();
  find("clock-note").textContent = say("loading");
  while (!communities.length) {
    try {
      communities = await get("/desk/api/phones");
      if (!communities.length) find("clock-note").textContent = say("no_community");
    } catch {
      find("clock-note").textContent = say("unreachable");
    }
    if (!communities.length) await new Promise((resolve) => window.setTimeout(resolve, 3000));
  }
  settleIn(communities[0]);
  wire();
  ask();
  window.setInterval(showTime, 1000);
  window.setInterval(ringAloud, 4000);
}

/** Take the phones of one community into the hands. */
function settleIn(chosen) {
  community = chosen;
  fillResidents();
  fillStaff();
  label();
  resident.hold(handset(find("who").value), community);
  staff.hold(community.handsets.find((known) => known.kind === "staff" && known.roles.includes("property"))
    ?? community.handsets.find((known) => known.kind === "staff"), community);
  staffNote("");
  announced = "-";
}

async function ask() {
  const askedAt = performance.now();
  try {
    const phones = [resident.handset?.phone, staff.handset?.phone].filter(Boolean);
    const query = new URLSearchParams([["community", community.id], ...phones.map((phone) => ["phone", phone])]);
    const asked = community;
    const told = await get(`/desk/api/state?${query}`);
    if (asked !== community) throw new TypeError("another community was chosen meanwhile");
    state = told;
    stateAt = performance.now();
    takeState(askedAt);
  } catch (error) {
    if (!/meanwhile/.test(error.message)) find("clock-note").textContent = say("unreachable");
    if (!(error instanceof TypeError) && !/^\d+$/.test(error.message)) console.error(error);
  }
  window.setTimeout(ask, document.hidden ? WHILE_HIDDEN : BETWEEN);
}

function takeState(askedAt) {
  showRinging();
  resident.take(state, askedAt);
  staff.take(state, askedAt);
  cases.take(state.cases, now(), community.zone, staffNames());
  tasks.take(state.tasks, community.zone, staffNames());
  showUnread();
  showTime();
}

function now() {
  const passed = state.moving_to ? 0 : performance.now() - stateAt;
  return Date.parse(state.now) + passed;
}

function showTime() {
  if (!state) return;
  const time = find("now");
  time.dateTime = new Date(now()).toISOString();
  time.textContent = `${longDay(now(), community.zone)} ${clockTime(now(), community.zone)}`;
  const rings = state.calls.some(isRung);
  const talks = rings || resident.isBusy || staff.isBusy;
  const alarm = state.cases.some((known) => known.alarm?.state === "ringing");
  const note = state.moving_to ? (alarm ? "moving_alarm" : "moving") : rings && alarm ? "clock_alarm" : rings ? "clock_rings" : talks ? "clock_waits" : "";
  if (note || performance.now() - stateAt < 3000) find("clock-note").textContent = note ? say(note) : "";
  document.body.classList.toggle("moving", Boolean(state.moving_to));
  find("stop-clock").hidden = !state.moving_to;
  for (const button of document.querySelectorAll("#next-morning, [data-minutes]")) {
    button.disabled = Boolean(state.moving_to) || talks;
  }
}

async function moveClock(body) {
  const moved = await post("/desk/api/clock", { ...body, community: community.id });
  if (moved && state) state.moving_to = moved.moving_to;
  showTime();
  if (!moved) find("clock-note").textContent = say("clock_failed");
}

async function stopClock() {
  await post("/desk/api/clock/stop");
  find("next-morning").focus();
}

function handset(phone) {
  return community.handsets.find((known) => known.phone === phone && known.kind !== "staff");
}

function fillResidents() {
  const select = find("who");
  const chosen = select.value;
  const residents = document.createElement("optgroup");
  const others = document.createElement("optgroup");
  residents.label = say("residents");
  others.label = say("strangers");
  for (const known of community.handsets) {
    if (known.kind === "staff") continue;
    (known.kind === "resident" ? residents : others).append(new Option(nameOf(known), known.phone));
  }
  select.replaceChildren(residents, others);
  if (handset(chosen)) select.value = chosen;
}

function staffNames() {
  return new Map(community.handsets.filter((known) => known.key).map((known) => [known.key, known.name]));
}

function nameOf(known) {
  if (known.kind === "hidden") return say("hidden");
  if (known.kind === "stranger") return `${say("stranger")} ${known.dialled}`;
  const place = [known.place, known.landline ? say("landline") : ""].filter(Boolean).join(" · ");
  return known.kind === "staff" ? known.name : `${known.name}(${place})`;
}

function fillStaff() {
  find("staff-phones").replaceChildren(...community.handsets.filter((known) => known.kind === "staff").map((known) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.phone = known.phone;
    button.append(mark("span", "name", known.name), mark("span", "role", term(known.roles[0] ?? "")), mark("span", "mark", ""));
    button.addEventListener("click", () => chooseStaff(known));
    item.append(button);
    return item;
  }));
}

function mark(tag, name, words) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

/** Take a staff phone into the hand; one that talks is kept, and it is said why. */
function chooseStaff(known) {
  if (staff.isTalking && known.phone !== staff.handset?.phone) {
    staffNote(say("staff_talks", { name: staff.handset.name }));
    return false;
  }
  staffNote("");
  staff.hold(known, community);
  if (state) staff.take(state, performance.now());
  showUnread();
  return true;
}

function staffNote(words) {
  find("staff-note").textContent = words;
}

function showUnread() {
  const ringing = new Set(state?.calls.filter(isRung).map((call) => call.phone));
  for (const button of find("staff-phones").querySelectorAll("button")) {
    const { phone } = button.dataset;
    const count = state?.unread[phone] ?? 0;
    const rings = ringing.has(phone);
    button.setAttribute("aria-pressed", `${phone === staff.handset?.phone}`);
    button.classList.toggle("rings", rings);
    button.classList.toggle("unread", count > 0);
    const words = rings ? say("ringing_mark") : count ? `${count}` : "";
    const shown = button.querySelector(".mark");
    if (shown.textContent !== words) shown.textContent = words;
    shown.setAttribute("aria-label", rings ? say("ringing_mark") : count ? say("unread", { n: count }) : "");
  }
  find("who").disabled = resident.isTalking;
  find("which-community").disabled = resident.isTalking || staff.isTalking;
  if (!staff.isTalking) staffNote("");
}

const isRung = (call) => call.state === "ringing" && call.kind !== "inbound";

/** Say whose phone rings, and put it at hand where nothing else is going on. */
function showRinging() {
  const rung = state.calls.filter(isRung);
  const signature = rung.map((call) => call.id).join();
  if (signature === announced) return;
  announced = signature;
  find("ringing").replaceChildren(...rung.map((call) => {
    const known = community.handsets.find((one) => one.phone === call.phone);
    const line = mark("p", "", say("rings", { name: known ? shortName(known) : call.phone }));
    const button = mark("button", "strong", say("go_answer"));
    button.type = "button";
    button.addEventListener("click", () => goAnswer(known));
    if (known) line.append(button);
    if (known) bringForward(known, false);
    return line;
  }));
  ringAloud();
}

function shortName(known) {
  return known.kind === "stranger" ? say("stranger") : known.name;
}

function bringForward(known, anyway) {
  const panel = known.kind === "staff" ? staff : resident;
  if (!anyway && panel.isInUse) return panel;
  if (known.kind === "staff") chooseStaff(known);
  else if (!panel.isTalking) {
    find("who").value = known.phone;
    resident.hold(known, community);
  }
  return panel;
}

function goAnswer(known) {
  wakeSound();
  const panel = bringForward(known, true);
  panel.take({ ...state, threads: state.threads }, performance.now());
  const button = panel.find(".answer");
  if (panel.handset.phone === known.phone && !button.hidden) button.focus();
  panel.root.scrollIntoView({ block: "nearest" });
}

function ringAloud() {
  if (!state?.calls.some(isRung)) return;
  for (const when of [0, 0.5]) { tone(440, 0.4, when); tone(480, 0.4, when); }
}

function label() {
  const names = communities.map((one) => new Option(`${isEnglish() ? one.english_name : one.name} · ${one.dialled}`, one.key));
  find("which-community").replaceChildren(...names);
  find("which-community").value = community.key;
  find("which").hidden = communities.length < 2;
  find("community").hidden = communities.length > 1;
  find("community").textContent = isEnglish() ? `${community.english_name} · ${community.dialled}` : `${community.name} · ${community.dialled}`;
  find("language").textContent = isEnglish() ? "中文" : "English";
  find("language").lang = isEnglish() ? "zh-CN" : "en";
}

function wire() {
  document.addEventListener("click", wakeSound);
  find("who").addEventListener("change", () => resident.hold(handset(find("who").value), community));
  find("which-community").addEventListener("change", () => {
    settleIn(communities.find((one) => one.key === find("which-community").value));
  });
  find("stop-clock").addEventListener("click", stopClock);
  find("next-morning").addEventListener("click", () => moveClock({}));
  for (const button of document.querySelectorAll("[data-minutes]")) {
    button.addEventListener("click", () => moveClock({ minutes: Number(button.dataset.minutes) }));
  }
  find("language").addEventListener("click", () => {
    turnLanguage();
    speakPage();
    fillResidents();
    fillStaff();
    label();
    cases.relabel();
    tasks.relabel();
    resident.relabel();
    staff.relabel();
    announced = "-";
    if (state) takeState(performance.now());
  });
}

begin();
