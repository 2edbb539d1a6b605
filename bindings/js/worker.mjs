// The engine in a Worker. The page's side is connect() in client.mjs.
import * as musicvae from "./musicvae.mjs";

/** Answers the requests of connect(). `wasm` is as for init(). */
export function serve(scope, { wasm } = {}) {
  const models = new Map();
  const answers = {
    async load([source, options]) {
      const model = await musicvae.load(source, { wasm, ...options });
      models.set(models.size + 1, model);
      return { id: models.size, info: { ...model } };
    },
    async call([name, ...args]) {
      await musicvae.init({ wasm });
      return musicvae[name](...args);
    },
    model([id, verb, ...args]) {
      return models.get(id)[verb](...args);
    },
  };
  scope.onmessage = async ({ data: { id, kind, args } }) => {
    try {
      scope.postMessage({ id, result: await answers[kind](args) });
    } catch (error) {
      scope.postMessage({ id, error: { name: error.name, message: error.message } });
    }
  };
}
