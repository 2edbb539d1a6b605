import type { Source } from "./musicvae.mjs";

/** Answers the requests of connect(), in a Worker: serve(self). */
export function serve(scope: unknown, options?: { wasm?: Source | WebAssembly.Module }): void;
