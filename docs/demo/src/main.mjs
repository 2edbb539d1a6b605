// The page: its state, and what each control does.
import { emptyGroove } from "../../../bindings/js/musicvae.mjs";
import * as g from "./groove.mjs";
import { GridView } from "./grid.mjs";
import { MapView } from "./map.mjs";
import { engine, model, started } from "./models.mjs";
import { Player, render, wavOf } from "./sound.mjs";
import { TapIn } from "./tap.mjs";

const main = "hier-groove_4bar_lookback";
const steps = 64; // of the groove that is drawn without a model
const get = (id) => document.getElementById(id);
const sliders = [
  { name: "temperature", label: "Temperature", min: 0, max: 1.5, step: 0.05, value: 0.8, remakes: true, unit: 1 },
  { name: "density", label: "Density", min: -2, max: 2, step: 0.1, value: 0, remakes: true, unit: 1 },
  { name: "syncopation", label: "Syncopation", min: -2, max: 2, step: 0.1, value: 0, remakes: true, unit: 1 },
  { name: "swing", label: "Swing", min: -2, max: 2, step: 0.1, value: 0, remakes: true, unit: 1 },
  { name: "feel", label: "Feel", min: 0, max: 1.5, step: 0.05, value: 1, unit: 100, suffix: " %" },
  { name: "tempo", label: "Tempo", min: 50, max: 220, step: 1, value: 110, unit: 1, suffix: "" },
];

const state = {
  groove: null, // as the model or the person made it
  z: null, // its point in the latent space, if it has one
  base: null, // the point that the map starts from
  corners: [null, null, null, null],
  mode: "styles",
  locks: { drums: new Set(), bars: new Set() },
  settings: Object.fromEntries(sliders.map(({ name, value }) => [name, value])),
  seed: 7,
};
const past = [];
const undone = [];
let vae = null; // null too if no model could be loaded

function say(text, isError = false) {
  get("message").textContent = text;
  get("message").classList.toggle("error", isError);
}

/** Runs a task of the person's; an error becomes one sentence, and the rest keeps working. */
const task = (work) => async (event) => {
  try {
    await work(event);
  } catch (error) {
    say(error.message, true);
  }
};

const played = () => g.withFeel(state.groove, state.settings.feel);
const player = new Player({
  groove: played,
  qpm: () => state.settings.tempo,
  context: () => {
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (!Context) throw new Error("this browser has no Web Audio, so it cannot play; the rest works");
    return new Context();
  },
});

const grid = new GridView(get("grid"), {
  changed(step, drum, cell) {
    remember();
    const groove = g.copy(state.groove);
    groove.cells.set(cell ? [1, cell.velocity, cell.offset] : [0, 0, 0], g.at(step, drum));
    show(groove);
    if (cell && !player.playing) task(() => player.tap(drum, cell.velocity))();
  },
  locked(kind, index) {
    const set = state.locks[kind];
    if (!set.delete(index)) set.add(index);
    grid.draw(played(), state.locks);
  },
});

const map = new MapView(get("map"), { moved: () => remake() });

function show(groove) {
  state.groove = groove;
  grid.draw(played(), state.locks);
  get("undo").disabled = past.length === 0;
  get("redo").disabled = undone.length === 0;
}

const present = () => (({ groove, z, base, seed }) => ({ groove, z, base, seed }))(state);

function remember() {
  if (!state.groove) return;
  past.push(present());
  if (past.length > 100) past.shift();
  undone.length = 0;
}

/** Goes to the last state of one list, and puts the present one on the other. */
function travel(from, to) {
  const other = from.pop();
  if (!other) return;
  to.push(present());
  Object.assign(state, other);
  get("seed").value = state.seed;
  show(other.groove);
}

const decodeOptions = () => ({ temperature: state.settings.temperature, seed: state.seed });
const attributes = () => {
  const amounts = state.mode === "styles" ? g.styleAmounts(map.at, g.styleMarks(vae.attributes)) : {};
  for (const name of ["density", "syncopation", "swing"]) {
    if (state.settings[name] && vae.attributes.includes(name)) amounts[name] = state.settings[name];
  }
  return amounts;
};

