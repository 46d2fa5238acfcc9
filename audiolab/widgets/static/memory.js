// What the browser remembers from one visit to the next; in a private window, nothing.
const name = (key) => `audiolab.${key}`;

export function kept(key, otherwise) {
  try {
    const text = localStorage.getItem(name(key));
    return text === null ? otherwise : JSON.parse(text);
  } catch { return otherwise; }
}

export function keep(key, value) {
  try { localStorage.setItem(name(key), JSON.stringify(value)); } catch { /* private window */ }
}
