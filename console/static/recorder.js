// A prompt spoken into the microphone becomes the file of the form that a recording from elsewhere would be.

import { Microphone } from "./microphone.js";

const button = document.getElementById("record");
const form = document.getElementById("recording");
const heard = document.getElementById("heard");
const microphone = new Microphone();
const idle = button.textContent;

button.hidden = !navigator.mediaDevices?.getUserMedia;
button.addEventListener("click", async () => {
  if (microphone.runs) return take(await microphone.stop());
  try {
    await microphone.start();
    press(true);
  } catch {
    heard.textContent = button.dataset.none;
  }
});

function press(runs) {
  button.setAttribute("aria-pressed", `${runs}`);
  button.textContent = runs ? button.dataset.on : idle;
}

function take(wav) {
  press(false);
  const bytes = Uint8Array.from(atob(wav), (letter) => letter.charCodeAt(0));
  const chosen = new DataTransfer();
  chosen.items.add(new File([bytes], "microphone.wav", { type: "audio/wav" }));
  form.elements.sound.files = chosen.files;
  const sound = document.createElement("audio");
  sound.controls = true;
  sound.src = URL.createObjectURL(chosen.files[0]);
  heard.replaceChildren(sound);
}
