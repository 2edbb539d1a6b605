// MusicVAE models in JavaScript: the C++ engine as WebAssembly. Works in a page, in a Worker and in Node.js, and loads nothing else.
// The types and what each function does are in musicvae.d.ts.

export const drums = ["kick", "snare", "closed_hihat", "open_hihat", "low_tom", "mid_tom", "high_tom", "crash", "ride"];
const cellNumbers = 3;

export class MusicvaeError extends Error {
  constructor(type, message) {
    super(message);
    this.name = type;
  }
}

let starting; // a promise of the engine
let exports; // the engine's functions, once it has started

const isNode = () => typeof process === "object" && Boolean(process.versions?.node);

/** The bytes of a file, a URL, or what already has bytes. */
async function bytesOf(source, what) {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (typeof source?.arrayBuffer === "function") return new Uint8Array(await source.arrayBuffer());
  const place = String(source);
  if (isNode() && !/^(https?|data|blob):/.test(place)) {
    const { readFile } = await import("node:fs/promises");
    try {
      return await readFile(place.startsWith("file:") ? new URL(place) : place);
    } catch (error) {
      throw new MusicvaeError("FileError", `${place}: cannot be read (${error.code}); check the name`);
    }
  }
  const response = await fetch(place).catch((error) => {
    throw new MusicvaeError("FileError", `${place}: cannot be fetched (${error.message}); check the address of ${what}`);
  });
  if (!response.ok) throw new MusicvaeError("FileError", `${place}: the server answers ${response.status}; check the address of ${what}`);
  return new Uint8Array(await response.arrayBuffer());
}

// A module with an instruction of WebAssembly SIMD (i32x4.splat).
const simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11];
// A module whose function f(a, b, c) is a b + c by f32x4.relaxed_madd, an instruction of relaxed SIMD.
const relaxed = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 125, 125, 125, 1, 125, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 22, 1, 20, 0, 32, 0, 253, 19, 32,
  1, 253, 19, 32, 2, 253, 19, 253, 133, 2, 253, 31, 0, 11,
];

export function runs() {
  return typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(simd));
}

export function fuses() {
  if (!runs() || !WebAssembly.validate(new Uint8Array(relaxed))) return false;
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(relaxed))).exports;
  const [bit, half] = [2 ** -23, 2 ** -12];
  // Twice, products whose own rounding would be seen; then a sum that must not be rounded to a double first
  return (
    f(1 + half, 1 + half, -(1 + 2 * half)) === half * half &&
    f(-3 * (1 + half), 1 + half, 3 * (1 + 2 * half)) === -3 * half * half &&
    f(half * (1 + bit), half * (1 - bit), 1 + bit) === 1 + bit
  );
}

function start(module) {
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => 52; // what the C library asks a system for (WASI): there is none
  }
  exports = new WebAssembly.Instance(module, imports).exports;
  exports._initialize?.();
}

/** Starts the engine once. */
export function init({ wasm, fusedWasm, fused = true } = {}) {
  starting ??= (async () => {
    if (!runs()) {
      throw new MusicvaeError("DeviceError", "this browser has no WebAssembly SIMD; use Chrome 95, Firefox 100, Safari 16.4 or newer");
    }
    const fast = fused && (fusedWasm || !wasm) && fuses();
    const source = fast ? (fusedWasm ?? new URL("musicvae_fused.wasm", import.meta.url)) : (wasm ?? new URL("musicvae.wasm", import.meta.url));
    start(source instanceof WebAssembly.Module ? source : await WebAssembly.compile(await bytesOf(source, "the engine")));
    return { fused: Boolean(fast) };
  })();
  starting.catch(() => (starting = undefined)); // so that another address can be tried
  return starting;
}

/** Copies bytes into the engine's memory, which the called function takes over. Returns address and size. */
function pass(bytes) {
  if (!bytes?.byteLength) return [0, 0];
  const address = exports.musicvae_allocate(bytes.byteLength);
  if (!address) throw new MusicvaeError("Error", "there is not enough memory for this; ask for less at once");
  new Uint8Array(exports.memory.buffer, address, bytes.byteLength).set(
    new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  );
  return [address, bytes.byteLength];
}

/** Reads a reply: three addresses with sizes. */
function receive(address) {
  const buffer = exports.memory.buffer;
  const [json, jsonSize, floats, floatsCount, bytes, bytesSize] = new Uint32Array(buffer, address, 6);
  const reply = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, json, jsonSize)));
  if (reply.error) throw new MusicvaeError(reply.error.type, reply.error.message);
  reply.floats = floatsCount ? new Float32Array(buffer, floats, floatsCount).slice() : new Float32Array();
  reply.bytes = bytesSize ? new Uint8Array(buffer, bytes, bytesSize).slice() : new Uint8Array();
  return reply;
}

/** Whole numbers up to 2^64 - 1 are sent as text. */
function wholeText(name, value) {
  if (value == null) return undefined;
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  throw new MusicvaeError("ArgumentError", `${name}: is ${String(value)}; give a whole number, as a BigInt above 2^53`);
}

