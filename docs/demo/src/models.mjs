// The engine in its Worker, and the models, each fetched when it is first needed. A page from a disk may fetch nothing, so there a script
// with the same bytes as text takes the place of each file.
import { connect } from "../../../bindings/js/client.mjs";
import { fuses, runs } from "../../../bindings/js/musicvae.mjs";
import workerText from "engine-worker-text";

let waiting = Promise.resolve(); // for the script before, because all call the same function

/** A file as bytes, from a script that calls musicvaeBytes(text). */
function fromScript(path) {
  const read = () =>
    new Promise((resolve, reject) => {
      globalThis.musicvaeBytes = (text) => resolve(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
      const script = document.createElement("script");
      script.src = `${path}.js`;
      script.onerror = () => reject(new Error(`${path}.js is missing; make the page with scripts/web.sh`));
      document.head.append(script);
    });
  const next = waiting.then(read);
  waiting = next.catch(() => {});
  return next;
}

async function fetched(path, progress) {
  const response = await fetch(path).catch(() => {
    throw new Error(`${path} cannot be fetched; check the connection and load the page again`);
  });
  if (!response.ok) throw new Error(`${path}: the server answers ${response.status}; make the page with scripts/web.sh`);
  const total = Number(response.headers.get("Content-Length"));
  const parts = [];
  let size = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
    if (total) progress(size / total);
  }
  return new Blob(parts).arrayBuffer();
}

const bytesOf = (path, progress = () => {}) => (location.protocol === "file:" ? fromScript(path) : fetched(path, progress));

export const engine = connect(new Worker(URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }))));

/** Starts the engine once, with the file for this browser. */
export const started = (async () => {
  if (!runs()) throw new Error("This browser has no WebAssembly SIMD, so no groove can be made here; use Chrome 95, Firefox 100, Safari 16.4 or newer.");
  return engine.init(fuses() ? { fusedWasm: await bytesOf("musicvae_fused.wasm") } : { wasm: await bytesOf("musicvae.wasm") });
})();
started.catch(() => {}); // model() reports it

const loading = new Map();

/** The model of that name. `progress` is called with the share that has come. */
export function model(name, progress = () => {}) {
  if (!loading.has(name)) {
    const bytes = runs() ? bytesOf(`models/${name}.safetensors`, progress) : null;
    const loaded = Promise.all([bytes, started]).then(([buffer]) => engine.load(buffer, { name: `${name}.safetensors` }));
    loading.set(name, loaded);
    loaded.catch(() => loading.delete(name)); // so that it can be tried again
  }
  return loading.get(name);
}
