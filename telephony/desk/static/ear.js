// What an ear hears: stored prompts one after the other, words of the provider's voice, tones.

const HANZI_A_SECOND = 4.2;
const LETTERS_A_SECOND = 14;
const LONGEST_PROMPT = 60_000; // ms: a sound that never ends does not hold the line

let context = null;

/** Sound needs a gesture first; every button of the page is one. */
export function wakeSound() {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume().catch(() => {});
}

/** Sound a tone, softly; nothing where the browser may not make a sound yet. */
export function tone(hertz, seconds, when = 0) {
  if (context?.state !== "running") return;
  const voice = context.createOscillator();
  const volume = context.createGain();
  const start = context.currentTime + when;
  voice.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.12, start + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
  voice.connect(volume).connect(context.destination);
  voice.start(start);
  voice.stop(start + seconds);
}

export class Ear {
  /** @param {HTMLAudioElement} audio  @param {(words: string) => void} caption */
  constructor(audio, caption) {
    this.audio = audio;
    this.caption = caption;
  }

  /** Hear pieces in order; true if they ran to their end, false if `signal` cut them off. */
  async hear(pieces, signal) {
    for (const piece of pieces) {
      if (signal.aborted) return false;
      if (piece.words) this.caption(piece.words);
      await this.hearOne(piece, signal);
    }
    return !signal.aborted;
  }

  hearOne(piece, signal) {
    switch (piece.kind) {
      case "play":
        return this.play(piece, signal);
      case "say":
        return this.speak(piece, signal);
      case "beep":
        tone(1000, 0.5);
        return wait(600, signal);
      default:
        return wait((piece.seconds ?? 1) * 1000, signal);
    }
  }

  async play(piece, signal) {
    const audio = this.audio;
    audio.src = piece.url;
    const ended = new Promise((resolve) => {
      const over = (heard) => () => {
        window.clearTimeout(limit);
        audio.onended = audio.onerror = null;
        resolve(heard);
      };
      const limit = window.setTimeout(over(true), LONGEST_PROMPT);
      audio.onended = over(true);
      audio.onerror = over(false);
      signal.addEventListener("abort", over(true), { once: true });
    });
    try {
      await audio.play();
    } catch {
      if (!signal.aborted) await wait(duration(piece.words), signal);
      return;
    }
    const heard = await ended;
    if (signal.aborted) audio.pause();
    else if (heard) audio.dataset.heard = `${Number(audio.dataset.heard ?? 0) + 1}`;
    else await wait(duration(piece.words), signal);
  }

  async speak(piece, signal) {
    const lasts = wait(duration(piece.words), signal);
    const voice = window.speechSynthesis?.getVoices().find((known) => known.lang.startsWith(piece.language.slice(0, 2)));
    if (voice) {
      const spoken = new SpeechSynthesisUtterance(piece.words);
      spoken.voice = voice;
      window.speechSynthesis.speak(spoken);
      signal.addEventListener("abort", () => window.speechSynthesis.cancel(), { once: true });
    }
    await lasts;
  }
}

export function wait(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => { window.clearTimeout(timer); resolve(); }, { once: true });
  });
}

function duration(words = "") {
  const hanzi = (words.match(/[\u4e00-\u9fff]/g) ?? []).length;
  return 400 + 1000 * (hanzi / HANZI_A_SECOND + (words.length - hanzi) / LETTERS_A_SECOND);
}
