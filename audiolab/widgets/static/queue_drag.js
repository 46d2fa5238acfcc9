// Dragging entries of a list by their grips, with mouse or finger. The list holds the pointer, as
// the entries themselves are moved about meanwhile.

/** `to(key, place)` is called whenever the pointer comes over another place. */
export function dragging(list, to) {
  let dragged = null;
  const placeAt = (y) => {
    const others = [...list.children].filter((entry) => entry !== dragged);
    return others.filter((entry) => { const box = entry.getBoundingClientRect(); return y > box.top + box.height / 2; }).length;
  };
  const end = () => { dragged?.classList.remove("al-dragged"); dragged = null; };
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".al-grip");
    if (!grip || event.button !== 0) return;
    dragged = grip.closest(".al-entry");
    dragged.classList.add("al-dragged");
    list.setPointerCapture(event.pointerId);
    grip.focus();
    event.preventDefault(); // no text is marked
  });
  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const place = placeAt(event.clientY);
    if (list.children[place] !== dragged) to(Number(dragged.dataset.key), place);
  });
  for (const name of ["pointerup", "pointercancel"]) list.addEventListener(name, end);
}
