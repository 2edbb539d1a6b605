// The engine in a Worker. The page's side is connect() in client.mjs.
import * as musicvae from "./musicvae.mjs";

/** Answers the requests of connect(). `engine` has the options of init(). */
export function serve(scope, engine = {}) {
  const models = new Map();
  const answers = {
    async load([source, options]) {
      const model = await musicvae.load(source, { ...engine, ...options });
      models.set(models.size + 1, model);
      return { id: models.size, info: { ...model } };
    },
    async call([name, ...args]) {
      if (name === "init") return musicvae.init({ ...engine, ...args[0] });
      await musicvae.init(engine);
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
