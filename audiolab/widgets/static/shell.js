// The dashboard's page before and around the widgets: its theme.
const THEME = "audiolab.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function kept() { try { return localStorage.getItem(THEME); } catch { return null; } }

function apply() {
  const choice = kept() ?? document.body.dataset.theme;
  const isDark = choice === "dark" || (choice !== "light" && dark.matches);
  document.body.dataset.jpThemeLight = String(!isDark);
  document.body.dataset.jpThemeName = isDark ? "JupyterLab Dark" : "JupyterLab Light";
}

function flip() {
  const next = document.body.dataset.jpThemeLight === "true" ? "dark" : "light";
  try { localStorage.setItem(THEME, next); } catch { document.body.dataset.theme = next; }
  apply();
}

apply();
dark.addEventListener("change", apply);
document.getElementById("theme").addEventListener("click", flip);

// Voila says now and then that a kernel is still at work, so that no proxy loses patience.
globalThis.voila_heartbeat = () => {};
