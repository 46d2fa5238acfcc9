// What the browser remembers; in a private window, nothing.
const name = (key) => `audiolab.${key}`;
const SESSION = name("session");

/** From one visit to the next. */
export function kept(key, otherwise) {
  try {
    const text = localStorage.getItem(name(key));
    return text === null ? otherwise : JSON.parse(text);
  } catch { return otherwise; }
}

export function keep(key, value) {
  try { localStorage.setItem(name(key), JSON.stringify(value)); } catch { /* private, or full */ }
}

/** What the page leaves to the one that comes after it in this tab, as when it is reloaded. */
export function leave(value) {
  try { sessionStorage.setItem(SESSION, JSON.stringify(value)); } catch { /* private, or full */ }
}

export function left() {
  try { return JSON.parse(sessionStorage.getItem(SESSION)) ?? {}; } catch { return {}; }
}
