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
  more: "M3 6.6a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8zm5 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8zm5 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8z",
  similar: "M5.6 3.4a4.6 4.6 0 0 1 2.4.7 4.6 4.6 0 1 1 0 7.8 4.6 4.6 0 1 1-2.4-8.5zm0 1.4a3.2 3.2 0 1 0 1.2 6.2A4.6 4.6 0 0 1 6.8 5a3.2 3.2 0 0 0-1.2-.2zm4.8 0A3.2 3.2 0 0 0 9.2 5a4.6 4.6 0 0 1 0 6 3.2 3.2 0 1 0 1.2-6.2z",
  info: "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm0 1.4a5.1 5.1 0 1 0 0 10.2A5.1 5.1 0 0 0 8 2.9zM7.3 7h1.4v4.4H7.3zm0-2.4h1.4v1.5H7.3z",
  remove: "M6.2 1.8h3.6l.6 1.2H14v1.4H2V3h3.6zM3.4 5.6h9.2l-.7 8.6H4.1zm2.8 1.6.3 5.4h1.2l-.3-5.4zm3.6 0h-1.2l-.3 5.4h1.2z",
  rows: "M1.8 3.3h12.4v1.4H1.8zM1.8 7.3h12.4v1.4H1.8zM1.8 11.3h12.4v1.4H1.8z",
  cards: "M2 2h5.2v5.2H2zm1.4 1.4v2.4h2.4V3.4zM8.8 2H14v5.2H8.8zm1.4 1.4v2.4h2.4V3.4zM2 8.8h5.2V14H2zm1.4 1.4v2.4h2.4v-2.4zM8.8 8.8H14V14H8.8zm1.4 1.4v2.4h2.4v-2.4z",
  queue: "M1.8 2.8h9v1.4h-9zm0 4h9v1.4h-9zm0 4h5.4v1.4H1.8zm8.6-1.6v5.2l4-2.6z",
  shuffle: "M11.4 1.6 15 4.3l-3.6 2.7V5h-1.1L4.9 12H1.2v-1.4h3L9.6 3.6h1.8zM1.2 4h3.7l1.7 2.2-.9 1.2L4.2 5.4h-3zm10.2 5L15 11.7l-3.6 2.7v-2H9.6L7.9 10.200l.9-1.200 1.5 2h1.1z",
  undo: "M6.2 2.2 7.200 3.2 4.900 5.500h4.600a4.100 4.100 0 0 1 0 8.200H6v-1.400h3.500a2.700 2.700 0 0 0 0-5.400H4.900l2.300 2.300-1 1L2.200 6.200z",
  check: "M6.3 11.9 2.4 8l1-1 2.9 2.9 6.3-6.3 1 1z",
  folder: "M1.8 3h4.4l1.5 1.7h6.5v8.6H1.8zm1.4 1.4v7.5h9.6V6.1H7L5.6 4.4z",
  stopped: "M4 4h8v8H4z",
  back: "M3 2.6h1.6v4.5l7.300-4.600c.4-.26.9.03.9.5v10c0 .47-.5.76-.9.500l-7.300-4.600v4.500H3z",
  forward: "M13 2.6h-1.6v4.5L4.100 2.500c-.4-.26-.9.03-.9.5v10c0 .47.5.76.9.500l7.300-4.600v4.500H13z",
  repeat: "M11.300 1 14.400 3.700 11.300 6.400V4.500H5A2.300 2.300 0 0 0 2.700 6.800v.8H1.300v-.8A3.700 3.700 0 0 1 5 3.100h6.300zM4.700 15 1.600 12.300 4.700 9.600v1.900H11a2.300 2.300 0 0 0 2.300-2.300v-.8h1.400v.8a3.700 3.700 0 0 1-3.700 3.700H4.700z",
  repeatOne: "M11.300 1 14.400 3.700 11.300 6.400V4.500H5A2.300 2.300 0 0 0 2.700 6.800v.8H1.300v-.8A3.700 3.700 0 0 1 5 3.100h6.300zM4.700 15 1.600 12.300 4.700 9.600v1.900H11a2.300 2.300 0 0 0 2.300-2.300v-.8h1.400v.8a3.700 3.700 0 0 1-3.700 3.700H4.700zM7.300 6h1.500v4.200H7.500V7.500l-.9.4-.4-1z",
  tune: "M1.800 4.300h5.300a2 2 0 0 1 3.800 0h3.300v1.400h-3.300a2 2 0 0 1-3.800 0H1.800zM1.800 10.300h1.300a2 2 0 0 1 3.800 0h7.300v1.400H6.900a2 2 0 0 1-3.800 0H1.800z",
  grip: "M5 3h2v2H5zm4 0h2v2H9zM5 7h2v2H5zm4 0h2v2H9zM5 11h2v2H5zm4 0h2v2H9z",
  plus: "M7.3 2.8h1.4v4.5h4.5v1.4H8.700v4.5H7.300V8.700H2.800V7.300h4.500z",
  minus: "M2.8 7.300h10.400v1.400H2.800z",
  pencil: "M11.300 1.900a1.500 1.500 0 0 1 2.100 0l.7.7a1.500 1.500 0 0 1 0 2.100l-8.600 8.600-3.600.8.8-3.600zm1.050 1.050-.9.9 1.700 1.700.9-.9zm-1.900 1.900-6.400 6.400-.35 1.700 1.700-.35 6.400-6.400z",
  note: "M6 2.6 13.5 1v9.6a2.2 2.2 0 1 1-1.4-2V4.9L7.4 6v6.4a2.2 2.2 0 1 1-1.4-2z",
  warning: "M8 1.5 15 14H1zM7.3 6v4h1.4V6zm0 5.2v1.4h1.4v-1.4z",
};

/** An inline icon; symbols of fonts may be missing. */
const icons = new Map(); // copies are quicker made: a page of rows has three hundred
export function icon(name) {
  if (!icons.has(name)) icons.set(name, svg("svg", { viewBox: "0 0 16 16", class: "al-icon", "aria-hidden": "true", fill: "currentColor" }, svg("path", { d: PATHS[name], "fill-rule": "evenodd" })));
  return icons.get(name).cloneNode(true);
}

/** A button with an icon and a name. */
export const iconButton = (name, label, props = {}) => h("button", { type: "button", title: label, "aria-label": label, ...props }, icon(name));

/** Call `action` once things have been quiet for `wait` milliseconds. */
export function debounce(action, wait) {
  let timer = 0;
  const later = (...values) => { clearTimeout(timer); timer = setTimeout(() => action(...values), wait); };
  later.cancel = () => clearTimeout(timer);
  return later;
}
