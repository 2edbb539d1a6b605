import type { EngineOptions } from "./musicvae.mjs";

/** Answers the requests of connect(), in a Worker: serve(self). The options are those of init(). */
export function serve(scope: unknown, options?: EngineOptions): void;
