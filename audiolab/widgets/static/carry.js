// Files through the widget's line to the kernel, part by part, where no server of ours has them.
import { toast } from "./page.js";

const SLOW = 1500; // milliseconds until it is said that something is on its way

/** carry(kind, id) -> address of a file in the browser's memory. */
export function carrier(model) {
  const waiting = new Map();
  const told = (message, buffers) => {
    const open = waiting.get(message.request);
    if (!open) return;
    waiting.delete(message.request);
    if (message.type === "part") open.resolve({ size: message.size, bytes: buffers[0] });
    else open.reject(new Error(message.reason));
  };
  model.on("msg:custom", told);

  // Other pages of the same kernel hear the answers too.
  const name = () => `${Date.now()}-${Math.random()}`;
  const ask = (kind, id, offset) => new Promise((resolve, reject) => {
    const request = name();
    waiting.set(request, { resolve, reject });
    model.send({ type: "carry", request, kind, id, offset });
  });

  return async (kind, id) => {
    const late = setTimeout(() => toast("The sound comes through the notebook's kernel: a moment, please."), SLOW);
    try {
      const parts = [];
      for (let offset = 0, size = 1; offset < size;) {
        const part = await ask(kind, id, offset);
        if (part.bytes.byteLength === 0) break; // it has become shorter
        parts.push(part.bytes);
        offset += part.bytes.byteLength;
        ({ size } = part);
      }
      return URL.createObjectURL(new Blob(parts));
    } finally {
      clearTimeout(late);
    }
  };
}
