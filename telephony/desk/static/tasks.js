// The open tasks: number, kind, whose, by when; the first due first.

import { dayAndTime } from "./time.js";
import { say } from "./words.js";

const KINDS = { listen: "listen_task", emergency: "emergency_task", picture: "picture_task", other: "other_task" };

export class Tasks {
  constructor(box, count, list) {
    this.box = box;
    this.count = count;
    this.list = list;
    this.shown = "";
  }

  /** @param {Map<string, string>} names of the staff, by key */
  take(tasks, zone, names) {
    const lines = [...tasks]
      .sort((one, other) => Date.parse(one.due_at) - Date.parse(other.due_at))
      .map((task) => wordsOf(task, zone, names));
    this.box.hidden = lines.length === 0;
    if (lines.join("\n") === this.shown) return;
    this.shown = lines.join("\n");
    this.count.textContent = say("tasks", { n: lines.length });
    this.list.replaceChildren(...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }));
  }

  relabel() {
    this.shown = "";
  }
}

function wordsOf(task, zone, names) {
  const about = task.case ? `${task.case}`.padStart(4, "0") : "";
  const owner = names.get(task.owner) ?? task.owner ?? say("nobody");
  const due = task.due_at ? say("task_due", { time: dayAndTime(task.due_at, zone) }) : "";
  return [`T${task.number}`, say(KINDS[task.kind] ?? task.kind), about, owner, due].filter(Boolean).join(" · ");
}
