// The values of a track in groups, class scores as bars, corrections, and the file's tags beside.
import { h } from "./dom.js";
import { corrector } from "./correct.js";
import { factRow } from "./fact_row.js";
import { styled } from "./page.js";
import { scoreBars } from "./score_bars.js";
import { tagTable } from "./tag_table.js";
import { t, written } from "./text.js";

export async function render({ model, el }) {
  await styled;
  const send = (message) => model.send(message);
  const columns = h("div", { className: "al-groups" });
  const beside = h("div", { className: "al-beside" });
  el.append(columns, beside);
  const open = new Set(); // lists of classes that somebody unfolded
  let correcting = null; // field whose correction is open
  let panel = null; // what it is corrected with: it stays when values come, as somebody may be typing

  const correction = (fact) => {
    const close = (field = null) => { correcting = field; panel = null; draw(); columns.querySelector(field ? ".al-correct :is(button, input, select)" : `[data-correct="${fact.field}"]`)?.focus(); };
    if (!fact.correctable) return null;
    const shown = correcting === fact.field;
    if (shown) panel ??= corrector(fact, { genres: model.get("genres"), close: () => close(), correct: (value) => { correcting = panel = null; send({ type: "correct", field: fact.field, value }); } });
    return { shown, flip: () => close(shown ? null : fact.field), undo: () => send({ type: "uncorrect", field: fact.field }),
      panel: shown ? panel : null };
  };
  const group = ({ name, label, rows, bars, note }) => h("section", { className: "al-group", "aria-labelledby": `al-group-${name}` },
    h("h3", { id: `al-group-${name}` }, written(label)),
    note ? h("p", { className: "al-hint" }, written(note)) : null,
    rows.length ? h("dl", { className: "al-values" }, rows.map((fact) => factRow(fact, correction(fact)))) : null,
    bars.length && rows.length ? h("p", { className: "al-hint al-heard" }, t("facts.by_networks")) : null,
    bars.map((one) => scoreBars(one, open, draw)));
  const draw = () => {
    if (model.get("groups").length === 0) correcting = panel = null; // another track is to come
    const typing = panel?.contains(document.activeElement) ? document.activeElement : null;
    const kept = el.contains(document.activeElement) && (document.activeElement.dataset.keep ?? `correct ${document.activeElement.closest("[data-field]")?.dataset.field}`);
    columns.replaceChildren(...model.get("groups").map(group));
    beside.replaceChildren(...tagTable(model.get("claims"), model.get("tags"), (field, value) => send({ type: "correct", field, value })));
    if (typing) typing.focus();
    else if (kept) [...el.querySelectorAll("[data-keep]")].find((one) => one.dataset.keep === kept)?.focus();
  };
  const names = ["change:groups", "change:claims", "change:tags", "change:genres"];
  let drawn = 0;
  const soon = () => { cancelAnimationFrame(drawn); drawn = requestAnimationFrame(draw); }; // all four come together
  for (const name of names) model.on(name, soon);
  draw();
  return () => { cancelAnimationFrame(drawn); for (const name of names) model.off(name, soon); };
}
