// The page's address as state. In JupyterLab the address is Lab's: only say that somebody is there.
import { inVoila } from "./page.js";

// Ours to write; others (of other tools) stay as they are. The token has done its work.
const OURS = ["q", "playlist", "genre", "tag_genre", "key", "bpm", "energy", "mood", "instrument", "vocals", "format", "state", "loudness", "duration", "year", "similar", "track", "sort", "page", "scan", "region", "view", "colour"];

let visits = 0;

function read() {
  const params = {};
  for (const [name, value] of new URLSearchParams(location.search)) (params[name] ??= []).push(value);
  return params;
}

function forgetToken() {
  const url = new URL(location.href);
  if (!url.searchParams.has("token")) return;
  url.searchParams.delete("token");
  history.replaceState(history.state, "", url);
}

function write({ params, replace }) {
  const url = new URL(location.href);
  for (const name of OURS) url.searchParams.delete(name);
  for (const [name, values] of Object.entries(params)) for (const value of values) url.searchParams.append(name, value);
  if (url.href === location.href) return;
  if (replace) history.replaceState({}, "", url);
  else history.pushState({}, "", url);
}

export function render({ model, el }) {
  el.hidden = true;
  const tell = () => {
    model.set("location", { params: inVoila ? read() : null, visit: ++visits });
    model.save_changes();
  };
  const show = () => { if (inVoila && model.get("target").params) write(model.get("target")); };
  if (inVoila) forgetToken();
  model.on("change:target", show);
  if (inVoila) addEventListener("popstate", tell);
  // What the page was opened with is known to the kernel already, if that was just now.
  const { params, visit } = model.get("location");
  if (visit !== 0 || JSON.stringify(params) !== JSON.stringify(read())) tell();
  return () => { removeEventListener("popstate", tell); model.off("change:target", show); };
}
