// What plays, what comes next and what came before: values in, values out, no page in sight.
//
// A state holds
//   current  the track that plays, or null
//   list     the rows it was chosen among, in their order
//   source   { query, sort } of that list, if the catalog can say what is behind it
//   line     the tracks in the order of playing, as far as they are known; `at` is where we are
//   queued   { key, track }: they come before anything else of the line
//   past     what came before, each with its line
//   shuffle  whether the line is shuffled; repeat: "off", "all" or "one"
// Tracks are the rows' own dicts (rows.py); a track may be queued twice, so entries have keys.
// A shuffled line is dealt by the catalog (sort=random:SEED), so that it mixes all there is and
// not only the page that somebody looks at; without a source, the list is mixed here.

const LONGEST_PAST = 100;
const MOST_SEED = 2 ** 31 - 1;

export const REPEATS = ["off", "all", "one"];
export const empty = Object.freeze({ current: null, list: [], source: null, line: [], at: -1, queued: [], past: [], shuffle: false, repeat: "off", seed: 0, dealt: null, whole: true, made: 0 });

/** A track was chosen: among a list, in the list we are in, or alone. */
export function choose(state, track, { list = null, source = null } = {}, random = Math.random) {
  const among = [{ list, source }, state].find((one) => one.list && find(one.list, track) >= 0) ?? { list: [track], source: null };
  const context = { ...remembering(state, track), list: among.list, source: among.source, current: track };
  return arranged(context, track, random);
}

/** What follows when somebody asks for it: the queue, then the line; null if nothing is known to. */
export function next(state, random = Math.random) {
  const [first, ...queued] = state.queued;
  if (first) return { ...remembering(state, first.track), queued, current: first.track };
  if (state.at + 1 < state.line.length) return step(state, state.at + 1);
  if (state.repeat === "off" || !state.whole || state.line.length === 0) return null;
  return step({ ...state, line: state.shuffle ? mixed(state.line, random) : state.line }, 0);
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

/** On to a place of the line. */
export const goTo = (state, at) => (state.line[at] ? step(state, at) : state);

/** Shuffled or in the list's order, going on from where we are in the line. */
export const shuffle = (state, on, random = Math.random) => arranged({ ...state, shuffle: on }, state.line[state.at] ?? null, random);
export const repeat = (state, how) => ({ ...state, repeat: how });

/** The rest of the line. */
export const rest = (state, most = Infinity) => state.line.slice(state.at + 1, state.at + 1 + most);

/** What to ask the catalog for, to make the line longer: { query, sort, after }; null if it is whole. */
export function wish({ source, whole, shuffle: on, seed, dealt, line }) {
  if (whole) return null;
  return on ? { ...source, sort: `random:${seed}`, after: dealt } : { ...source, after: line.at(-1)?.id ?? null };
}

/** Its answer, of which what we have is left out; no tracks mean that the line is whole. */
export function append(state, tracks) {
  const known = new Set(state.line.map((track) => track.id));
  const line = [...state.line, ...tracks.filter((track) => !known.has(track.id))];
  return { ...state, line, dealt: tracks.at(-1)?.id ?? state.dealt, whole: tracks.length === 0 };
}

const find = (tracks, track) => tracks.findIndex((one) => one.id === track.id);

/** The line anew, from a track on that may be none of the list's: dealt, or behind what is left of it. */
function arranged(state, track, random) {
  const { list, source, shuffle: on } = state;
  const fresh = { ...state, whole: source === null, dealt: null, seed: Math.floor(random() * MOST_SEED) };
  if (on) {
    const others = source ? [] : mixed(list.filter((one) => one.id !== track?.id), random);
    return { ...fresh, line: track ? [track, ...others] : others, at: track ? 0 : -1 };
  }
  const at = track ? find(list, track) : -1;
  return track && at < 0 && source ? { ...fresh, line: [track], at: 0 } : { ...fresh, line: list, at };
}

function step(state, at) {
  const current = state.line[at];
  return { ...remembering(state, current), at, current };
}

function remembering(state, track) {
  if (!state.current || state.current.id === track.id) return state;
  const { current, list, source, line, at, seed, dealt, whole } = state;
  return { ...state, past: [...state.past, { current, list, source, line, at, seed, dealt, whole }].slice(-LONGEST_PAST) };
}

/** Fisher and Yates' shuffle. */
function mixed(values, random) {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}
