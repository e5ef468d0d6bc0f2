// The prompts: hear each, and record it with the microphone instead.

import { get, post } from "./line.js";
import { Microphone } from "./microphone.js";
import { isEnglish, say, speakPage, turnLanguage } from "./words.js";

const find = (id) => document.getElementById(id);
const list = find("prompts");
const audio = document.querySelector("audio");
const microphone = new Microphone();
let recording = null; // the entry that is being spoken

const chosen = () => ({ language: find("prompt-language").value, pace: find("prompt-pace").value });

async function show() {
  const { language, pace } = chosen();
  const prompts = await get(`/desk/api/prompts?${new URLSearchParams({ language, pace })}`);
  list.replaceChildren(...prompts.map(entry));
  count();
}

function entry(prompt) {
  const item = find("prompt-template").content.firstElementChild.cloneNode(true);
  speakPage(item);
  item.dataset.name = prompt.name;
  item.querySelector(".words").textContent = prompt.words;
  item.querySelector(".words").lang = prompt.language === "en" ? "en" : "zh-CN";
  item.querySelector(".name").textContent = prompt.name;
  item.querySelector(".hear").addEventListener("click", () => hear(item));
  item.querySelector(".record").addEventListener("click", () => record(item));
  item.querySelector(".forget").addEventListener("click", () => forget(item));
  fill(item, prompt);
  return item;
}

function fill(item, prompt) {
  item.dataset.source = prompt.source;
  item.querySelector(".source").textContent = say(`source_${prompt.source}`);
  item.querySelector(".seconds").textContent = prompt.seconds === null ? "" : say("prompt_seconds", { n: prompt.seconds.toFixed(1) });
  item.querySelector(".forget").hidden = prompt.source !== "human";
}

function count() {
  const all = list.children.length;
  const human = list.querySelectorAll('[data-source="human"]').length;
  find("prompt-count").textContent = say("prompt_count", { human, all });
}

async function hear(item) {
  note("");
  const told = await post("/desk/api/prompts/hear", { name: item.dataset.name, ...chosen() });
  if (!told?.url) return note(say("no_sound"));
  audio.src = told.url;
  audio.onended = () => { audio.dataset.heard = `${Number(audio.dataset.heard ?? 0) + 1}`; };
  await audio.play().catch(() => note(say("no_sound")));
}

async function record(item) {
  if (microphone.runs) return recording === item ? keep(item) : undefined;
  note("");
  try {
    await microphone.start();
  } catch {
    return note(say("microphone_none"));
  }
  recording = item;
  press(item, true);
  note(say("prompt_runs"));
}

async function keep(item) {
  const wav = await microphone.stop().catch(() => "");
  recording = null;
  press(item, false);
  const kept = await post("/desk/api/prompts/keep", { name: item.dataset.name, ...chosen(), wav });
  if (!kept) return note(say("unreachable"));
  if (kept.refused) return note(say("prompt_refused", { reason: kept.refused }));
  fill(item, kept);
  count();
  note(say("prompt_kept"));
}

async function forget(item) {
  if (await post("/desk/api/prompts/forget", { name: item.dataset.name, ...chosen() })) await show();
}

function press(item, runs) {
  const button = item.querySelector(".record");
  button.setAttribute("aria-pressed", `${runs}`);
  button.textContent = say(runs ? "record_stop" : "record");
}

function note(words) {
  find("prompt-note").textContent = words;
}

function relabel() {
  speakPage();
  document.title = say("prompts_title");
  find("language").textContent = isEnglish() ? "中文" : "English";
  find("language").lang = isEnglish() ? "zh-CN" : "en";
}

find("prompt-language").addEventListener("change", show);
find("prompt-pace").addEventListener("change", show);
find("language").addEventListener("click", () => { turnLanguage(); relabel(); show(); });
relabel();
show();
