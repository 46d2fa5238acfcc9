// The dashboard's page before and around the widgets: theme, and what Voila's script calls.
const THEME = "audiolab.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function kept() { try { return localStorage.getItem(THEME); } catch { return null; } }

function apply() {
  const choice = kept() ?? document.body.dataset.theme;
  const isDark = choice === "dark" || (choice !== "light" && dark.matches);
  document.body.dataset.jpThemeLight = String(!isDark);
  document.body.dataset.jpThemeName = isDark ? "JupyterLab Dark" : "JupyterLab Light";
  for (const link of document.querySelectorAll("link[data-theme]")) link.media = (link.dataset.theme === "dark") === isDark ? "all" : "not all";
}

function flip() {
  const next = document.body.dataset.jpThemeLight === "true" ? "dark" : "light";
  try { localStorage.setItem(THEME, next); } catch { document.body.dataset.theme = next; }
  apply();
}

apply();
dark.addEventListener("change", apply);
document.getElementById("theme").addEventListener("click", flip);

// A page that slept for long has lost its kernel, or its login. All it showed is in its address.
async function wakeUp() {
  const options = document.getElementById("jupyter-config-data");
  if (document.visibilityState !== "visible" || !options) return;
  const { baseUrl, kernelId } = JSON.parse(options.textContent);
  const answer = await fetch(`${baseUrl}api/kernels/${kernelId}`, { cache: "no-store" }).catch(() => null);
  if (answer && !answer.ok) location.reload();
}
document.addEventListener("visibilitychange", wakeUp);
