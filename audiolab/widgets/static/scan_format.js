// How the scan page writes times, speeds and numbers of files.
import { count, plural } from "./format.js";

const clockTime = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const fullDate = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });

export const files = (number) => plural(number, "file", "files");
export const audioFiles = ([number, all]) => (number === 0 && all ? "no audio files" : `${all ? "" : "more than "}${plural(number, "audio file", "audio files")}`);

const isToday = (time) => time.toDateString() === new Date().toDateString();

/** When something happened: "Today, 14:02", or with its date. */
export function when(iso) {
  const time = new Date(iso);
  return `${isToday(time) ? "Today" : fullDate.format(time)}, ${clockTime.format(time)}`;
}

/** Since when something happens: "since 14:02", or with the date. */
export const since = (iso) => `since ${isToday(new Date(iso)) ? clockTime.format(new Date(iso)) : when(iso)}`;

/** How long something took: "8 s", "2 min 5 s", "3 h 12 min". */
export function took(seconds) {
  const total = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (hours) return `${hours} h ${minutes} min`;
  return minutes ? `${minutes} min ${rest} s` : `${rest} s`;
}

export function left(seconds) {
  if (seconds < 60) return "less than a minute left";
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
}

export const rate = (perSecond) => (perSecond >= 1 ? `${perSecond.toFixed(1)} files a second` : `${(perSecond * 60).toFixed(perSecond < 0.1 ? 1 : 0)} files a minute`);

/** What became of the files, without what did not happen. */
export function outcome(job) {
  const parts = [[job.analysed, "listened to"], [job.unchanged, "unchanged"], [job.skipped, "skipped"], [job.failed, "failed"], [job.planned - job.through, "not reached"]];
  const some = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  return some.length ? some.join(" · ") : job.state === "completed" ? "No audio files" : "Nothing yet";
}
