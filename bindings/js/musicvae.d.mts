/** The drums, in the order of a groove's columns. */
export type Drum = "kick" | "snare" | "closed_hihat" | "open_hihat" | "low_tom" | "mid_tom" | "high_tom" | "crash" | "ride";
export const drums: readonly Drum[];

/** A grid of steps by nine drums. Plain data: it can be stored, and sent to a Worker. */
export interface Groove {
  steps: number;
  /** 4: the steps are 16ths. */
  stepsPerQuarter: number;
  /** [steps, 9, 3]: hit (0 or 1), velocity (0 to 1) and offset (-1 to 1 in half steps; negative is early) of each cell. */
  cells: Float32Array;
}

/** The name of each step's chord, if music has chords: "N.C." (none) or a triad, such as "C", "Ebm", "F#aug" or "Bdim". */
export type StepChords = string[];

/** One event a step: -2 goes on with what was (a note, or silence), -1 ends the note, and 0 to 127 begins a note of that MIDI pitch. */
export interface Melody {
  steps: number;
  stepsPerQuarter: number;
  events: Int8Array;
  chords?: StepChords;
}
/** A melody, a bass and drums. */
export interface Trio {
  steps: number;
  stepsPerQuarter: number;
  /** Events as those of a Melody. */
  melody: Int8Array;
  bass: Int8Array;
  /** As those of a Groove. */
  cells: Float32Array;
}
/** Notes of several instruments. The usual grid has 24 steps per quarter note. */
export interface Tracks {
  steps: number;
  stepsPerQuarter: number;
  /** General MIDI program (0 for drums), and [notes, 4]: pitch, velocity (1 to 127), first step and the step after the last. */
  tracks: { program: number; drums: boolean; notes: Int32Array }[];
  chords?: StepChords;
}
export type Music = Groove | Melody | Trio | Tracks;

export interface Cell {
  hit: boolean;
  velocity: number;
  offset: number;
}

/** Every error of the library. `name` is its kind: ArgumentError, FileError, FormatError, ConfigError, ModelError, DeviceError or Error. */
export class MusicvaeError extends Error {}

/** A URL (in Node.js also the name of a file), or bytes. */
export type Source = string | URL | ArrayBuffer | ArrayBufferView | { arrayBuffer(): Promise<ArrayBuffer> };

/** Whether this browser runs the engine: it has WebAssembly SIMD. */
export function runs(): boolean;
/** Whether this browser's processor fuses a product with its sum, as far as a test of the instruction shows. */
export function fuses(): boolean;

export interface EngineOptions {
  /** Where musicvae.wasm is. The default is beside musicvae.mjs. */
  wasm?: Source | WebAssembly.Module;
  /** Where musicvae_fused.wasm is: the same engine with the same notes, 9 to 22 times as fast, for where fuses() is true. The default is
   * beside musicvae.mjs; or none, if `wasm` is given. */
  fusedWasm?: Source | WebAssembly.Module;
  /** false: never use musicvae_fused.wasm. */
  fused?: boolean;
}
/** Starts the engine, once. load() does so, too. `fused` tells which of the two engines runs. */
export function init(options?: EngineOptions): Promise<{ fused: boolean }>;

/** Loads a model file (safetensors): of grooves, or load<Melody>() of melodies, and so on. `name` names it in errors. */
export function load<M extends Music = Groove>(source: Source, options?: EngineOptions & { name?: string }): Promise<Model<M>>;

/** A groove without hits. */
export function emptyGroove(steps?: number, stepsPerQuarter?: number): Groove;
export function getCell(groove: Groove, step: number, drum: Drum | number): Cell;
/** Sets a hit, or with hit: false removes it. */
export function setCell(groove: Groove, step: number, drum: Drum | number, cell?: Partial<Cell>): void;

