// What plays, what comes next and what came before: values in, values out, no page in sight.
//
// A state holds
//   current  the track that plays, or null
//   list     the tracks it was chosen among, as far as they are here
//   source   { query, sort } of that list, if the catalog can say what follows it
//   order    places in `list` in the order of playing; `at` is where in it we are
//   queued   { key, track } that come before anything else of the list
//   past     what came before, each with the list it came from
//   shuffle  whether `order` is shuffled; repeat: "off", "all" or "one"
// Tracks are the rows' own dicts (rows.py); a track may be queued twice, so entries have keys.

const LONGEST_PAST = 100;

export const REPEATS = ["off", "all", "one"];
export const empty = Object.freeze({ current: null, list: [], source: null, order: [], at: -1, queued: [], past: [], shuffle: false, repeat: "off", made: 0 });

/** A track was chosen: among a list, in the list we are in, or alone. */
export function choose(state, track, { list = null, source = null } = {}, random = Math.random) {
  const place = (tracks) => tracks.findIndex((one) => one.id === track.id);
  const context = list && place(list) >= 0 ? { list, source } : place(state.list) >= 0 ? { list: state.list, source: state.source } : { list: [track], source: null };
  const order = arranged(context.list.length, place(context.list), state.shuffle, random);
  return { ...remembering(state, track), ...context, ...order, current: track };
}

/** What follows when somebody asks for it: the queue, then the list; null if nothing does. */
export function next(state, random = Math.random) {
  const [first, ...queued] = state.queued;
  if (first) return { ...remembering(state, first.track), queued, current: first.track };
  if (state.at + 1 < state.order.length) return step(state, state.at + 1);
  if (state.repeat === "off" || state.list.length === 0) return null;
  const again = state.shuffle ? mixed(places(state.list.length), random) : state.order;
  return step({ ...state, order: again }, 0);
}

/** What follows when a track has ended. */
export const ended = (state, random = Math.random) => (state.repeat === "one" && state.current ? state : next(state, random));

/** What came before; null if nothing did. */
export function previous(state) {
  const before = state.past.at(-1);
  if (before) return { ...state, ...before, past: state.past.slice(0, -1) };
  return state.at > 0 ? { ...step(state, state.at - 1), past: [] } : null;
}

const entries = (state, tracks) => tracks.map((track, place) => ({ key: state.made + place + 1, track }));

/** At the end of the queue. */
export const enqueue = (state, tracks) => ({ ...state, queued: [...state.queued, ...entries(state, tracks)], made: state.made + tracks.length });
/** Before the rest of the queue. */
export const playNext = (state, tracks) => ({ ...state, queued: [...entries(state, tracks), ...state.queued], made: state.made + tracks.length });
export const remove = (state, key) => ({ ...state, queued: state.queued.filter((entry) => entry.key !== key) });
export const clear = (state) => ({ ...state, queued: [] });

/** An entry of the queue to another place in it; places beyond the ends are the ends. */
export function move(state, key, to) {
  const entry = state.queued.find((one) => one.key === key);
  if (!entry) return state;
  const queued = state.queued.filter((one) => one !== entry);
  queued.splice(Math.min(Math.max(0, to), queued.length), 0, entry);
  return { ...state, queued };
}

/** Play an entry of the queue now; the others stay. */
export function jump(state, key) {
  const entry = state.queued.find((one) => one.key === key);
  return entry ? { ...remembering(remove(state, key), entry.track), current: entry.track } : state;
}

/** Shuffled or in the list's order, going on from the track that we are at. */
export const shuffle = (state, on, random = Math.random) => ({ ...state, shuffle: on, ...arranged(state.list.length, state.order[state.at] ?? -1, on, random) });
export const repeat = (state, how) => ({ ...state, repeat: how });

/** More of the list has arrived (what is in it already is left out); nothing means that it is whole. */
export function append(state, tracks, random = Math.random) {
  const known = new Set(state.list.map((track) => track.id));
  const list = [...state.list, ...tracks.filter((track) => !known.has(track.id))];
  const added = places(list.length).slice(state.list.length);
  return { ...state, list, source: tracks.length ? state.source : null, order: [...state.order, ...(state.shuffle ? mixed(added, random) : added)] };
}

/** The rest of the list, in the order of playing. */
export const rest = (state, most = Infinity) => state.order.slice(state.at + 1, state.at + 1 + most).map((place) => state.list[place]);

function step(state, at) {
  const track = state.list[state.order[at]];
  return { ...remembering(state, track), at, current: track };
}

function remembering(state, track) {
  if (!state.current || state.current.id === track.id) return state;
  const { current, list, source, order, at } = state;
  return { ...state, past: [...state.past, { current, list, source, order, at }].slice(-LONGEST_PAST) };
}

function arranged(length, place, on, random) {
  if (!on) return { order: places(length), at: place };
  const others = mixed(places(length).filter((one) => one !== place), random);
  return place < 0 ? { order: others, at: -1 } : { order: [place, ...others], at: 0 };
}

const places = (length) => Array.from({ length }, (_, place) => place);

/** Fisher and Yates' shuffle. */
function mixed(values, random) {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}
