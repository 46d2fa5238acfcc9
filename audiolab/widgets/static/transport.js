// The player's buttons: shuffle, back, play, on, repeat; and the volume.
import { h, icon, iconButton } from "./dom.js";
import { flipMute, setVolume } from "./loudness.js";
import { hub, on } from "./page.js";
import { change, next, playing, previous, toggle } from "./playback.js";
import { REPEATS, repeat, shuffle } from "./queue.js";
import { t } from "./text.js";

const repeats = (how) => t(`repeat.${how}`);

export function transport(signal) {
  const mix = iconButton("shuffle", t("player.shuffle"), { className: "al-quiet", onclick: () => change(shuffle(hub.queue, !hub.queue.shuffle)) });
  const back = iconButton("back", t("player.previous"), { className: "al-quiet", onclick: previous });
  const button = h("button", { type: "button", className: "al-play", onclick: toggle });
  const forth = iconButton("forward", t("player.next"), { className: "al-quiet", onclick: next });
  const again = iconButton("repeat", repeats("off"), { className: "al-quiet", onclick: () => change(repeat(hub.queue, REPEATS[(REPEATS.indexOf(hub.queue.repeat) + 1) % REPEATS.length])) });
  const showState = () => {
    button.replaceChildren(icon(playing() ? "pause" : "play"));
    button.ariaLabel = button.title = playing() ? t("all.pause") : t("all.play");
  };
  const showOrder = () => {
    const how = hub.queue.repeat;
    mix.setAttribute("aria-pressed", String(hub.queue.shuffle));
    again.replaceChildren(icon(how === "one" ? "repeatOne" : "repeat"));
    again.ariaLabel = again.title = repeats(how);
    again.classList.toggle("al-on", how !== "off");
  };
  on("state", showState, signal);
  on("queue", showOrder, signal);
  showState();
  showOrder();
  return h("div", { className: "al-transport" }, mix, back, button, forth, again);
}

export function volumeControl(signal) {
  const { audio } = hub;
  const mute = iconButton("volume", t("player.mute"), { className: "al-quiet", onclick: flipMute });
  const slider = h("input", { type: "range", className: "al-volume", min: 0, max: 1, step: 0.01, "aria-label": t("player.volume"), oninput: () => setVolume(Number(slider.value)) });
  const show = () => {
    const level = audio.muted ? 0 : hub.volume;
    slider.value = level;
    slider.style.setProperty("--share", `${level * 100}%`);
    mute.replaceChildren(icon(level === 0 ? "muted" : "volume"));
    mute.ariaLabel = mute.title = audio.muted ? t("player.unmute") : t("player.mute");
  };
  audio.addEventListener("volumechange", show, { signal });
  show();
  return h("div", { className: "al-volume-box" }, mute, slider);
}
