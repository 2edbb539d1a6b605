// Runs under Node.js where the package is installed: node package.mjs EXPECTED.json REPOSITORY exact|fused. Compares with what the native
// library makes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Worker as NodeWorker } from "node:worker_threads";
import * as musicvae from "musicvae";
import { connect } from "musicvae/client";

const [expectedFile, root, engineName] = process.argv.slice(2);
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const floats = (text) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
const grooveOf = (text) => ({ steps: floats(text).length / 27, stepsPerQuarter: 4, cells: floats(text) });
const same = (groove, text, what) => assert.deepEqual(groove.cells, floats(text), what);
const report = {};
const refused = (work, name, words) =>
  assert.throws(work, (error) => {
    assert.equal(error.name, name);
    assert.match(error.message, words);
    assert.ok(!error.message.includes("\n"));
    return true;
  });

assert.deepEqual(await musicvae.init({ fused: engineName === "fused" }), { fused: engineName === "fused" });
const models = {};
for (const [name, seeds] of Object.entries(expected.samples)) {
  const model = (models[name] = await musicvae.load(`${root}/models/${name}.safetensors`));
  for (const [seed, { cells, midi }] of Object.entries(seeds)) {
    const [groove] = model.sample({ seed: BigInt(seed), temperature: 1 });
    same(groove, cells, `${name}, seed ${seed}`);
    assert.equal(Buffer.from(musicvae.writeMidi(groove, { qpm: 97 })).toString("base64"), midi, `MIDI of ${name}, seed ${seed}`);
  }
  const times = [];
  for (let i = 0; i < 5; ++i) {
    const start = performance.now();
    model.sample({ seed: i });
    times.push(performance.now() - start);
  }
  report[`${name}, ms for a groove`] = Math.min(...times);
}
const model = models.groovae_4bar;
const [a, b] = model.sample({ n: 2, seed: 7 });
model.interpolate(a, b, { count: 3 }).forEach((groove, i) => same(groove, expected.interpolate[i], `interpolate ${i}`));
assert.deepEqual(model.encode([a, b]).mu, floats(expected.mu));
same(model.infill(a, { drums: ["snare", 2], bars: [1, 3], seed: 5, temperature: 1 }), expected.infill, "infill");
same(model.shiftAttributes(a, { density: 1.5 }), expected.shift, "attributes");
same(model.sample({ seed: 3, attributes: { "style:funk": 1 } })[0], expected.funk, "sample with attributes");
same(model.similar(a, { n: 1, seed: 2 })[0], expected.similar, "similar");
same(model.continueGroove(a, { bars: 2, seed: 2, temperature: 1 }), expected.continued, "continue");
same(model.decode(model.prior({ seed: 7 }), { seed: 7, temperature: 1 })[0], expected.samples.groovae_4bar[7].cells, "prior and decode");

