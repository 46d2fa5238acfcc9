// Messages between page and kernel as bytes: Jupyter's WebSocket protocol "v1.kernel.websocket.jupyter.org".
export const PROTOCOL = "v1.kernel.websocket.jupyter.org";

// After the channel's name, in this order; what follows are buffers.
const PARTS = ["header", "parent_header", "metadata", "content"];
const WORD = 8; // bytes: numbers are little-endian, of 64 bits
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** pack({ channel, header, parent_header, metadata, content, buffers }) -> ArrayBuffer */
export function pack(message) {
  const texts = [message.channel, ...PARTS.map((name) => JSON.stringify(message[name] ?? {}))];
  const parts = [...texts.map((text) => encoder.encode(text)), ...(message.buffers ?? []).map(bytes)];
  let end = WORD * (parts.length + 2);
  const offsets = [end, ...parts.map((part) => (end += part.length))];
  const packed = new Uint8Array(end);
  const view = new DataView(packed.buffer);
  [offsets.length, ...offsets].forEach((number, i) => view.setBigUint64(i * WORD, BigInt(number), true));
  parts.forEach((part, i) => packed.set(part, offsets[i]));
  return packed.buffer;
}

/** unpack(ArrayBuffer) -> the same message; its buffers are DataViews. */
export function unpack(packed) {
  const view = new DataView(packed);
  const word = (i) => Number(view.getBigUint64(i * WORD, true));
  const offsets = Array.from({ length: word(0) }, (_, i) => word(i + 1));
  const parts = offsets.slice(1).map((end, i) => new DataView(packed, offsets[i], end - offsets[i]));
  const [channel, ...texts] = parts.slice(0, PARTS.length + 1).map((part) => decoder.decode(part));
  const message = { channel, buffers: parts.slice(PARTS.length + 1) };
  PARTS.forEach((name, i) => (message[name] = JSON.parse(texts[i])));
  return message;
}

function bytes(buffer) {
  return ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
}
