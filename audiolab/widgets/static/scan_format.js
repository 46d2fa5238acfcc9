// How the scan page writes times, speeds and numbers of files.
import { decimal, language, t } from "./text.js";

const clockTime = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const fullDate = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });

export const audioFiles = ([number, all]) => (number === 0 && all ? t("folders.no_audio_files") : t(all ? "folders.audio_files" : "folders.more_audio_files", { count: number }));

const isToday = (time) => time.toDateString() === new Date().toDateString();

/** When something happened: "Today, 14:02", or with its date. */
export function when(iso) {
  const time = new Date(iso);
  const clock = clockTime.format(time);
  return isToday(time) ? t("scan.today", { time: clock }) : t("scan.on_day", { day: fullDate.format(time), time: clock });
}

/** Since when something happens: "since 14:02", or with the date. */
export const since = (iso) => t("scan.since", { time: isToday(new Date(iso)) ? clockTime.format(new Date(iso)) : when(iso) });

/** How long something took: "8 s", "2 min 5 s", "3 h 12 min". */
export function took(seconds) {
  const total = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  if (hours) return t("scan.hours", { hours, minutes });
  return minutes ? t("scan.minutes", { minutes, seconds: rest }) : t("scan.seconds", { seconds: rest });
}

export function left(seconds) {
  if (seconds < 60) return t("scan.minute_left");
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? t("scan.minutes_left", { count: minutes }) : t("scan.hours_left", { count: Math.round(minutes / 60) });
}

export const rate = (perSecond) => (perSecond >= 1 ? t("scan.rate_second", { number: decimal(perSecond, 1) }) : t("scan.rate_minute", { number: decimal(perSecond * 60, perSecond < 0.1 ? 1 : 0) }));

/** What became of the files, without what did not happen. */
export function outcome(job) {
  const parts = [[job.analysed, "scan.listened_to"], [job.unchanged, "scan.unchanged"], [job.skipped, "scan.number_skipped"], [job.failed, "scan.number_failed"], [job.planned - job.through, "scan.not_reached"]];
  const some = parts.filter(([number]) => number > 0).map(([number, key]) => t(key, { count: number }));
  return some.length ? some.join(" · ") : job.state === "completed" ? t("scan.no_audio") : t("scan.nothing_yet");
}