function call(model, verb, options = {}, { floats, bytes } = {}) {
  if (!exports) throw new MusicvaeError("Error", "the engine has not started; await init() or load() first");
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === "number" && !Number.isFinite(value)) throw new MusicvaeError("ArgumentError", `${name}: is ${value}; give a number`);
  }
  const request = { ...options, verb };
  for (const name of ["seed", "first"]) request[name] = wholeText(name, options[name]);
  const [json, jsonSize] = pass(new TextEncoder().encode(JSON.stringify(request)));
  const [numbers, numbersSize] = pass(floats);
  return receive(exports.musicvae_call(model, json, jsonSize, numbers, numbersSize / 4, ...pass(bytes)));
}

const noteNumbers = 4;
const refuse = (message) => {
  throw new MusicvaeError("ArgumentError", message);
};

/** Takes the numbers of values from the floats of a reply, in the order in which the engine wrote them. */
class Numbers {
  #floats;
  #at = 0;
  constructor(floats) {
    this.#floats = floats;
  }
  next(count) {
    this.#at += count;
    return this.#floats.slice(this.#at - count, this.#at);
  }
}

/** The kinds of music. `is` tells whether a value is of the kind, `numbers` lists its numbers, each with the count that its steps ask for,
 * and `from` is the counterpart. `lanes` are what a mask can choose at a step. */
const kinds = {
  trios: {
    one: "trio",
    lanes: ["melody", "bass", "drums"],
    is: (value) => value.melody && value.bass && value.cells,
    numbers: ({ steps, melody, bass, cells }) => [[melody, steps], [bass, steps], [cells, steps * drums.length * cellNumbers]],
    from: (about, numbers) => ({
      ...about,
      melody: Int8Array.from(numbers.next(about.steps)),
      bass: Int8Array.from(numbers.next(about.steps)),
      cells: numbers.next(about.steps * drums.length * cellNumbers),
    }),
  },
  grooves: {
    one: "groove",
    lanes: drums,
    is: (value) => value.cells,
    numbers: ({ steps, cells }) => [[cells, steps * drums.length * cellNumbers]],
    from: (about, numbers) => ({ ...about, cells: numbers.next(about.steps * drums.length * cellNumbers) }),
  },
  melodies: {
    one: "melody",
    lanes: ["melody"],
    is: (value) => value.events,
    numbers: ({ steps, events }) => [[events, steps]],
    from: (about, numbers) => ({ ...about, events: Int8Array.from(numbers.next(about.steps)) }),
  },
  tracks: {
    one: "tracks",
    lanes: ["tracks"],
    is: (value) => Array.isArray(value.tracks),
    numbers: ({ tracks }) => tracks.map(({ notes }) => [notes, notes.length - (notes.length % noteNumbers)]),
    from: (about, numbers, tracks) => ({
      ...about,
      tracks: tracks.map(({ program, drums, notes }) => ({ program, drums, notes: Int32Array.from(numbers.next(notes * noteNumbers)) })),
    }),
  },
};

const kindOf = (value) =>
  Object.keys(kinds).find((kind) => kinds[kind].is(value ?? {})) ?? refuse("this is no music; give a groove, a melody, a trio or tracks");

/** Values of one kind, as a request has them. */
function sent(values) {
  const music = values.length ? kindOf(values[0]) : undefined;
  const parts = [];
  for (const value of values) {
    if (kindOf(value) !== music) refuse(`the values are of different kinds, ${music} and ${kindOf(value)}; give one kind`);
    for (const [numbers, count] of kinds[music].numbers(value)) {
      if (numbers.length !== count) refuse(`${kinds[music].one}: has ${numbers.length} numbers for ${value.steps} steps; give ${count}`);
      parts.push(numbers);
    }
  }
  const floats = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const numbers of parts) {
    floats.set(numbers, at);
    at += numbers.length;
  }
  const instruments = ({ tracks }) => tracks?.map(({ program, drums, notes }) => ({ program, drums, notes: notes.length / noteNumbers }));
  const about = { music, steps: values.map(({ steps }) => steps), stepsPerQuarter: values[0]?.stepsPerQuarter };
  if (music === "tracks") about.tracks = values.map(instruments);
  if (values.some(({ chords }) => chords)) about.valueChords = values.map(({ chords }) => chords ?? null);
  return [about, { floats }];
}

/** The values of a reply. */
function received({ music, steps = [], stepsPerQuarter, valueChords = [], tracks = [], floats }) {
  const numbers = new Numbers(floats);
  return steps.map((count, i) => {
    const about = { steps: count, stepsPerQuarter };
    if (valueChords[i]) about.chords = valueChords[i];
    return kinds[music].from(about, numbers, tracks[i]);
  });
}

export function emptyGroove(steps = 64, stepsPerQuarter = 4) {
  return { steps, stepsPerQuarter, cells: new Float32Array(steps * drums.length * cellNumbers) };
}

