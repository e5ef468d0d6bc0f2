// One telephone: its call (heard, keyed, spoken) and its texts.

import { Ear, tone, wakeSound } from "./ear.js";
import { post } from "./line.js";
import { Microphone } from "./microphone.js";
import { clockTime } from "./time.js";
import { say, speakPage } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const TONES = { 1: [697, 1209], 2: [697, 1336], 3: [697, 1477], 4: [770, 1209], 5: [770, 1336],
  6: [770, 1477], 7: [852, 1209], 8: [852, 1336], 9: [852, 1477], "*": [941, 1209],
  0: [941, 1336], "#": [941, 1477] };
const TYPING_STARTS_WITHIN = 25_000; // ms: typing takes longer than a voice before it begins

export class Handset {
  /** @param {HTMLElement} root  @param {{rings: boolean}} options whether it can ring the line */
  constructor(root, { rings }) {
    this.root = root;
    this.rings = rings;
    root.append(document.getElementById("handset-template").content.cloneNode(true));
    this.find = (selector) => root.querySelector(selector);
    this.ear = new Ear(this.find("audio"), (words) => this.addCaption(words));
    this.microphone = new Microphone();
    this.handset = null;
    this.community = null;
    this.call = null;
    this.touched = 0;
    this.queue = Promise.resolve();
    this.cut = new AbortController();
    this.shownTexts = "";
    this.wire();
    this.render();
  }

  get isBusy() {
    return isLive(this.call);
  }

  /** Whether somebody talks or dials here; a phone that only rings may be left ringing. */
  get isTalking() {
    return this.call?.state === "in-progress" || (this.isBusy && this.call.kind === "inbound");
  }

  /** Whether something would be lost if another phone were put in its place. */
  get isInUse() {
    return this.isBusy || this.find(".text input").value !== "";
  }