/** The bytes of a MIDI file, the same as those of the native library. Needs init() or load() first. */
export function writeMidi(music: Music, options?: { qpm?: number }): Uint8Array;
interface Read {
  qpm: number;
  /** Counts the notes that are left out, by reason. */
  leftOut: Record<string, number>;
}
/** Reads the drums of a MIDI file, or what `music` names. Needs init() or load() first. */
export function readMidi(bytes: Uint8Array | ArrayBuffer, options?: { name?: string; music?: "grooves" }): Read & { groove: Groove };
export function readMidi(bytes: Uint8Array | ArrayBuffer, options: { name?: string; music: "melodies" }): Read & { melody: Melody };
export function readMidi(bytes: Uint8Array | ArrayBuffer, options: { name?: string; music: "trios" }): Read & { trio: Trio };
export function readMidi(bytes: Uint8Array | ArrayBuffer, options: { name?: string; music: "tracks" }): Read & { tracks: Tracks };
/** Numbers that describe music, such as the density. Needs init() or load() first. */
export function features(music: Music): Record<string, number>;

/** How latent points are decoded. One seed gives the same grooves as in the native library. */
export interface DecodeOptions {
  /** 0: the likelier of hit and no hit; 1: the model's probabilities. */
  temperature?: number;
  /** 0 to 2^64 - 1; above 2^53 a BigInt. The default is 0. */
  seed?: number | bigint;
  /** Index of the first groove of a seed's series. */
  first?: number | bigint;
  /** 1 to the bars of the model's window. */
  bars?: number;
  /** Of velocities and offsets, for a model with a feel head. */
  feelTemperature?: number;
  /** What a model with chords plays on: one symbol per bar, as in ["C", "Am"] or "C Am", or with beats, as in "C:2 F:2 G". They last as long
   * as the window. The default is the music's own chords, or none. A symbol that says more, such as "Cmaj7", counts as its triad. */
  chords?: string | string[];
}
/** How far to move along each attribute, -4 to 4. */
export type Amounts = Record<string, number>;

/** A model of one kind of music. */
export class Model<M extends Music = Groove> {
  readonly config: string;
  readonly task: string;
  /** grooves, melodies, trios or tracks. */
  readonly music: string;
  readonly latent: number;
  readonly steps: number;
  readonly stepsPerQuarter: number;
  readonly licence: string;
  /** Names for Amounts. */
  readonly attributes: string[];
  sample(options?: DecodeOptions & { n?: number; attributes?: Amounts }): M[];
  /** Latent points of a seed's series, [n, latent]. */
  prior(options?: { n?: number; seed?: number | bigint; first?: number | bigint }): Float32Array;
  decode(z: ArrayLike<number>, options?: DecodeOptions & { attributes?: Amounts }): M[];
  /** Means and standard deviations, [n, latent]. */
  encode(values: M | M[]): { mu: Float32Array; sigma: Float32Array };
  interpolate(from: M, to: M, options?: DecodeOptions & { count?: number; method?: "slerp" | "lerp" }): M[];
  similar(value: M, options?: DecodeOptions & { n?: number; noise?: number }): M[];
  reconstruct(value: M, options?: DecodeOptions): M;
  shiftAttributes(value: M, attributes: Amounts, options?: DecodeOptions): M;
  /** Fills in some drums of a groove, or some parts of a trio, in bars [first, end); or cells: step * 9 + drum, step * 3 + part, or the
   * step of a melody or of tracks. */
  infill(
    value: M,
    options: Omit<DecodeOptions, "bars"> & {
      cells?: number[];
      drums?: (Drum | number)[];
      parts?: ("melody" | "bass" | "drums")[];
      bars?: [number, number];
    },
  ): M;
  /** `bars` bars that continue the music; the default is 4. */
  continueGroove(value: M, options?: DecodeOptions): M;
  humanize(groove: Groove, options?: DecodeOptions): Groove;
  tapToDrums(groove: Groove, options?: DecodeOptions): Groove;
  addClosedHihat(groove: Groove, options?: DecodeOptions): Groove;
  /** Gives the memory back now, rather than when the object is collected. */
  free(): void;
}
