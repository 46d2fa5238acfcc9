// The widgets of the kernel as models: what ipywidgets' messages (comms) say about them, and what the page says back.
// ipywidgets, packages/schema/messages.md

const SOON = 500; // ms until everything is asked for again; then twice as long
const VERSION = { version: "2.1.0" };
const CONTROL = { target_name: "jupyter.widget.control", version: { version: "1.0.0" } };

/** One widget, with the part of Backbone's interface that anywidget's front-end modules may use. */
class Model {
  #listeners = new Map();
  #unsaved = {};
  #echoes = new Map(); // name of an attribute -> id of our last change of it that the kernel has not confirmed
  #send;

  constructor(id, state, send) {
    this.id = id;
    this.state = state;
    this.#send = send;
  }

  get(name) { return this.state[name]; }

  /** Change an attribute here; `save_changes` tells the kernel. */
  set(name, value) {
    if (same(this.state[name], value)) return;
    this.#unsaved[name] = value;
    this.#change({ [name]: value });
  }

  save_changes() {
    const state = this.#unsaved;
    this.#unsaved = {};
    if (Object.keys(state).length === 0) return;
    const id = this.#send({ method: "update", state, buffer_paths: [] });
    for (const name of Object.keys(state)) this.#echoes.set(name, id);
  }

  send(content, _callbacks, buffers) { this.#send({ method: "custom", content }, buffers); }

  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
  }

  off(name, listener) { this.#listeners.get(name)?.delete(listener); }

  /** What the kernel says about this widget. */
  hear({ method, state, content }, parent, buffers) {
    if (method === "custom") this.#tell("msg:custom", content, buffers);
    else if (method === "update") this.update(state);
    else if (method === "echo_update") for (const name of Object.keys(state)) if (this.#echoes.get(name) === parent) this.#echoes.delete(name);
  }

  /** Take the kernel's state, but for what we have changed since and it does not know yet. */
  update(state) {
    const fresh = ([name, value]) => !this.#echoes.has(name) && !same(this.state[name], value);
    this.#change(Object.fromEntries(Object.entries(state).filter(fresh)));
  }

  #change(state) {
    Object.assign(this.state, state);
    for (const [name, value] of Object.entries(state)) this.#tell(`change:${name}`, this, value);
    if (Object.keys(state).length > 0) this.#tell("change", this);
  }

  #tell(name, ...words) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...words);
  }
}

/**
 * models(line) -> ask(), to be called once the kernel has run the page's cell; resolves with find(id) -> the model of a widget.
 *
 * `line` is the function of that name: it gets who hears the kernel, and returns how to speak to it.
 * Widgets made later are known before anything refers to them, as the kernel's messages keep their order.
 */
export function models(line) {
  const known = new Map();
  const open = (id, state) => known.set(id, new Model(id, state, (data, buffers) => send("comm_msg", { comm_id: id, data }, { buffers, metadata: VERSION })));
  const controls = new Set(); // ids of the comms by which we have asked for everything
  let answer;
  const everything = new Promise((resolve) => { answer = resolve; });

  const heard = {
    comm_open: ({ comm_id: id, data }) => { if (!known.has(id)) open(id, data.state); },
    comm_close: ({ comm_id: id }) => { known.delete(id); },
    comm_msg: ({ comm_id: id, data }, parent, buffers) => {
      if (controls.has(id)) answer(data.states);
      else known.get(id)?.hear(data, parent, buffers);
    },
  };
  const send = line(({ header, parent_header: parent, content, buffers }) => heard[header.msg_type]?.(content, parent.msg_id, buffers));

  // What a kernel says in the first moments of a line can be lost: Jupyter's server may not listen yet.
  const ask = (wait) => {
    const id = `control-${controls.size}-${Date.now()}`;
    controls.add(id);
    send("comm_open", { comm_id: id, target_name: CONTROL.target_name, data: {} }, { metadata: CONTROL.version });
    send("comm_msg", { comm_id: id, data: { method: "request_states" } });
    const again = setTimeout(ask, wait, 2 * wait);
    everything.then(() => clearTimeout(again));
  };
  return async () => {
    ask(SOON);
    for (const [id, { state }] of Object.entries(await everything)) {
      if (known.has(id)) known.get(id).update(state);
      else open(id, state);
    }
    return (id) => known.get(id);
  };
}

const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);
