// The engine in its Worker, and the models, each fetched when it is first needed. A page from a disk may fetch nothing, so there a script
// with the same bytes as text takes the place of each model file.
import { connect } from "../../../bindings/js/client.mjs";
import workerText from "engine-worker-text";

export const engine = connect(new Worker(URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }))));

/** A model as bytes, from a script that calls musicvaeModel(text). */
function fromScript(name) {
  return new Promise((resolve, reject) => {
    globalThis.musicvaeModel = (text) => resolve(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    const script = document.createElement("script");
    script.src = `models/${name}.js`;
    script.onerror = () => reject(new Error(`models/${name}.js is missing; make the page with scripts/web.sh`));
    document.head.append(script);
  });
}

async function fetched(name, progress) {
  const response = await fetch(`models/${name}.safetensors`);
  if (!response.ok) throw new Error(`models/${name}.safetensors: the server answers ${response.status}; make the page with scripts/web.sh`);
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

const loading = new Map();

/** The model of that name. `progress` is called with the share that has come. */
export function model(name, progress = () => {}) {
  if (!loading.has(name)) {
    const bytes = location.protocol === "file:" ? fromScript(name) : fetched(name, progress);
    const loaded = bytes.then((buffer) => engine.load(buffer, { name: `${name}.safetensors` }));
    loading.set(name, loaded);
    loaded.catch(() => loading.delete(name)); // so that it can be tried again
  }
  return loading.get(name);
}
