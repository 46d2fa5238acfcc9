// Questions to the kernel, and their answers.
import { written } from "./text.js";

/** ask(message) -> { message, buffers }; rejects with the reason where the kernel refuses. */
export function asker(model) {
  const waiting = new Map();
  model.on("msg:custom", (message, buffers) => {
    const open = waiting.get(message.request);
    if (!open) return; // other pages of the same kernel hear the answers too
    waiting.delete(message.request);
    if (message.type === "refused") open.reject(new Error(written(message.reason)));
    else open.resolve({ message, buffers });
  });
  return (message) => new Promise((resolve, reject) => {
    const request = `${Date.now()}-${Math.random()}`;
    waiting.set(request, { resolve, reject });
    model.send({ ...message, request });
  });
}
