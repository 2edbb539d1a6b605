// A person's way through the page in headless Chromium: node page.mjs EXPECTED.json REPOSITORY FOLDER. With --pictures, also writes those
// of the documentation.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "./serve.mjs";
import { energies, soundsAtItsHits } from "./sound.mjs";

const [expectedFile, root, folder, option] = process.argv.slice(2);
const { chromium } = createRequire(join(root, "build/web/tools/"))("playwright-core");
const expected = JSON.parse(readFileSync(expectedFile, "utf8"));
const demo = join(root, "build/demo");
const { address, asked, close } = await serve(demo);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
const report = {};

/** `before` is a function that runs in the page before its own script, `routes` what the server answers instead for some paths. */
async function open(url, { before, routes = {}, ...settings } = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, acceptDownloads: true, ...settings });
  if (before) await context.addInitScript(before);
  for (const [path, body] of Object.entries(routes)) await context.route(path, (route) => route.fulfill({ body }));
  const page = await context.newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.errors.push(message.text()));
  await page.goto(url);
  await page.waitForFunction(() => document.documentElement.dataset.ready, null, { timeout: 120000 });
  return page;
}
const cellsOf = (page) => page.evaluate(() => Array.from(grooves.state.groove.cells));
const floats = (text) => Array.from(new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer));
const download = async (page, id) => {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(id)]);
  return readFileSync(await file.path());
};
const changed = (page, before) =>
  page.waitForFunction((old) => grooves.state.groove.cells.some((x, i) => x !== old[i]), before, { timeout: 60000 });

