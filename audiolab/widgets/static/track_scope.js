// Under the waveform: pictures of what is seen, and how much is seen.
import { h, icon, iconButton } from "./dom.js";
import { hub, styled } from "./page.js";
import { position } from "./playback.js";
import { t, written } from "./text.js";

export async function render({ model, el }) {
  await styled;
  const place = () => (hub.track && !el.closest(".al-stage")?.querySelector(".al-playhead")?.hidden ? position() : null);
  const zoom = (factor) => model.send({ type: "zoom", factor, at: place() });
  const closer = iconButton("plus", t("all.zoom_in"), { className: "al-quiet", onclick: () => zoom(0.5) });
  const wider = iconButton("minus", t("all.zoom_out"), { className: "al-quiet", onclick: () => zoom(2) });
  const whole = h("button", { type: "button", className: "al-word", onclick: () => zoom(1e9) }, t("stage.whole"));
  const pictures = h("div", { className: "al-pictures", role: "group", "aria-label": t("stage.pictures") });
  const note = h("p", { className: "al-hint", role: "status" });
  const bar = h("div", { className: "al-scope" }, pictures, note, h("div", { className: "al-zoom" }, wider, closer, whole));
  el.append(bar);

  const flip = (name) => {
    const chosen = model.get("chosen");
    model.set("chosen", chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
    model.save_changes();
    showChosen();
  };
  const buttons = model.get("choices").map(({ name, label }) => h("button", { type: "button", className: "al-toggle", "aria-pressed": "false", dataset: { name }, onclick: () => flip(name) }, written(label)));
  pictures.append(...buttons);
  const showChosen = () => { for (const button of buttons) button.setAttribute("aria-pressed", String(model.get("chosen").includes(button.dataset.name))); };
  const show = () => {
    const { busy, note: text, problem, zoomed, empty } = model.get("view");
    bar.hidden = Boolean(empty);
    bar.classList.toggle("al-busy", Boolean(busy));
    note.replaceChildren(...(problem ? [icon("warning"), written(problem)] : [busy ? t("stage.listening") : written(text)]));
    wider.disabled = whole.disabled = !zoomed;
  };
  model.on("change:chosen", showChosen);
  model.on("change:view", show);
  showChosen();
  show();
  return () => { model.off("change:chosen", showChosen); model.off("change:view", show); };
}
