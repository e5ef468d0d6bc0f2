// What a page can do besides: keys, the sound of an emergency, templates into a field.
// Everything works without it, by forms and links.

const LIST = ".row";
let soundOn = false;
let rung = "";
let audio = null;

const isTyping = (element) =>
  element && (element.matches("input, textarea, select") || element.isContentEditable);

function step(by) {
  const rows = [...document.querySelectorAll(LIST)];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const next = at === -1 ? (by > 0 ? 0 : rows.length - 1) : at + by;
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

function pressKey(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"], [data-go="${CSS.escape(key)}"]`);
  if (!target) return undefined;
  if (target.matches("input")) return target.focus();
  // a button that sends words goes to the words first: nothing is sent by one key alone
  const words = target.closest("form")?.querySelector("textarea, input:not([type=hidden])");
  if (words && !words.value) return words.focus();
  return target.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key.length !== 1) return;
  if (document.querySelector(`[data-key="${CSS.escape(event.key)}"], [data-go="${CSS.escape(event.key)}"]`) || "jk".includes(event.key)) {
    event.preventDefault();
    pressKey(event.key);
  }
});

// The sound of an emergency: two tones, again and again until somebody has it.
function ring() {
  if (!soundOn) return;
  audio = audio || new AudioContext();
  for (const [tone, start] of [[880, 0], [660, 0.35], [880, 0.7], [660, 1.05]]) {
    const voice = audio.createOscillator();
    const volume = audio.createGain();
    voice.frequency.value = tone;
    volume.gain.setValueAtTime(0.25, audio.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start + 0.32);
    voice.connect(volume).connect(audio.destination);
    voice.start(audio.currentTime + start);
    voice.stop(audio.currentTime + start + 0.34);
  }
}

function lookForAlarm() {
  const alarm = document.querySelector("[data-alarm]");
  const now = alarm ? alarm.dataset.alarm : "";
  document.body.dataset.ringing = now;
  if (now) ring();
  if (now !== rung) document.title = (now ? "● " : "") + document.title.replace(/^● /, "");
  rung = now;
}

const soundButton = document.querySelector("#sound");
if (soundButton) {
  soundButton.hidden = false;
  const show = () => soundButton.setAttribute("aria-pressed", String(soundOn));
  soundOn = localStorage.getItem("linli-sound") === "on";
  show();
  soundButton.addEventListener("click", () => {
    soundOn = !soundOn;
    localStorage.setItem("linli-sound", soundOn ? "on" : "off");
    show();
    if (soundOn) ring();
  });
}
document.body.addEventListener("htmx:afterSwap", lookForAlarm);
lookForAlarm();

// A part that renews itself keeps the focus where it was.
let focused = "";
document.body.addEventListener("htmx:beforeSwap", () => { focused = document.activeElement?.id || ""; });
document.body.addEventListener("htmx:afterSwap", () => {
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
});

for (const choice of document.querySelectorAll("select[data-fill]")) {
  choice.addEventListener("change", () => {
    const field = document.getElementById(choice.dataset.fill);
    if (choice.value) { field.value = choice.value; field.focus(); }
  });
}

// An upload shows how far it has come; what is refused is sent once, and its answer shown here.
function showAnswer(upload, form) {
  const answer = new DOMParser().parseFromString(upload.responseText, "text/html");
  const main = answer.querySelector("main");
  if (!main) return form.submit();
  document.title = answer.title;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  return document.querySelector("main").focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-progress]")) return;
  event.preventDefault();
  const bar = document.getElementById(form.dataset.progress);
  const upload = new XMLHttpRequest();
  bar.hidden = false;
  upload.upload.addEventListener("progress", (told) => { bar.value = told.lengthComputable ? (100 * told.loaded) / told.total : 50; });
  upload.addEventListener("load", () => {
    if (upload.status === 200) location.assign(upload.responseURL);
    else showAnswer(upload, form);
  });
  upload.addEventListener("error", () => form.submit());
  upload.open("POST", form.action);
  upload.send(new FormData(form));
});

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.target.method !== "post") return;
  const enable = () => { button.disabled = false; };
  setTimeout(() => { button.disabled = true; }, 0);
  setTimeout(enable, 8000);
  addEventListener("pageshow", enable, { once: true }); // whoever comes back by the browser's button
});
