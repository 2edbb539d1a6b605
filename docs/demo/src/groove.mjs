// Grooves as the page changes them: feel, swing, locks, the link. Nothing here needs a page, so Node.js tests it.
import { drums } from "../../../bindings/js/musicvae.mjs";

export const lanes = drums.length;
const numbers = 3;
const ticksPerHalfStep = 60; // of a MIDI file with 480 ticks per quarter note: a link that keeps ticks keeps the file's bytes

export const copy = (groove) => ({ ...groove, cells: groove.cells.slice() });
export const stepsPerBar = (groove) => groove.stepsPerQuarter * 4;
export const at = (step, drum) => (step * lanes + drum) * numbers;

/** Calls use(step, drum, velocity, offset) for each hit. */
export function forEachHit(groove, use) {
  for (let step = 0; step < groove.steps; ++step) {
    for (let drum = 0; drum < lanes; ++drum) {
      const i = at(step, drum);
      if (groove.cells[i]) use(step, drum, groove.cells[i + 1], groove.cells[i + 2]);
    }
  }
}

export function hits(groove) {
  let count = 0;
  forEachHit(groove, () => ++count);
  return count;
}

/** The groove with its timing and accents scaled: 0 is a machine, 1 as it is. */
export function withFeel(groove, amount) {
  if (amount === 1) return groove;
  const result = copy(groove);
  let sum = 0;
  forEachHit(groove, (_step, _drum, velocity) => (sum += velocity));
  const mean = sum / Math.max(1, hits(groove));
  const within = (x, low, high) => Math.min(high, Math.max(low, x));
  forEachHit(groove, (step, drum, velocity, offset) => {
    const i = at(step, drum);
    result.cells[i + 1] = within(mean + (velocity - mean) * amount, 0.01, 1);
    result.cells[i + 2] = within(offset * amount, -1, 1);
  });
  return result;
}

/** The numbers (step * 9 + drum) of the cells that no lock keeps. */
export function unlockedCells(groove, locks) {
  const cells = [];
  for (let step = 0; step < groove.steps; ++step) {
    for (let drum = 0; drum < lanes; ++drum) {
      if (!locks.drums.has(drum) && !locks.bars.has(Math.floor(step / stepsPerBar(groove)))) cells.push(step * lanes + drum);
    }
  }
  return cells;
}

/** Weights of the corners of a square: 1 at a corner, all equal in the middle. */
export const cornerWeights = ({ x, y }) => [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];

/** A mixture of points of the latent space, scaled to the length that the mixture of their lengths asks for: what is between two likely
 * points should be likely, too, and points near the middle are not. */
export function blend(points, weights) {
  const length = (z) => Math.sqrt(z.reduce((sum, x) => sum + x * x, 0));
  const mixed = new Float32Array(points[0].length);
  let wanted = 0;
  points.forEach((z, k) => {
    wanted += weights[k] * length(z);
    z.forEach((x, i) => (mixed[i] += weights[k] * x));
  });
  const now = length(mixed);
  return now > 0 ? mixed.map((x) => (x * wanted) / now) : mixed;
}

/** How far to move towards each style for a dot on the map: the nearer a style's mark, the more of it; nothing in the centre. */
export function styleAmounts({ x, y }, marks, most = 1.5) {
  const amounts = {};
  const radius = Math.hypot(x, y);
  if (radius < 0.02) return amounts;
  const shares = marks.map((mark) => 1 / (0.01 + (mark.x - x) ** 2 + (mark.y - y) ** 2) ** 2);
  const sum = shares.reduce((a, b) => a + b, 0);
  marks.forEach((mark, i) => {
    const share = (shares[i] / sum) * Math.min(1, radius) * most;
    if (share > 0.005) amounts[mark.name] = share;
  });
  return amounts;
}

/** The marks of the styles on the map, on a circle. */
export const styleMarks = (attributes) =>
  attributes
    .filter((name) => name.startsWith("style:"))
    .map((name, i, all) => ({
      name,
      label: name.slice("style:".length),
      x: 0.82 * Math.sin((2 * Math.PI * i) / all.length),
      y: -0.82 * Math.cos((2 * Math.PI * i) / all.length),
    }));

/** A groove as the text of a link: 4 bytes a hit, base64url. */
export function toText(groove) {
  const bytes = [groove.steps >> 8, groove.steps & 255, groove.stepsPerQuarter];
  forEachHit(groove, (step, drum, velocity, offset) => {
    const cell = step * lanes + drum;
    bytes.push(cell >> 8, cell & 255, Math.round(velocity * 127), Math.round(offset * ticksPerHalfStep) + 128);
  });
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The counterpart of toText. Throws an Error for a text that is not one of its. */
export function fromText(text) {
  const refuse = () => {
    throw new Error("the link's groove is damaged; ask for the link again");
  };
  let bytes = [];
  try {
    bytes = Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    refuse();
  }
  const [high, low, stepsPerQuarter] = bytes;
  const steps = (high << 8) | low;
  if (!(steps > 0 && steps <= 256) || stepsPerQuarter !== 4 || (bytes.length - 3) % 4 !== 0) refuse();
  const groove = { steps, stepsPerQuarter, cells: new Float32Array(steps * lanes * numbers) };
  for (let i = 3; i < bytes.length; i += 4) {
    const cell = (bytes[i] << 8) | bytes[i + 1];
    const offset = (bytes[i + 3] - 128) / ticksPerHalfStep;
    if (cell >= steps * lanes || bytes[i + 2] > 127 || Math.abs(offset) > 1) refuse();
    groove.cells.set([1, bytes[i + 2] / 127, offset], cell * numbers);
  }
  return groove;
}
