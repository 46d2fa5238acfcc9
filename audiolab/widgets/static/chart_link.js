// A bar, wedge or cell: a link to its tracks in the library; in a notebook, a button that narrows.
import { inVoila, rendered } from "./page.js";

/** Where a filter and one more condition lead; the same as `both` and `narrowed` of charts.py. */
export function leadsTo(base, [name, value]) {
  const params = new URLSearchParams();
  for (const [key, values] of Object.entries(base)) for (const one of values) params.append(key, one);
  const before = params.get("q") ?? "";
  if (name === "q") params.set("q", before ? `${grouped(before)} ${grouped(value)}` : value);
  else { params.delete(name); params.append(name, value); }
  return `${rendered("library")}?${params}`;
}

const grouped = (query) => (query.includes("|") && !query.startsWith("(") ? `(${query})` : query);

/** Attributes that make an element such a link. */
export const linked = (base, add, label) => (inVoila ? { href: leadsTo(base, add), "aria-label": label } : { role: "button", "aria-label": label });

/**
 * One stop for the Tab key in a group of links, and arrows between them; in notebooks, what is
 * pressed is told by its place.
 */
export function travel(group, step, pressed) {
  const all = () => [...group.querySelectorAll("a")];
  const stop = (place) => all().forEach((one, at) => one.setAttribute("tabindex", at === place ? "0" : "-1"));
  group.addEventListener("keydown", (event) => {
    const links = all();
    const at = links.indexOf(event.target.closest("a"));
    const goal = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + step, ArrowUp: at - step, Home: 0, End: links.length - 1 }[event.key];
    if (event.key === " " || (event.key === "Enter" && !inVoila)) { event.preventDefault(); links[at].dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })); return; }
    if (at < 0 || goal === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = links[Math.min(Math.max(goal, 0), links.length - 1)];
    stop(links.indexOf(next));
    next.focus();
  });
  group.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && !inVoila) { event.preventDefault(); pressed(all().indexOf(link)); }
  });
  stop(0);
}