/** The point that the map's dot is on. */
function dotPoint() {
  if (state.mode === "styles" || state.corners.some((z) => !z)) return state.base;
  return g.blend(state.corners, g.cornerWeights({ x: (map.at.x + 1) / 2, y: (map.at.y + 1) / 2 }));
}

let making = false;
let again = false;
/** Decodes the dot's point again. While one is being made, only the last request counts. */
async function remake() {
  describeDot();
  if (!vae || !state.base) return;
  again = true;
  if (making) return;
  making = true;
  try {
    while (again) {
      again = false;
      const z = dotPoint();
      const [made] = await vae.decode(z, { ...decodeOptions(), attributes: attributes() });
      state.z = z;
      show(keepLocked(state.groove, made)); // a person may have changed and locked cells meanwhile
    }
  } catch (error) {
    say(error.message, true);
  } finally {
    making = false;
  }
}

/** `made`, with the locked cells of `old`. */
function keepLocked(old, made) {
  const { drums, bars } = state.locks;
  if (!old || old.steps !== made.steps || (!drums.size && !bars.size)) return made;
  const result = g.copy(old);
  for (const cell of g.unlockedCells(old, state.locks)) result.cells.set(made.cells.subarray(cell * 3, cell * 3 + 3), cell * 3);
  return result;
}

async function makeNew() {
  remember();
  state.seed = Number(get("seed").value);
  if (!Number.isSafeInteger(state.seed) || state.seed < 0) throw new Error("the seed is not a whole number from 0 to 9007199254740991");
  const { drums, bars } = state.locks;
  if (drums.size || bars.size) {
    const cells = g.unlockedCells(state.groove, state.locks);
    if (!cells.length) throw new Error("everything is locked; open a lock");
    show(await vae.infill(state.groove, { cells, ...decodeOptions() }));
    state.base = (await vae.encode(state.groove)).mu;
  } else {
    state.base = await vae.prior({ seed: state.seed });
    await remake();
  }
  say(`A groove of seed ${state.seed}: ${g.hits(state.groove)} hits.`);
}

/** Takes a groove of the person's: of a file, a link or taps. */
async function take(groove, words) {
  remember();
  const window = vae?.steps ?? steps;
  const whole = { ...groove, steps: window, cells: new Float32Array(window * g.lanes * 3) };
  for (let i = 0; i < whole.cells.length; ++i) whole.cells[i] = groove.cells[i % groove.cells.length]; // repeated, or its first bars
  show(whole);
  if (vae) state.base = state.z = (await vae.encode(whole)).mu;
  map.place({ x: 0, y: 0 });
  say(words);
}

async function readFile(file) {
  await started;
  const { groove, qpm, leftOut } = await engine.readMidi(new Uint8Array(await file.arrayBuffer()), { name: file.name });
  if (!g.hits(groove)) throw new Error(`${file.name}: has no drum hits; choose a file with drums on channel 10`);
  const left = Object.values(leftOut).reduce((a, b) => a + b, 0);
  setSlider("tempo", Math.min(220, Math.max(50, Math.round(qpm))));
  await take(groove, `${file.name}: ${g.hits(groove)} hits${left ? `; ${left} notes are left out` : ""}. Humanise it, vary it, or move the dot.`);
}

