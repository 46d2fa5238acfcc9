// Building elements. Text only ever becomes text: nothing here, or elsewhere, parses HTML.
const SVG = "http://www.w3.org/2000/svg";

/** An element with properties (or attributes, for names with a dash, and role) and children. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  set(element, props);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The same for SVG, where everything is an attribute. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function set(element, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined) continue;
    if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else element[name] = value;
  }
}

// 16 x 16, drawn in the current colour.
const PATHS = {
  play: "M4.5 2.4v11.2c0 .5.55.8.97.53l8.6-5.6a.63.63 0 0 0 0-1.06l-8.6-5.6a.63.63 0 0 0-.97.53z",
  pause: "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
  search: "M7 1.8a5.2 5.2 0 1 0 3.2 9.3l3.2 3.2 1-1-3.2-3.2A5.2 5.2 0 0 0 7 1.8zm0 1.4a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6z",
  clear: "M4.2 3.2 8 7l3.8-3.8 1 1L9 8l3.8 3.8-1 1L8 9l-3.8 3.8-1-1L7 8 3.2 4.2z",
  download: "M7.3 1.8h1.4v6.4l2.3-2.3 1 1L8 10.9 4 6.9l1-1 2.3 2.3zM2.5 12.3h11v1.4h-11z",
  volume: "M2 5.8h2.6L8 2.6v10.8l-3.4-3.2H2zM10.2 5.2a4 4 0 0 1 0 5.6l-.9-.9a2.7 2.7 0 0 0 0-3.8zM12 3.4a6.5 6.5 0 0 1 0 9.2l-.9-.9a5.2 5.2 0 0 0 0-7.4z",
  muted: "M2 5.8h2.6L8 2.6v10.8l-3.4-3.2H2zM10 6l1-1 1.5 1.5L14 5l1 1-1.5 1.5L15 9l-1 1-1.5-1.5L11 10l-1-1 1.5-1.5z",
  up: "M8 3.2 12.8 8l-1 1L8.7 5.9v7H7.3v-7L4.2 9l-1-1z",
  down: "M8 12.8 3.2 8l1-1 3.1 3.1v-7h1.4v7L11.8 7l1 1z",
  previous: "M10.3 2.7 5 8l5.3 5.3 1-1L7 8l4.3-4.3z",
  next: "M5.7 2.7 11 8l-5.3 5.3-1-1L9 8 4.7 3.7z",
  filter: "M1.8 3.3h12.4v1.4H1.8zM4 7.3h8v1.4H4zM6.2 11.3h3.6v1.4H6.2z",
  code: "M5.6 3.6 1.2 8l4.4 4.4 1-1L3.2 8l3.4-3.4zM10.4 3.6l-1 1L12.8 8l-3.4 3.4 1 1L14.8 8z",
  folder: "M1.8 3h4.4l1.5 1.7h6.5v8.6H1.8zm1.4 1.4v7.5h9.6V6.1H7L5.6 4.4z",
  stopped: "M4 4h8v8H4z",
  check: "M6.3 11.9 2.4 8l1-1 2.9 2.9 6.3-6.3 1 1z",
  note: "M6 2.6 13.5 1v9.6a2.2 2.2 0 1 1-1.4-2V4.9L7.4 6v6.4a2.2 2.2 0 1 1-1.4-2z",
  warning: "M8 1.5 15 14H1zM7.3 6v4h1.4V6zm0 5.2v1.4h1.4v-1.4z",
};

/** An inline icon; symbols of fonts may be missing. */
export const icon = (name) => svg("svg", { viewBox: "0 0 16 16", class: "al-icon", "aria-hidden": "true", fill: "currentColor" },
  svg("path", { d: PATHS[name], "fill-rule": "evenodd" }));

/** A button with an icon and a name. */
export const iconButton = (name, label, props = {}) => h("button", { type: "button", title: label, "aria-label": label, ...props }, icon(name));

/** Call `action` once things have been quiet for `wait` milliseconds. */
export function debounce(action, wait) {
  let timer = 0;
  const later = (...values) => { clearTimeout(timer); timer = setTimeout(() => action(...values), wait); };
  later.cancel = () => clearTimeout(timer);
  return later;
}