try {
  const page = await open(address);
  report["ms from the script's start to a groove"] = Number(await page.evaluate(() => document.documentElement.dataset.ready));
  report["files asked for"] = asked.filter((file) => file !== "/favicon.ico");

  // The same notes as the native library, from either engine
  const model = "hier-groove_4bar_lookback";
  const sameNotes = async (page) => {
    for (const [seed, { cells, midi }] of Object.entries(expected.samples[model])) {
      const made = await page.evaluate(async ([name, seed]) => {
        const [groove] = await (await grooves.model(name)).sample({ seed, temperature: 1 });
        return [Array.from(groove.cells), Array.from(await grooves.engine.writeMidi(groove, { qpm: 97 }))];
      }, [model, Number(seed)]);
      assert.deepEqual(made[0], floats(cells), `seed ${seed}`);
      assert.equal(Buffer.from(made[1]).toString("base64"), midi, `MIDI of seed ${seed}`);
    }
  };
  await sameNotes(page);
  const { fused } = await page.evaluate(() => grooves.started);
  report["the engine that fuses"] = fused;
  assert.equal(asked.includes("/musicvae_fused.wasm"), fused);
  const unfused = await open(address, {
    before: () => {
      const { validate } = WebAssembly;
      WebAssembly.validate = (bytes) => bytes.length < 40 && validate(bytes); // not the module with relaxed SIMD
    },
  });
  assert.deepEqual(await unfused.evaluate(() => grooves.started), { fused: false });
  await sameNotes(unfused);
  for (const [name, where] of [[fused ? "fused" : "exact", page], ["exact", unfused]]) {
    const times = await where.evaluate(async (name) => {
      const vae = await grooves.model(name);
      const times = [];
      for (let seed = 0; seed < 10; ++seed) {
        const start = performance.now();
        await vae.sample({ seed });
        times.push(performance.now() - start);
      }
      return times;
    }, model);
    report[`ms for a groove, ${name}`] = Number(Math.min(...times).toFixed(1));
  }
  await unfused.context().close();

  // Play: the play head moves, and there is sound where the hits are
  await page.click("#play");
  const played = Date.now();
  await page.waitForFunction(() => grooves.player.context?.currentTime > 0.06 && document.querySelector(".cell.now"));
  report["ms from the click to sound and play head"] = Date.now() - played;
  await page.click("#play");
  soundsAtItsHits(await page.evaluate(energies));

  // The grid: a click sets a hit, a drag its velocity, a key moves and removes it
  await page.click("#clear");
  const cell = page.locator('.cell[data-step="4"][data-drum="1"]');
  await cell.click();
  assert.match(await cell.getAttribute("aria-label"), /^snare, bar 1, step 5: velocity 102$/);
  const box = await cell.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + 40, { steps: 4 });
  await page.mouse.up();
  const softer = await page.evaluate(() => grooves.state.groove.cells[(4 * 9 + 1) * 3 + 1]);
  assert.ok(softer > 0.05 && softer < 0.6, `velocity ${softer}`);
  await cell.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => grooves.state.groove.cells[(5 * 9 + 1) * 3]), 1);
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => grooves.state.groove.cells[(5 * 9 + 1) * 3]), 0);
  for (let i = 0; i < 20 && !(await page.isDisabled("#undo")); ++i) await page.click("#undo");
  const whole = await cellsOf(page);
  assert.ok(whole.some((x) => x), "undo brings the groove back");
  assert.ok(await page.isEnabled("#redo"));
  await page.click("#redo");
  assert.ok((await cellsOf(page)).every((x) => !x), "redo clears it again");
  await page.keyboard.press("Control+z");
  assert.deepEqual(await cellsOf(page), whole);
  await page.keyboard.press("Control+Shift+z");
  assert.ok((await cellsOf(page)).every((x) => !x));
  await page.click("#undo");

  // New, the map, locks
  let before = await cellsOf(page);
  await page.click("#new");
  await changed(page, before);
  before = await cellsOf(page);
  const mapBox = async () => {
    await page.locator("#map").scrollIntoViewIfNeeded();
    return page.locator("#map").boundingBox();
  };
  let map = await mapBox();
  await page.mouse.move(map.x + map.width / 2, map.y + map.height / 2);
  await page.mouse.down();
  await page.mouse.move(map.x + map.width * 0.85, map.y + map.height * 0.2, { steps: 5 });
  await page.mouse.up();
  await changed(page, before);
  const settled = () => page.waitForFunction(() => !grooves.busy()); // the last point of the dot is decoded
  await settled();
  assert.match(await page.textContent("#map-value"), /%/);
  await page.click('[data-lock="drums 1"]');
  before = await cellsOf(page);
  await page.click("#new");
  await changed(page, before);
  const after = await cellsOf(page);
  for (let i = 0; i < after.length; ++i) if (Math.floor(i / 3) % 9 === 1) assert.equal(after[i], before[i], "the locked drum stays");
  await page.click('[data-lock="drums 1"]');
  assert.ok(await page.isDisabled("#redo"), "what is new ends what was undone");
  await page.click('[data-lock="bars 2"]');
  before = await cellsOf(page);
  await page.click("#new");
  await changed(page, before);
  const bar = 16 * 27;
  assert.deepEqual((await cellsOf(page)).slice(2 * bar, 3 * bar), before.slice(2 * bar, 3 * bar), "the locked bar stays");
  await page.click('[data-lock="bars 2"]');
  assert.ok(await page.isHidden("#corners"));
  await page.click("#show-corners");
  assert.ok(await page.isVisible("#corners"));
  before = await cellsOf(page);
  map = await mapBox();
  await page.mouse.click(map.x + map.width * 0.1, map.y + map.height * 0.1);
  await changed(page, before);

  // Downloads: the MIDI file is the native writer's
  await settled();
  const seven = expected.samples[model][7];
  await page.evaluate((cells) => grooves.state.groove.cells.set(cells), floats(seven.cells));
  await page.fill("#tempo", "97");
  assert.equal((await download(page, "#midi")).toString("base64"), seven.midi);
  const wav = await download(page, "#wav");
  assert.equal(wav.subarray(0, 4).toString(), "RIFF");
  assert.ok(wav.length > 1000000);

  // The link: another page has the same groove and settings
  await page.click("#share");
  const link = await page.evaluate(() => location.href);
  const other = await open(link);
  assert.equal(await other.inputValue("#tempo"), "97");
  assert.equal((await download(other, "#midi")).toString("base64"), seven.midi, "the link keeps the file");
  assert.deepEqual(other.errors, []);
  const damaged = await open(`${address}#g=AEAE%21`);
  assert.match(await damaged.textContent("#message"), /link's groove is damaged/);

  // A MIDI file is dropped; then one that is none
  const drop = (name, bytes) =>
    page.evaluate(([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
    }, [name, Array.from(bytes)]);
  await drop("mine.mid", Buffer.from(expected.samples[model][3].midi, "base64"));
  await page.waitForFunction(() => document.querySelector("#message").textContent.startsWith("mine.mid:"));
  const native = floats(expected.samples[model][3].cells);
  assert.ok((await cellsOf(page)).every((x, i) => i % 3 !== 0 || x === native[i]), "the hits of the file");
  await page.click("#humanize");
  await page.waitForFunction(() => document.querySelector("#message").textContent.startsWith("Humanised"), null, { timeout: 60000 });
  await drop("letter.mid", Buffer.from("Dear Sir"));
  await page.waitForFunction(() => document.querySelector("#message.error")?.textContent.startsWith("letter.mid: byte 0: does not begin with MThd"));
  await page.click("#new"); // the rest keeps working
  await page.waitForFunction(() => document.querySelector("#message").textContent.startsWith("A groove of seed"));

  // Tap in
  await page.click("#tap");
  for (let i = 0; i < 4; ++i) {
    await page.keyboard.press("j");
    await page.waitForTimeout(150);
  }
  await page.click("#tap");
  await page.waitForFunction(() => document.querySelector("#message").textContent.startsWith("Drums with the rhythm"), null, { timeout: 60000 });
  assert.deepEqual(page.errors, []);

  // Every control has a name
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, [tabindex='0']")].filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML),
  );
  assert.deepEqual(nameless, []);

  // A phone: nothing is wider than the screen
  const phone = await open(address, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark", reducedMotion: "reduce" });
  assert.ok((await phone.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  await phone.tap("#play");
  await phone.waitForFunction(() => document.querySelector(".cell.now"));

  // What is missing or damaged takes one sentence, and the rest works
  const draws = async (page) => {
    await page.click('.cell[data-step="4"][data-drum="1"]');
    assert.equal(await page.evaluate(() => grooves.state.groove.cells[(4 * 9 + 1) * 3]), 1);
  };
  const bare = await open(address, { before: () => (WebAssembly.validate = () => false) });
  assert.match(await bare.textContent("#message.error"), /^This browser has no WebAssembly SIMD, .*you can draw a groove here/);
  await draws(bare);
  assert.equal((await download(bare, "#wav")).subarray(0, 4).toString(), "RIFF");
  await bare.click("#play");
  await bare.waitForFunction(() => document.querySelector(".cell.now"));
  assert.ok((await bare.isDisabled("#new")) && (await bare.isDisabled("#midi")));
  assert.deepEqual(bare.errors, []);

  const bytes = readFileSync(join(demo, `models/${model}.safetensors`));
  const cut = await open(address, { routes: { [`**/${model}.safetensors`]: bytes.subarray(0, 100000) } });
  assert.match(await cut.textContent("#message.error"), /^hier-groove_4bar_lookback\.safetensors: .*cut short.*you can draw a groove here/);
  await draws(cut);
  assert.equal((await download(cut, "#midi")).subarray(0, 4).toString(), "MThd");
  assert.ok(await cut.isDisabled("#new"));
  assert.deepEqual(cut.errors, []);

  const silent = await open(address, { before: () => ["AudioContext", "webkitAudioContext", "OfflineAudioContext"].forEach((name) => delete globalThis[name]) });
  await silent.click("#play");
  assert.match(await silent.textContent("#message.error"), /^this browser has no Web Audio, so it cannot play/);
  await silent.click("#wav");
  assert.match(await silent.textContent("#message.error"), /^this browser has no Web Audio, so it makes no WAV file/);
  before = await cellsOf(silent);
  await silent.click("#new");
  await changed(silent, before);
  assert.equal((await download(silent, "#midi")).subarray(0, 4).toString(), "MThd");
  assert.deepEqual(silent.errors, []);

  // From a disk
  const disk = await open(`file://${join(demo, "index.html")}`);
  assert.deepEqual(await cellsOf(disk), await cellsOf(phone));

  if (option === "--pictures") {
    await phone.tap("#play");
    await phone.screenshot({ path: join(folder, "demo_phone.png"), fullPage: true });
    await disk.screenshot({ path: join(folder, "demo.png") });
  }
  writeFileSync(join(folder, "report.json"), JSON.stringify(report));
  console.log(JSON.stringify(report));
} finally {
  await browser.close();
  close();
}