const humanizer = await musicvae.load(readFileSync(`${root}/models/humanize.safetensors`), { name: "humanize" });
same(humanizer.humanize(a), expected.humanize, "humanize");
for (const { name, file, midi, cells, qpm, error } of expected.files) {
  const bytes = Uint8Array.from(Buffer.from(file, "base64"));
  if (error) {
    refused(() => musicvae.readMidi(bytes, { name }), "FormatError", new RegExp(error.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")));
    continue;
  }
  const read = musicvae.readMidi(bytes, { name });
  same(read.groove, cells, name);
  assert.equal(read.qpm, qpm, name);
  if (midi) assert.equal(Buffer.from(musicvae.writeMidi(read.groove)).toString("base64"), midi, name);
}
report["MIDI files read"] = expected.files.length;

// Melodies, trios and tracks
const plain = ({ events, melody, bass, cells, tracks, chords }) =>
  JSON.parse(
    JSON.stringify({
      events: events && Array.from(events),
      chords,
      melody: melody && Array.from(melody),
      bass: bass && Array.from(bass),
      cells: cells && Buffer.from(cells.buffer).toString("base64"),
      tracks: tracks?.map(({ program, drums, notes }) => ({ program, drums, notes: Array.from(notes) })),
    }),
  );
for (const [music, wanted] of Object.entries(expected.kinds)) {
  const model = await musicvae.load(wanted.model);
  assert.equal(model.music, music);
  for (const [seed, { value, midi }] of Object.entries(wanted.samples)) {
    const [made] = model.sample({ seed: Number(seed), temperature: 1 });
    assert.deepEqual(plain(made), value, `${music}, seed ${seed}`);
    assert.equal(Buffer.from(musicvae.writeMidi(made, { qpm: 97 })).toString("base64"), midi, `MIDI of ${music}, seed ${seed}`);
  }
  const [first, second] = [1, 2].map((seed) => model.sample({ seed, temperature: 1 })[0]);
  assert.deepEqual(model.interpolate(first, second, { count: 3 }).map(plain), wanted.interpolate, `interpolate ${music}`);
  assert.deepEqual(model.encode(first).mu, floats(wanted.mu), `encode ${music}`);
  if (wanted.infill) {
    assert.deepEqual(plain(model.infill(first, { ...wanted.asked, seed: 5, temperature: 1 })), wanted.infill, `infill ${music}`);
    assert.deepEqual(plain(model.continueGroove(first, { bars: 1, seed: 2, temperature: 1 })), wanted.continued, `continue ${music}`);
  }
  assert.deepEqual(plain(model.similar(first, { n: 1, seed: 2 })[0]), wanted.similar, `similar ${music}`);
  const { qpm, leftOut, ...read } = musicvae.readMidi(Buffer.from(wanted.file, "base64"), { music });
  assert.deepEqual(plain(Object.values(read)[0]), wanted.read, `read ${music}`);
  refused(() => model.encode(a), "ArgumentError", new RegExp(`music: is grooves; give ${music}`));
  assert.ok(Number.isFinite(Object.values(musicvae.features(first))[0] ?? 0));
}

// Chords
{
  const wanted = expected.chords;
  const player = await musicvae.load(wanted.model);
  for (const [seed, value] of Object.entries(wanted.samples)) {
    const options = { seed: Number(seed), temperature: 1 };
    assert.deepEqual(plain(player.sample({ ...options, chords: wanted.asked })[0]), value, `chords, seed ${seed}`);
    assert.deepEqual(plain(player.sample({ ...options, chords: wanted.asked.join(" ") })[0]), value, `chords in one text, seed ${seed}`);
  }
  const [tune] = player.sample({ seed: 1, temperature: 1, chords: wanted.asked });
  assert.deepEqual(player.encode(tune).mu, floats(wanted.mu), "encode on chords");
  assert.deepEqual(plain(player.reconstruct(tune)), wanted.reconstruct, "reconstruct on its chords");
  assert.deepEqual(plain(player.reconstruct(tune, { chords: "Dm Bdim" })), wanted.moved, "reconstruct on other chords");
  const continued = player.continueGroove(tune, { bars: 2, seed: 2, temperature: 1, chords: ["F", "G"] });
  assert.deepEqual(plain(continued), wanted.continued, "continue on chords");
  assert.deepEqual(plain(player.sample({ seed: 7, temperature: 1 })[0]), wanted.plain, "without chords");
  refused(() => player.sample({ chords: ["C"] }), "ArgumentError", /last 16 steps, and a window 32/);
  refused(() => player.sample({ chords: ["C", "H"] }), "ArgumentError", /"H"/);
  refused(() => player.sample({ chords: ["C", "Gsus4"] }), "ArgumentError", /Gsus4/);
  refused(() => player.sample({ chords: ["C", 5] }), "ArgumentError", /chords: have 5; give symbols/);
  refused(() => player.sample({ chords: 5 }), "ArgumentError", /chords: are 5; give symbols/);
  refused(() => player.encode({ ...tune, chords: ["C"] }), "ArgumentError", /1 steps of chords for 32 steps/);
  refused(() => player.encode({ ...tune, chords: [1] }), "ArgumentError", /chords: have 1; give the name/);
  refused(() => model.sample({ chords: "C C C C" }), "ArgumentError", /chords/);
}
refused(() => musicvae.writeMidi({ steps: 2, stepsPerQuarter: 4, events: [60, 200] }), "ArgumentError", /200/);
refused(() => musicvae.writeMidi({ steps: 3, stepsPerQuarter: 4, events: [60, -2] }), "ArgumentError", /2 numbers for 3 steps/);
refused(() => musicvae.writeMidi({}), "ArgumentError", /no music/);

// Bad input
refused(() => model.sample({ temperature: -1 }), "ArgumentError", /temperature/);
refused(() => model.sample({ temperature: "hot" }), "ArgumentError", /temperature: is "hot"; give a number/);
refused(() => model.sample({ seed: 1.5 }), "ArgumentError", /seed: is 1.5/);
refused(() => model.sample({ attributes: { blues: 1 } }), "ArgumentError", /blues/);
refused(() => model.humanize(a), "ArgumentError", /humanize/);
refused(() => model.infill(a, {}), "ArgumentError", /give cells, drums, parts or bars/);
refused(() => musicvae.setCell(a, 64, "kick"), "ArgumentError", /step 64/);
const whole = readFileSync(`${root}/models/groovae_4bar.safetensors`);
await assert.rejects(musicvae.load(whole.subarray(0, 100000), { name: "cut.safetensors" }), { name: "FormatError", message: /^cut\.safetensors: .*cut short/ });
await assert.rejects(musicvae.load(`${root}/models/none.safetensors`), { name: "FileError" });
humanizer.free();
assert.throws(() => humanizer.humanize(a), /freed/);

// In a Worker. Node's has other names for the same things.
const text = `import { parentPort } from "node:worker_threads"; import { serve } from "musicvae/worker";
const scope = { postMessage: (data) => parentPort.postMessage(data) }; serve(scope); parentPort.on("message", (data) => scope.onmessage({ data }));`;
const { writeFileSync } = await import("node:fs");
writeFileSync("worker_here.mjs", text);
const thread = new NodeWorker(new URL("worker_here.mjs", `file://${process.cwd()}/`));
const engine = connect({
  postMessage: (data, transfer) => thread.postMessage(data, transfer),
  addEventListener: (_kind, listener) => thread.on("message", (data) => listener({ data })),
});
const remote = await engine.load(`${root}/models/groovae_4bar.safetensors`);
assert.equal(remote.latent, model.latent);
same((await remote.sample({ seed: 7, temperature: 1 }))[0], expected.samples.groovae_4bar[7].cells, "in a worker");
await assert.rejects(remote.sample({ temperature: -1 }), { name: "ArgumentError" });
await thread.terminate();

console.log(JSON.stringify(report));
