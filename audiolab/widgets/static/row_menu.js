// What can be done with a track: one menu for all rows, opened beside the button that was pressed.
import { h, icon } from "./dom.js";

/** `items(id)` gives [icon, label, action or address, dataset] for a track. */
export function rowMenu(items) {
  const element = h("div", { className: "al-items al-row-menu", role: "menu", hidden: true });
  let opener = null;
  const close = (back = false) => {
    if (element.hidden) return;
    element.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (back) opener.focus();
  };
  const item = ([name, label, deed, dataset = {}]) => {
    const content = [icon(name), h("span", {}, label)];
    return typeof deed === "string"
      ? h("a", { className: "al-item", role: "menuitem", tabIndex: -1, href: deed, download: "", onclick: () => close() }, content)
      : h("button", { type: "button", className: "al-item", role: "menuitem", tabIndex: -1, dataset, onclick: () => { close(true); deed(); } }, content);
  };
  const open = (button, id) => {
    close();
    opener = button;
    opener.setAttribute("aria-haspopup", "menu");
    opener.setAttribute("aria-expanded", "true");
    element.replaceChildren(...items(id).map(item));
    element.hidden = false;
    const [here, around] = [button.getBoundingClientRect(), element.offsetParent.getBoundingClientRect()];
    const below = here.bottom + element.offsetHeight + 8 < innerHeight || here.top < element.offsetHeight;
    element.style.top = `${(below ? here.bottom + 4 : here.top - element.offsetHeight - 4) - around.top}px`;
    element.style.right = `${Math.max(0, around.right - here.right)}px`;
    element.firstChild.focus();
  };
  element.addEventListener("keydown", (event) => {
    const all = [...element.children].filter((one) => one.checkVisibility());
    const at = all.indexOf(document.activeElement);
    const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") close();
    else if (event.key === "Escape") close(true);
    else if (step !== undefined) all.at(step % all.length).focus();
    else if (event.key !== "Enter" && event.key !== " ") return;
    if (event.key !== "Tab") event.stopPropagation();
    if (step !== undefined || event.key === "Escape") event.preventDefault();
  });
  element.addEventListener("focusout", (event) => { if (!element.contains(event.relatedTarget)) close(); });
  return { element, close, toggle: (button, id) => { if (opener === button && !element.hidden) close(true); else open(button, id); } };
}