function save(bytes, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const linkOf = () => {
  const { settings, seed } = state;
  const fields = new URLSearchParams({ g: g.toText(state.groove), seed, ...settings });
  return `${location.href.split("#")[0]}#${fields}`;
};

async function readLink() {
  const fields = new URLSearchParams(location.hash.slice(1));
  if (!fields.has("g")) return false;
  const groove = g.fromText(fields.get("g"));
  for (const { name, min, max } of sliders) {
    const value = Number(fields.get(name) ?? NaN);
    if (value >= min && value <= max) setSlider(name, value);
  }
  if (/^\d{1,16}$/.test(fields.get("seed"))) get("seed").value = state.seed = Number(fields.get("seed"));
  await take(groove, "The groove of the link.");
  return true;
}

function setSlider(name, value) {
  const { unit, suffix = "" } = sliders.find((slider) => slider.name === name);
  state.settings[name] = value;
  get(name).value = value;
  get(`${name}-value`).textContent = `${Number((value * unit).toFixed(2))}${suffix}`;
}

function buildSliders() {
  for (const { name, label, min, max, step, value, remakes } of sliders) {
    const row = document.createElement("div");
    row.className = "slider";
    row.innerHTML = `<label for="${name}">${label}</label><input id="${name}" type="range" min="${min}" max="${max}" step="${step}" /><output id="${name}-value" for="${name}"></output>`;
    get("sliders").append(row);
    setSlider(name, value);
    get(name).addEventListener("input", () => {
      setSlider(name, Number(get(name).value));
      if (remakes) remake();
      else if (state.groove) grid.draw(played(), state.locks);
    });
    if (remakes) get(name).addEventListener("pointerdown", remember);
  }
}

function describeDot() {
  if (!vae) return;
  const marks = g.styleMarks(vae.attributes);
  const amounts = Object.entries(g.styleAmounts(map.at, marks)).sort((a, b) => b[1] - a[1]);
  const styles = amounts.slice(0, 2).map(([name, amount]) => `${name.slice(6)} ${Math.round(amount * 100)} %`);
  const where = `across ${Math.round(50 + 50 * map.at.x)} %, down ${Math.round(50 + 50 * map.at.y)} %`;
  get("map-value").textContent = state.mode === "corners" ? where : styles.join(", ") || "no style: the groove as it is";
}

async function showMap(mode) {
  state.mode = mode;
  get("show-styles").setAttribute("aria-pressed", mode === "styles");
  get("show-corners").setAttribute("aria-pressed", mode === "corners");
  get("corners").hidden = mode !== "corners";
  if (mode === "styles") {
    state.base = state.z;
    map.label(g.styleMarks(vae.attributes));
    map.place({ x: 0, y: 0 });
  } else {
    for (let k = 0; k < 4; ++k) state.corners[k] ??= await vae.prior({ seed: state.seed, first: k + 1 });
    map.label(["A", "B", "C", "D"].map((label, k) => ({ label, x: k % 2 ? 0.93 : -0.93, y: k > 1 ? 0.93 : -0.93 })));
  }
  await remake();
}

function frame() {
  grid.show(player.playing ? Math.floor(player.position) % state.groove.steps : -1);
  if (player.playing) requestAnimationFrame(frame);
}

function togglePlay() {
  if (player.playing) player.stop();
  else player.start();
  get("play").setAttribute("aria-pressed", player.playing);
  get("play").textContent = player.playing ? "■ Stop" : "▶ Play";
  frame();
}

const taps = new TapIn({ player, tempo: () => state.settings.tempo, button: get("tap"), say });

const actions = {
  play: togglePlay,
  async new() {
    if (state.groove) get("seed").value = Number(get("seed").value) + 1;
    await makeNew();
  },
  undo: () => travel(past, undone),
  redo: () => travel(undone, past),
  clear() {
    remember();
    show({ ...state.groove, cells: new Float32Array(state.groove.cells.length) });
  },
  async humanize() {
    say("Humanising…");
    const made = await (await model("humanize")).humanize(state.groove, { temperature: 0 });
    await take(made, "Humanised: the hits are the same, with new velocities and timing.");
  },
  async vary() {
    remember();
    const seed = Math.floor(Math.random() * 2 ** 32);
    const [made] = await vae.similar(state.groove, { n: 1, noise: 0.5, temperature: state.settings.temperature, seed });
    show(keepLocked(state.groove, made));
    state.base = state.z = (await vae.encode(state.groove)).mu;
    say("A variation.");
  },
  async tap() {
    const tapped = taps.toggle();
    if (!tapped) return;
    say("Making drums of the taps…");
    const made = await (await model("tap2drum")).tapToDrums(tapped, { temperature: state.settings.temperature, seed: state.seed });
    await take(made, "Drums with the rhythm of your taps.");
  },
  async midi() {
    save(await engine.writeMidi(played(), { qpm: state.settings.tempo }), "audio/midi", "groove.mid");
  },
  async wav() {
    if (!globalThis.OfflineAudioContext) throw new Error("this browser has no Web Audio, so it makes no WAV file; MIDI works");
    save(wavOf(await render(played(), state.settings.tempo)), "audio/wav", "groove.wav");
  },
  async share() {
    location.hash = linkOf().split("#")[1];
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    say("The link with this groove is in the address bar, and copied if the browser allows it.");
  },
  "show-styles": () => showMap("styles"),
  "show-corners": () => showMap("corners"),
};

function listen() {
  for (const [id, action] of Object.entries(actions)) get(id).addEventListener("click", task(action));
  ["A", "B", "C", "D"].forEach((label, k) => {
    const button = document.createElement("button");
    button.textContent = `Groove to ${label}`;
    button.addEventListener("click", task(async () => {
      state.corners[k] = (await vae.encode(state.groove)).mu;
      say(`This groove is now corner ${label}.`);
    }));
    get("corners").append(button);
  });
  for (const kind of ["pointerdown", "keydown"]) get("map").addEventListener(kind, remember);
  get("seed").addEventListener("change", task(makeNew));
  get("file").addEventListener("change", task(async () => get("file").files[0] && (await readFile(get("file").files[0]))));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    get("drop").classList.add("over");
  });
  document.addEventListener("dragleave", () => get("drop").classList.remove("over"));
  document.addEventListener("drop", task(async (event) => {
    event.preventDefault();
    get("drop").classList.remove("over");
    const [file] = event.dataTransfer.files;
    if (file) await readFile(file);
  }));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input[type=number], input[type=file]");
    const inButton = event.target.closest("button") && !event.target.closest(".cell");
    if (event.key === " " && !typing && !inButton && !taps.active) {
      event.preventDefault();
      if (state.groove) task(togglePlay)();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      if (event.shiftKey) actions.redo();
      else actions.undo();
    } else if ((event.ctrlKey || event.metaKey) && event.key === "y") {
      event.preventDefault();
      actions.redo();
    }
  });
}

