// Our package for JavaScript beside magenta.js, with the same model, in one run; scripts/compare_magenta_js.sh calls it:
//   node magenta_js.mjs MODEL.safetensors EXPORTED_FOLDER PACKAGE_FOLDER NODE_MODULES_PARENT [ROUNDS]
// Prints the least and the median of several rounds, in milliseconds of processor time: a busy machine has others besides. The engines take
// turns, so that what else slows a processor slows all alike.
import { readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

const [modelFile, exported, packageFolder, modules, rounds = "7"] = process.argv.slice(2);
const write = (line) => process.stdout.write(`${line}\n`);
console.log = console.info = console.warn = () => {}; // tfjs has much to say
const now = () => (({ user, system }) => (user + system) / 1000)(process.cpuUsage());
const temperature = 0.5; // the default of magenta.js

// Models and engines come from a server on this machine, as in a page
const server = http.createServer((request, response) => {
  const path = request.url.slice(1);
  response.setHeader("Connection", "close"); // a kept connection may end just when it is used again
  response.end(readFileSync(path === basename(modelFile) ? modelFile : join(path.endsWith(".wasm") ? packageFolder : exported, basename(path))));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${server.address().port}`;

// Another copy of our package for each of its engines
const engines = {};
const first = {};
for (const name of ["fused", "exact"]) {
  const start = now();
  const musicvae = await import(`${join(packageFolder, "musicvae.mjs")}?${name}`);
  const { fused } = await musicvae.init({ fused: name === "fused", wasm: `${address}/musicvae.wasm`, fusedWasm: `${address}/musicvae_fused.wasm` });
  if (fused !== (name === "fused")) throw new Error("this Node.js does not fuse; use Node.js 22, or the option --experimental-wasm-relaxed-simd");
  const model = await musicvae.load(`${address}/${basename(modelFile)}`);
  model.sample({ seed: 1, temperature });
  first[`ours, ${name}`] = now() - start;
  engines[`ours, ${name}`] = (n, seed) => model.sample({ n, seed, temperature });
}

// magenta.js with the faster of its backends that need no graphics card: WebAssembly with SIMD, on one thread as in any page
const require = createRequire(join(modules, "x.js"));
{
  const start = now();
  const { MusicVAE } = require("@magenta/music/node/music_vae");
  const tf = require("@tensorflow/tfjs");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))}/`);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  const { fetch } = globalThis; // its loader tries fetch on the name of a file
  delete globalThis.fetch;
  if (!(await tf.setBackend("wasm"))) throw new Error("magenta.js: the backend wasm does not start");
  globalThis.fetch = fetch;
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("magenta.js: the backend wasm has no SIMD");
  const model = new MusicVAE(address);
  await model.initialize();
  await model.sample(1, temperature);
  if (tf.getBackend() !== "wasm") throw new Error("magenta.js: does not use the backend wasm");
  first["magenta.js, wasm"] = now() - start;
  engines["magenta.js, wasm"] = (n) => model.sample(n, temperature);
}
server.close();
server.closeAllConnections();

const sizes = [1, 4, 16];
const times = {};
for (let round = 0; round <= Number(rounds); ++round) {
  for (const [name, sample] of Object.entries(engines)) {
    for (const n of sizes) {
      const start = now();
      await sample(n, round);
      if (round > 0) ((times[name] ??= {})[n] ??= []).push((now() - start) / n);
    }
  }
}

const zipped = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const scripts = readdirSync(packageFolder).filter((file) => /^(musicvae|worker|client)\.mjs$/.test(file));
const backend = dirname(require.resolve("@tensorflow/tfjs-backend-wasm"));
const weights = readdirSync(exported).reduce((sum, file) => sum + readFileSync(join(exported, file)).length, 0);
const ours = scripts.reduce((sum, file) => sum + zipped(join(packageFolder, file)), 0);
const theirs = zipped(join(modules, "node_modules/@magenta/music/dist/magentamusic.js"));
const wire = {
  "ours, fused": ours + zipped(join(packageFolder, "musicvae_fused.wasm")),
  "ours, exact": ours + zipped(join(packageFolder, "musicvae.wasm")),
  "magenta.js, wasm": theirs + zipped(join(backend, "tfjs-backend-wasm-simd.wasm")),
};
const number = (ms) => (ms < 100 ? ms.toFixed(1) : Math.round(ms).toString());
const shown = (list) => {
  if (!list) return "";
  list.sort((a, b) => a - b);
  return `${number(list[0])} (${number(list[list.length >> 1])})`;
};
write("| engine | one groove, ms | each of 4 | each of 16 | start to first groove, ms | code after gzip, bytes | model, bytes |");
write("|---|---|---|---|---|---|---|");
for (const name of Object.keys(engines)) {
  const model = name.startsWith("ours") ? readFileSync(modelFile).length : weights;
  const cells = [name, ...sizes.map((n) => shown(times[name][n])), number(first[name]), wire[name], model];
  write(`| ${cells.join(" | ")} |`);
}
const least = (name, n) => times[name][n][0];
for (const n of sizes) write(`n = ${n}: magenta.js, wasm / ours, fused = ${(least("magenta.js, wasm", n) / least("ours, fused", n)).toFixed(1)}`);
process.exit(0);