  wire() {
    for (const key of KEYS) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = key;
      button.dataset.key = key;
      button.addEventListener("click", () => this.press(key));
      this.find(".keypad").append(button);
    }
    this.find(".ring").addEventListener("click", () => this.ringLine());
    this.find(".answer").addEventListener("click", () => this.answer(false));
    this.find(".machine").addEventListener("click", () => this.answer(true));
    this.find(".reject").addEventListener("click", () => this.move("reject"));
    this.find(".hang-up").addEventListener("click", () => this.hangUp());
    this.find(".skip-prompt").addEventListener("click", () => this.skip());
    this.find(".microphone").addEventListener("click", () => this.useMicrophone());
    this.find(".speak textarea").addEventListener("input", () => this.stopTimer());
    this.find(".speak textarea").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.spoken("#");
      }
    });
    this.find(".speak").addEventListener("submit", (event) => { event.preventDefault(); this.spoken("#"); });
    this.find(".text").addEventListener("submit", (event) => { event.preventDefault(); this.sendText(); });
    this.find(".picture input").addEventListener("change", () => this.renderPicture());
    this.root.addEventListener("keydown", (event) => this.typeKey(event));
    window.addEventListener("pagehide", () => {
      if (this.isBusy && this.call.state === "in-progress") {
        post(`/desk/api/calls/${this.call.id}/hang-up`, { words: this.typed() }, { keepalive: true });
      }
    });
  }

  /** Put another phone into this place. */
  hold(handset, community) {
    if (handset?.phone !== this.handset?.phone) {
      this.stop();
      this.call = null;
      this.shownTexts = "";
      this.find(".thread").replaceChildren();
      this.find(".caption").replaceChildren();
    }
    this.handset = handset;
    this.community = community;
    this.render();
  }

  /** Take in what the desk knows, asked for at `askedAt`: it may be older than what we did since. */
  take(state, askedAt) {
    const phone = this.handset?.phone;
    if (!phone) return;
    this.renderTexts(state.threads[phone] ?? []);
    if (askedAt < this.touched || this.call?.id === 0) return; // 0: dialled, not yet known to the desk
    const live = state.calls.filter((call) => call.phone === phone);
    const call = live.find((known) => known.id === this.call?.id) ?? (phone === "hidden" ? null : live[0]);
    if (call) this.follow(call);
    else if (this.isBusy) this.follow({ ...this.call, state: "completed", turn: this.call.turn + 1, heard: [], waits: {} });
  }

  /** Go on with a call as it now stands. */
  follow(call, { again = false } = {}) {
    const known = this.call;
    if (known?.id === call.id && call.turn <= known.turn && !again) return;
    this.stop();
    if (known?.id !== call.id) this.find(".caption").replaceChildren();
    this.call = call;
    this.render();
    if (call.state === "in-progress") this.listen(call);
  }

  async listen(call) {
    const cut = (this.cut = new AbortController());
    if (call.heard.some((piece) => piece.words)) this.find(".caption").replaceChildren();
    const whole = await this.ear.hear(call.heard, cut.signal);
    if (!whole && !cut.skipped) return;
    if (this.call !== call) return;
    const seconds = call.waits.seconds ?? 0;
    if (call.waits.kind === "ear") this.step({ event: "finished" });
    else if (call.waits.kind === "keys") this.after(seconds * 1000, () => this.step({ event: "silence" }));
    else if (call.waits.kind === "speech") this.beginSpeech(call.waits);
    this.find(".skip-prompt").hidden = true;
  }

  skip() {
    this.cut.skipped = true;
    this.cut.abort();
  }

  beginSpeech(waits) {
    const field = this.find(".speak textarea");
    this.find(".speak").hidden = false;
    field.value = "";
    field.focus();
    this.after(Math.max(TYPING_STARTS_WITHIN, waits.seconds * 1000), () => this.step({ event: "silence" }));
    this.limit = window.setTimeout(() => this.spoken(""), (waits.longest_seconds || 180) * 1000);
  }

  async useMicrophone() {
    this.stopTimer();
    if (this.microphone.runs) return this.spoken("#");
    try {
      await this.microphone.start();
      this.note("microphone_runs");
    } catch {
      this.note("microphone_no");
    }
    this.renderMicrophone();
  }

  async spoken(key) {
    if (this.call?.waits.kind !== "speech") return;
    const wav = await this.microphone.stop().catch(() => "");
    const words = this.typed();
    this.renderMicrophone();
    this.note("");
    if (!words && !wav) return key ? this.press(key) : this.step({ event: "silence" });
    this.stop();
    const told = document.createElement("p");
    told.className = "own";
    told.textContent = words || say("own_voice");
    this.find(".caption").append(told);
    this.ask("speak", () => ({ words, wav, key, turn: this.call.turn }));
  }

  press(key) {
    wakeSound();
    for (const hertz of TONES[key]) tone(hertz, 0.14);
    if (this.call?.state !== "in-progress") return;
    const kind = this.call.waits.kind;
    if (kind === "speech" && (this.typed() || this.microphone.runs) && this.call.waits.finish_on_key.includes(key)) {
      this.spoken(key);
      return;
    }
    if (kind === "keys") this.stop();
    if (kind === "keys" || kind === "speech" || !kind) this.step({ event: "key", key });
  }

  typeKey(event) {
    const inField = event.target.closest("input, textarea, select");
    if (inField || event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
    event.preventDefault();
    this.find(`[data-key="${CSS.escape(event.key)}"]`).classList.add("pressed");
    window.setTimeout(() => this.find(`[data-key="${CSS.escape(event.key)}"]`).classList.remove("pressed"), 150);
    this.press(event.key);
  }

  step(event) {
    this.ask("step", () => ({ ...event, turn: this.call.turn }));
  }

  /** Queue a request about the present call; each is made from the turn that it finds. */
  ask(move, body) {
    const id = this.call.id;
    this.queue = this.queue.then(async () => {
      if (this.call?.id !== id || !this.isBusy) return;
      const call = await post(`/desk/api/calls/${id}/${move}`, body());
      this.touched = performance.now();
      if (call && this.call?.id === id) this.follow(call, { again: call.turn === this.call.turn });
    });
  }

  move(move, body = {}) {
    this.ask(move, () => body);
  }

  async ringLine() {
    wakeSound();
    this.find(".caption").replaceChildren();
    this.call = { id: 0, state: "ringing", kind: "inbound", turn: -1, heard: [], waits: {} };
    this.render();
    this.find(".hang-up").focus();
    const call = await post("/desk/api/calls", { phone: this.handset.phone, number: this.community.number });
    this.touched = performance.now();
    this.call = null;
    if (call) this.follow(call);
    this.render();
  }

  answer(machine) {
    wakeSound();
    this.move("answer", { machine });
    this.find(".screen").scrollIntoView({ block: "nearest" });
  }

  async hangUp() {
    const wav = await this.microphone.stop().catch(() => "");
    const words = this.typed();
    this.stop();
    this.queue = Promise.resolve(); // whatever still waits to be keyed is keyed no more
    this.move("hang-up", { words, wav });
  }

  async sendText() {
    const field = this.find(".text input");
    const pictures = await this.chosenPictures();
    const words = field.value;
    if (!words.trim() && !pictures.length) return;
    const sent = await post("/desk/api/texts", {
      phone: this.handset.phone, number: this.community.number, words, pictures,
    });
    this.note(sent ? "" : "lost");
    if (!sent) return;
    field.value = "";
    this.find(".picture input").value = "";
    this.renderPicture();
  }

  async chosenPictures() {
    const files = [...this.find(".picture input").files].slice(0, 1);
    return Promise.all(files.map(async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer());
      let letters = "";
      for (let i = 0; i < bytes.length; i += 0x8000) letters += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
      return { type: file.type, content: btoa(letters) };
    }));
  }

  typed() {
    return this.call?.waits?.kind === "speech" ? this.find(".speak textarea").value.trim() : "";
  }

  after(milliseconds, then) {
    this.stopTimer();
    this.timer = window.setTimeout(then, milliseconds);
  }

  stopTimer() {
    window.clearTimeout(this.timer);
  }

  /** Stop hearing and waiting. */
  stop() {
    this.stopTimer();
    window.clearTimeout(this.limit);
    this.cut.abort();
  }

  addCaption(words) {
    const line = document.createElement("p");
    line.textContent = words;
    const caption = this.find(".caption");
    caption.append(line);
    caption.scrollTop = caption.scrollHeight;
  }

  note(key) {
    this.find(".speak-note").textContent = key ? say(key) : "";
  }

  render() {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    this.draw();
    if (focused && !focused.checkVisibility()) this.focusNext();
  }

  /** Go on from a button that is gone: to whatever may be pressed next. */
  focusNext() {
    const next = [".answer", ".hang-up", ".ring", ".text input", ".thread"].map((name) => this.find(name));
    next.find((element) => element.checkVisibility() && !element.disabled)?.focus();
  }

  draw() {
    const call = this.call;
    const live = isLive(call);
    const rung = call?.state === "ringing" && call.kind !== "inbound";
    const talks = call?.state === "in-progress";
    this.root.classList.toggle("live", Boolean(live));
    this.root.classList.toggle("rung", Boolean(rung));
    this.find(".line-state").textContent = this.stateWords();
    this.find(".screen").hidden = !this.rings && !call;
    this.find(".keypad").hidden = !this.rings && !talks;
    this.find(".ring").hidden = !this.rings || Boolean(live);
    this.find(".ring").textContent = say("ring", { number: this.community?.dialled ?? "" });
    this.find(".ring").disabled = !this.handset;
    this.find(".answer").hidden = !rung;
    this.find(".reject").hidden = !rung;
    this.find(".machine").hidden = !(rung && call.machine_wanted);
    this.find(".hang-up").hidden = !live || rung;
    this.find(".skip-prompt").hidden = !(talks && call.heard.some((piece) => piece.words));
    if (call?.waits?.kind !== "speech") this.find(".speak").hidden = true;
    const texts = this.handset && this.handset.kind !== "hidden" && !this.handset.landline;
    this.find(".text").hidden = !texts;
    this.find(".thread").hidden = !texts;
    this.find(".no-texts").hidden = Boolean(texts);
    this.find(".picture").hidden = !this.rings;
    this.renderMicrophone();
  }

  stateWords() {
    const call = this.call;
    if (!call) return say("idle");
    if (call.state === "ringing") {
      return call.kind === "inbound" ? say("calling") : say("incoming", { caller: this.callerShown(call) });
    }
    if (call.state === "busy") return say("busy");
    if (call.state === "failed") return say("failed");
    if (call.state !== "in-progress") return say("over");
    const words = { ear: "listen", keys: "pick_key", speech: "speak_now", callee: "connecting", talk: "connected" };
    return say(words[call.waits.kind] ?? "talking");
  }

  callerShown(call) {
    return call.caller === this.community?.number ? this.community.dialled : call.caller;
  }

  renderMicrophone() {
    const button = this.find(".microphone");
    button.setAttribute("aria-pressed", `${this.microphone.runs}`);
    button.textContent = say(this.microphone.runs ? "microphone_on" : "microphone");
  }

  renderPicture() {
    const chosen = this.find(".picture input").files.length > 0;
    this.find(".picture span").textContent = say(chosen ? "picture_chosen" : "picture");
  }

  renderTexts(texts) {
    const shown = JSON.stringify(texts.map((text) => [text.id, text.status]));
    const unread = texts.filter((text) => !text.read);
    if (unread.length && !document.hidden) {
      post("/desk/api/read", { phone: this.handset.phone, last: unread.at(-1).id });
    }
    if (shown === this.shownTexts) return;
    this.shownTexts = shown;
    const thread = this.find(".thread");
    thread.replaceChildren(...texts.map((text) => this.bubble(text)));
    thread.scrollTop = thread.scrollHeight;
  }

  bubble(text) {
    const item = document.createElement("li");
    item.className = text.direction === "to_phone" ? "received" : "sent";
    const words = document.createElement("p");
    words.textContent = text.words;
    item.append(words);
    for (const sid of text.pictures) {
      const picture = document.createElement("img");
      picture.src = `/desk/api/media/${sid}`;
      picture.alt = say("picture");
      item.append(picture);
    }
    const note = document.createElement("small");
    note.textContent = text.status === "lost" || text.status === "sending"
      ? say(text.status) : clockTime(text.at, this.community.zone);
    item.append(note);
    return item;
  }

  relabel() {
    speakPage(this.root);
    this.shownTexts = "";
    this.render();
  }
}

function isLive(call) {
  return call?.state === "ringing" || call?.state === "in-progress";
}
