// The line to the page's kernel: it is opened again when it breaks, and nothing that was said meanwhile is lost.
import { pack, PROTOCOL, unpack } from "./wire.js";

const SOON = 500; // ms until a broken line is tried again; each failure doubles it
const LATE = 15_000;
const YOUNG = 30_000; // ms: a page whose kernel ends earlier would only fail again

/**
 * line(kernel, hear) -> send(type, content, { metadata, buffers }), which returns the message's id.
 *
 * `kernel` is the address of the kernel, `hear` gets every message that comes. Who comes back after
 * a break is known by the session, so the server hands over what the kernel has said meanwhile. If
 * the kernel or the login is gone the page loads again: all it shows is in its address.
 */
export function line(kernel, hear) {
  const session = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`; // plain http has no randomUUID
  const address = new URL(`${kernel}/channels?session_id=${session}`, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const unsent = [];
  let socket = null;
  let wait = SOON;
  let number = 0;

  const open = () => {
    socket = new WebSocket(address, PROTOCOL);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => { wait = SOON; for (const message of unsent.splice(0)) socket.send(message); };
    socket.onmessage = ({ data }) => { const message = unpack(data); if (ended(message)) again(); else hear(message); };
    socket.onclose = () => { socket = null; setTimeout(() => { if (!socket) renew(); }, wait); wait = Math.min(2 * wait, LATE); };
  };
  const renew = async (gone = again) => {
    const answer = await fetch(kernel, { cache: "no-store" }).catch(() => null);
    if (answer && !answer.ok) gone();
    else if (!socket) open();
  };
  const look = () => { if (document.visibilityState === "visible") renew(() => location.reload()); };
  document.addEventListener("visibilitychange", look); // the page may have slept for long
  addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
  open();

  return (type, content, { metadata = {}, buffers = [] } = {}) => {
    const header = { msg_id: `${session}-${++number}`, msg_type: type, session, username: "", date: new Date().toISOString(), version: "5.3" };
    const message = pack({ channel: "shell", header, metadata, content, buffers });
    if (socket?.readyState === WebSocket.OPEN) socket.send(message);
    else unsent.push(message);
    return header.msg_id;
  };
}

const ended = ({ header, content }) => header.msg_type === "status" && ["restarting", "dead"].includes(content.execution_state);

function again() {
  if (performance.now() > YOUNG) location.reload();
  else document.dispatchEvent(new Event("kernelgone"));
}
