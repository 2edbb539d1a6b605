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
  /** Where musicvae_fused.wasm is: the same engine with the same notes, about eight times faster, for where fuses() is true. The default is
   * beside musicvae.mjs; or none, if `wasm` is given. */
  fusedWasm?: Source | WebAssembly.Module;
  /** false: never use musicvae_fused.wasm. */
  fused?: boolean;
}
/** Starts the engine, once. load() does so, too. `fused` tells which of the two engines runs. */
export function init(options?: EngineOptions): Promise<{ fused: boolean }>;

/** Loads a model file (safetensors). `name` names it in errors. */
export function load(source: Source, options?: EngineOptions & { name?: string }): Promise<Model>;

/** A groove without hits. */
export function emptyGroove(steps?: number, stepsPerQuarter?: number): Groove;
export function getCell(groove: Groove, step: number, drum: Drum | number): Cell;
/** Sets a hit, or with hit: false removes it. */
export function setCell(groove: Groove, step: number, drum: Drum | number, cell?: Partial<Cell>): void;

/** The bytes of a MIDI file, the same as those of the native library. Needs init() or load() first. */
export function writeMidi(groove: Groove, options?: { qpm?: number }): Uint8Array;
/** Reads the drums of a MIDI file. `leftOut` counts the notes that are not in the groove, by reason. Needs init() or load() first. */
export function readMidi(
  bytes: Uint8Array | ArrayBuffer,
  options?: { name?: string },
): { groove: Groove; qpm: number; leftOut: Record<string, number> };
/** Density, syncopation, velocity, swing and fill of a groove. Needs init() or load() first. */
export function features(groove: Groove): Record<string, number>;

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
}
/** How far to move along each attribute, -4 to 4. */
export type Amounts = Record<string, number>;

export class Model {
  readonly config: string;
  readonly task: string;
  readonly music: string;
  readonly latent: number;
  readonly steps: number;
  readonly stepsPerQuarter: number;
  readonly licence: string;
  /** Names for Amounts. */
  readonly attributes: string[];
  sample(options?: DecodeOptions & { n?: number; attributes?: Amounts }): Groove[];
  /** Latent points of a seed's series, [n, latent]. */
  prior(options?: { n?: number; seed?: number | bigint; first?: number | bigint }): Float32Array;
  decode(z: ArrayLike<number>, options?: DecodeOptions & { attributes?: Amounts }): Groove[];
  /** Means and standard deviations, [n, latent]. */
  encode(grooves: Groove | Groove[]): { mu: Float32Array; sigma: Float32Array };
  interpolate(from: Groove, to: Groove, options?: DecodeOptions & { count?: number; method?: "slerp" | "lerp" }): Groove[];
  similar(groove: Groove, options?: DecodeOptions & { n?: number; noise?: number }): Groove[];
  reconstruct(groove: Groove, options?: DecodeOptions): Groove;
  shiftAttributes(groove: Groove, attributes: Amounts, options?: DecodeOptions): Groove;
  /** Fills in cells (numbers, step * 9 + drum), or some drums in bars [first, end). */
  infill(groove: Groove, options: DecodeOptions & { cells?: number[]; drums?: (Drum | number)[]; bars?: [number, number] }): Groove;
  /** `bars` bars that continue a groove; the default is 4. */
  continueGroove(groove: Groove, options?: DecodeOptions): Groove;
  humanize(groove: Groove, options?: DecodeOptions): Groove;
  tapToDrums(groove: Groove, options?: DecodeOptions): Groove;
  addClosedHihat(groove: Groove, options?: DecodeOptions): Groove;
  /** Gives the memory back now, rather than when the object is collected. */
  free(): void;
}
