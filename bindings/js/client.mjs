// The page's side of an engine in a Worker (worker.mjs): the same functions, each of which returns a promise.
import { MusicvaeError } from "./musicvae.mjs";

export function connect(worker) {
  const waiting = new Map();
  let count = 0;
  worker.addEventListener("message", ({ data: { id, result, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new MusicvaeError(error.name, error.message));
    else resolve(result);
  });
  const ask = (kind, args, transfer) =>
    new Promise((resolve, reject) => {
      waiting.set(++count, { resolve, reject });
      worker.postMessage({ id: count, kind, args }, transfer);
    });
  const call = (target) => new Proxy(target, { get: (known, verb) => (verb in known ? known[verb] : (...args) => known.ask(verb, args)) });
  return call({
    ask: (verb, args) => ask("call", [verb, ...args]),
    async load(source, options) {
      const { id, info } = await ask("load", [source, options], source instanceof ArrayBuffer ? [source] : []);
      return call({ ...info, then: undefined, ask: (verb, args) => ask("model", [id, verb, ...args]) });
    },
    then: undefined,
  });
}
