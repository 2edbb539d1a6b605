// The page in headless Firefox: loads, samples the native notes and plays. node firefox.mjs EXPECTED.json REPOSITORY PROFILE
// Firefox is driven by Marionette, its own protocol, because Debian has no geckodriver: messages of JSON on a socket, each after its length.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { serve } from "./serve.mjs";
import { energies, soundsAtItsHits } from "./sound.mjs";

const [expectedFile, root, profile] = process.argv.slice(2);
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A port that is free now. */
async function freePort() {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function connected(port, firefox) {
  for (let tries = 0; tries < 300; ++tries) {
    if (firefox.exitCode !== null) throw new Error(`Firefox ended with ${firefox.exitCode}`);
    const socket = net.connect(port, "127.0.0.1");
    const open = await new Promise((resolve) => socket.once("connect", () => resolve(true)).once("error", () => resolve(false)));
    if (open) return socket;
    await wait(200);
  }
  throw new Error("Firefox does not answer within a minute");
}

class Marionette {
  #waiting = new Map();
  #bytes = Buffer.alloc(0);
  #count = 0;
  constructor(socket) {
    this.socket = socket;
    socket.on("data", (data) => this.#read(data));
  }
  #read(data) {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    for (;;) {
      const colon = this.#bytes.indexOf(":");
      const size = Number(this.#bytes.subarray(0, colon).toString());
      if (colon < 0 || this.#bytes.length < colon + 1 + size) return;
      const message = JSON.parse(this.#bytes.subarray(colon + 1, colon + 1 + size).toString());
      this.#bytes = this.#bytes.subarray(colon + 1 + size);
      if (!Array.isArray(message)) continue; // the greeting
      const [, id, error, result] = message;
      const { resolve, reject } = this.#waiting.get(id);
      if (error) reject(new Error(`${error.error}: ${error.message}`));
      else resolve(result?.value ?? result);
    }
  }
  send(command, parameters = {}) {
    const text = Buffer.from(JSON.stringify([0, ++this.#count, command, parameters]));
    this.socket.write(Buffer.concat([Buffer.from(`${text.length}:`), text]));
    return new Promise((resolve, reject) => this.#waiting.set(this.#count, { resolve, reject }));
  }
  /** Runs an async function in the page. */
  async run(work, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      (${work})(...Array.from(arguments).slice(0, -1)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.send("WebDriver:ExecuteAsyncScript", { script, args, sandbox: null });
    if (error) throw new Error(error);
    return value;
  }
}

const port = await freePort();
const preferences = { "marionette.port": port, "media.autoplay.default": 0, "browser.shell.checkDefaultBrowser": false, "datareporting.policy.dataSubmissionEnabled": false };
writeFileSync(join(profile, "user.js"), Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`).join(""));
const { address, asked, close } = await serve(join(root, "build/demo"));
const firefox = spawn("firefox-esr", ["--headless", "--marionette", "--no-remote", "--profile", profile, "about:blank"], { stdio: "ignore", env: { ...process.env, HOME: profile } });
const report = {};
try {
  const page = new Marionette(await connected(port, firefox));
  await page.send("WebDriver:NewSession", {});
  await page.send("WebDriver:SetTimeouts", { script: 240000, pageLoad: 120000 });
  await page.send("WebDriver:Navigate", { url: address });
  report["ms from the script's start to a groove"] = await page.run(async () => {
    while (!document.documentElement.dataset.ready) await new Promise((resolve) => setTimeout(resolve, 20));
    return Number(document.documentElement.dataset.ready);
  });
  const { fused } = await page.run(async () => grooves.started);
  report["the engine that fuses"] = fused;
  assert.equal(asked.includes("/musicvae_fused.wasm"), fused);

  const model = "hier-groove_4bar_lookback";
  for (const [seed, { cells, midi }] of Object.entries(expected.samples[model])) {
    const made = await page.run(
      async (name, seed) => {
        const [groove] = await (await grooves.model(name)).sample({ seed, temperature: 1 });
        return [Array.from(groove.cells), Array.from(await grooves.engine.writeMidi(groove, { qpm: 97 }))];
      },
      model,
      Number(seed),
    );
    const wanted = new Float32Array(Uint8Array.from(Buffer.from(cells, "base64")).buffer);
    assert.deepEqual(made[0], Array.from(wanted), `seed ${seed}`);
    assert.equal(Buffer.from(made[1]).toString("base64"), midi, `MIDI of seed ${seed}`);
  }

  soundsAtItsHits(await page.run(energies));
  report["the play head moves"] = await page.run(async () => {
    document.querySelector("#play").click();
    const end = performance.now() + 20000;
    while (!document.querySelector(".cell.now") && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    return Boolean(document.querySelector(".cell.now"));
  });
  assert.ok(report["the play head moves"]);
  assert.match(await page.run(async () => document.querySelector("#message").textContent), /^A groove of seed/);
  console.log(JSON.stringify(report));
} finally {
  firefox.kill();
  close();
}
process.exit(0);
