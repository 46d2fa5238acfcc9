// Files through the widget's line to the kernel, part by part, where no server of ours has them.
import { toast } from "./page.js";
import { t } from "./text.js";

const SLOW = 1500; // milliseconds until it is said that something is on its way

/** carry(kind, id) -> address of a file in the browser's memory. */
export const carrier = (ask) => async (kind, id) => {
  const late = setTimeout(() => toast(t("player.by_kernel_wait")), SLOW);
  try {
    const parts = [];
    for (let offset = 0, size = 1; offset < size;) {
      const { message, buffers } = await ask({ type: "carry", kind, id, offset });
      if (buffers[0].byteLength === 0) break; // it has become shorter
      parts.push(buffers[0]);
      offset += buffers[0].byteLength;
      ({ size } = message);
    }
    return URL.createObjectURL(new Blob(parts));
  } finally {
    clearTimeout(late);
  }
};
