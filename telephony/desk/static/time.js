// Instants, shown in the community's own zone.

import { isEnglish, locale, say } from "./words.js";

const format = (instant, zone, options) =>
  new Intl.DateTimeFormat(locale(), { timeZone: zone, hourCycle: "h23", ...options }).format(new Date(instant));

/** Say a day without its weekday. */
export function shortDay(instant, zone) {
  return format(instant, zone, { month: isEnglish() ? "short" : "long", day: "numeric" });
}

export function dayAndTime(instant, zone) {
  const weekday = format(instant, zone, { weekday: "short" });
  return `${inOrder(shortDay(instant, zone), weekday)} ${clockTime(instant, zone)}`;
}

export function longDay(instant, zone) {
  const day = format(instant, zone, { month: "long", day: "numeric" });
  return inOrder(day, format(instant, zone, { weekday: "long" }));
}

const inOrder = (day, weekday) => (isEnglish() ? `${weekday} ${day}` : `${day} ${weekday}`);

export function clockTime(instant, zone) {
  return format(instant, zone, { hour: "2-digit", minute: "2-digit" });
}

/** Say how long something lasts: two units at most. */
export function span(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days) return [say("days", { n: days }), hours ? say("hours", { n: hours }) : ""].join(" ").trim();
  if (hours) return [say("hours", { n: hours }), minutes % 60 ? say("minutes", { n: minutes % 60 }) : ""].join(" ").trim();
  return say("minutes", { n: minutes });
}
