// Whether the page sounds where its hits are, in any browser.
import assert from "node:assert/strict";

/** Runs in the page: renders a snare at 0 s and at 2 s. Returns the energy of the sound at the two hits, each followed by that of silence. */
export async function energies() {
  const groove = { steps: 16, stepsPerQuarter: 4, cells: new Float32Array(16 * 27) };
  for (const step of [0, 8]) groove.cells.set([1, 0.9, 0], (step * 9 + 1) * 3);
  const buffer = await grooves.render(groove, 60);
  const sum = (from, to) => buffer.getChannelData(0).subarray(from * 44100, to * 44100).reduce((a, x) => a + x * x, 0);
  return [sum(0, 0.2), sum(1.5, 1.99), sum(2, 2.2), sum(3.5, 4)];
}

export function soundsAtItsHits([first, afterFirst, second, afterSecond]) {
  const energy = `energy: ${[first, afterFirst, second, afterSecond]}`;
  assert.ok(first > 1 && second > 1 && afterFirst < 0.001 && afterSecond < 0.001, energy);
}
