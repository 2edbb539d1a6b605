import type * as musicvae from "./musicvae.mjs";

type Remote<T> = { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : T[K] };

/** The functions of musicvae.mjs in a Worker that runs serve(). Bytes of a model (an ArrayBuffer) are moved, not copied. */
export function connect(worker: Worker): Remote<Pick<typeof musicvae, "init" | "readMidi" | "writeMidi" | "features">> & {
  load<M extends musicvae.Music = musicvae.Groove>(source: musicvae.Source, options?: { name?: string }): Promise<Remote<musicvae.Model<M>>>;
};