function cellAt(groove, step, drum) {
  const column = typeof drum === "string" ? drums.indexOf(drum) : drum;
  if (!(column >= 0 && column < drums.length)) throw new MusicvaeError("ArgumentError", `no drum is called "${drum}"; use one of: ${drums.join(", ")}`);
  if (!(step >= 0 && step < groove.steps)) throw new MusicvaeError("ArgumentError", `step ${step} is outside the groove; use 0 to ${groove.steps - 1}`);
  return (step * drums.length + column) * cellNumbers;
}

export function getCell(groove, step, drum) {
  const at = cellAt(groove, step, drum);
  return { hit: groove.cells[at] !== 0, velocity: groove.cells[at + 1], offset: groove.cells[at + 2] };
}

export function setCell(groove, step, drum, { hit = true, velocity = 0.8, offset = 0 } = {}) {
  groove.cells.set(hit ? [1, velocity, offset] : [0, 0, 0], cellAt(groove, step, drum));
}

export function writeMidi(music, { qpm = 120 } = {}) {
  const [options, data] = sent([music]);
  return call(0, "writeMidi", { ...options, qpm }, data).bytes;
}

export function readMidi(bytes, { name = "the MIDI file", music = "grooves" } = {}) {
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  const { qpm, leftOut = {}, ...rest } = call(0, "readMidi", { name, music }, { bytes: view });
  return { [kinds[music].one]: received(rest)[0], qpm, leftOut };
}

export function features(music) {
  const { floats, bytes, ...values } = call(0, "features", ...sent([music]));
  return values;
}

export class Model {
  #address;
  constructor(address) {
    this.#address = address;
    const { floats, bytes, ...info } = this.#call("describe");
    Object.assign(this, info);
    finalizers?.register(this, address, this);
  }
  #call(verb, options, data) {
    if (!this.#address) throw new MusicvaeError("Error", "the model was freed; load it again");
    return call(this.#address, verb, options, data);
  }
  #make(verb, values, options = {}) {
    const [about, data] = sent(values);
    return received(this.#call(verb, { ...options, ...about }, data));
  }
  sample(options) {
    return received(this.#call("sample", options));
  }
  prior({ n = 1, seed = 0, first = 0 } = {}) {
    return this.#call("prior", { n, seed, first }).floats;
  }
  decode(z, options) {
    return received(this.#call("decode", options, { floats: Float32Array.from(z) }));
  }
  encode(values) {
    const floats = this.#call("encode", ...sent([values].flat())).floats;
    return { mu: floats.slice(0, floats.length / 2), sigma: floats.slice(floats.length / 2) };
  }
  interpolate(from, to, options) {
    return this.#make("interpolate", [from, to], options);
  }
  similar(value, options) {
    return this.#make("similar", [value], options);
  }
  reconstruct(value, options) {
    return this.#make("reconstruct", [value], options)[0];
  }
  shiftAttributes(value, attributes, options) {
    return this.#make("shift", [value], { ...options, attributes })[0];
  }
  infill(value, { cells, drums: lanes, parts = lanes, bars, ...options } = {}) {
    return this.#make("infill", [value], { ...options, mask: cells ?? cellsOf(value, parts, bars) })[0];
  }
  continueGroove(value, options) {
    return this.#make("continue", [value], options)[0];
  }
  humanize(groove, options) {
    return this.#make("humanize", [groove], { temperature: 0, ...options })[0];
  }
  tapToDrums(groove, options) {
    return this.#make("tapToDrums", [groove], options)[0];
  }
  addClosedHihat(groove, options) {
    return this.#make("addClosedHihat", [groove], { temperature: 0, ...options })[0];
  }
  free() {
    if (this.#address) exports.musicvae_free(this.#address);
    finalizers?.unregister(this);
    this.#address = 0;
  }
}

const finalizers = typeof FinalizationRegistry === "function" ? new FinalizationRegistry((address) => exports.musicvae_free(address)) : null;

/** The numbers of the cells of some drums or parts (or all) in bars [first, end) (or all). */
function cellsOf(value, chosen, bars) {
  if (!chosen && !bars) refuse("infill: nothing to fill in; give cells, drums, parts or bars");
  const { lanes } = kinds[kindOf(value)];
  const columns = (chosen ?? lanes).map((lane) => {
    const column = typeof lane === "string" ? lanes.indexOf(lane) : lane;
    return column >= 0 && column < lanes.length ? column : refuse(`infill: there is no "${lane}"; use one of: ${lanes.join(", ")}`);
  });
  const bar = value.stepsPerQuarter * 4;
  const [first, end] = bars ?? [0, Math.ceil(value.steps / bar)];
  const cells = [];
  for (let step = first * bar; step < Math.min(end * bar, value.steps); ++step) {
    for (const column of columns) cells.push(step * lanes.length + column);
  }
  return cells;
}

export async function load(source, { name, ...engine } = {}) {
  const [bytes] = await Promise.all([bytesOf(source, "the model"), init(engine)]);
  const called = name ?? (typeof source === "string" || source instanceof URL ? String(source) : "the model");
  const reply = receive(exports.musicvae_load(...pass(bytes), ...pass(new TextEncoder().encode(called))));
  return new Model(reply.model);
}