/** The page without its model: what needs none works. */
async function beginWithout(error) {
  show(emptyGroove(steps));
  await readLink().catch(() => {});
  const works = ["play", "clear", "wav", "share"];
  await started.then(() => works.push("midi")).catch(() => {});
  for (const id of works) get(id).disabled = false;
  get("seed").disabled = true;
  say(`${error.message.replace(/[.]$/, "")}. Without a model, you can draw a groove here, play it and save it.`, true);
}

async function beginWith() {
  map.label(g.styleMarks(vae.attributes));
  get("licence").textContent = vae.licence;
  try {
    if (await readLink()) describeDot();
    else await makeNew();
  } catch (error) {
    await makeNew();
    say(error.message, true);
  }
  for (const id of Object.keys(actions)) get(id).disabled = false;
}

async function begin() {
  const start = performance.now();
  buildSliders();
  listen();
  try {
    vae = await model(main, (share) => say(`Loading the model: ${Math.round(share * 100)} %`));
  } catch (error) {
    await beginWithout(error);
  }
  if (vae) await beginWith();
  get("undo").disabled = get("redo").disabled = true;
  past.length = 0;
  document.documentElement.dataset.ready = Math.round(performance.now() - start); // milliseconds from the script's start to a groove
}

// For the tests, and for the curious at the browser's console.
globalThis.grooves = { state, player, map, played, render, engine, started, model, linkOf, busy: () => making };
task(begin)();
