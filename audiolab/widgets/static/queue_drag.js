// Dragging entries of a list by their grips, with mouse or finger. The list holds the pointer, as
// the entries themselves are moved about meanwhile.

/** `to(entry, place)` is called whenever the pointer comes over another place, `done(entry)` at the end. */
export function dragging(list, to, done = () => {}, kind = ".al-entry") {
  let dragged = null;
  const placeAt = (y) => {
    const others = [...list.children].filter((entry) => entry !== dragged);
    return others.filter((entry) => { const box = entry.getBoundingClientRect(); return y > box.top + box.height / 2; }).length;
  };
  const end = () => { if (!dragged) return; dragged.classList.remove("al-dragged"); done(dragged); dragged = null; };
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".al-grip");
    if (!grip || event.button !== 0) return;
    dragged = grip.closest(kind);
    dragged.classList.add("al-dragged");
    list.setPointerCapture(event.pointerId);
    grip.focus();
    event.preventDefault(); // no text is marked
  });
  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const place = placeAt(event.clientY);
    if (list.children[place] !== dragged) to(dragged, place);
  });
  for (const name of ["pointerup", "pointercancel"]) list.addEventListener(name, end);
}
