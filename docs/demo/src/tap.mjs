// Taps a rhythm: keys or clicks, from the first one on, become hits on the grid of the tempo.
import { emptyGroove, setCell } from "../../../bindings/js/musicvae.mjs";
import { secondsPerStep } from "./sound.mjs";

const bars = 2; // of the model that turns taps into drums
const stepsPerBar = 16;

/** The taps, in seconds from the first, as a groove that has them on one drum. */
export function grooveOfTaps(times, qpm) {
  const groove = emptyGroove(bars * stepsPerBar);
  const step = secondsPerStep(qpm);
  for (const time of times) {
    const nearest = Math.round(time / step);
    if (nearest >= groove.steps) continue;
    setCell(groove, nearest, "snare", { velocity: 0.8, offset: Math.min(1, Math.max(-1, 2 * (time / step - nearest))) });
  }
  return groove;
}

export class TapIn {
  constructor({ player, tempo, button, say }) {
    Object.assign(this, { player, tempo, button, say, active: false, times: [] });
    document.addEventListener("keydown", (event) => {
      if (!this.active || event.repeat || event.key === "Escape" || event.key === "Tab" || event.target === this.button) return;
      event.preventDefault();
      this.tap();
    });
    document.getElementById("grid").addEventListener("pointerdown", (event) => {
      if (!this.active) return;
      event.stopPropagation();
      this.tap();
    }, { capture: true });
  }
  tap() {
    this.times.push(performance.now() / 1000);
    this.player.tap(1, 0.8);
  }
  /** Begins; or ends, and returns the groove of the taps, if there are any. */
  toggle() {
    this.active = !this.active;
    this.button.setAttribute("aria-pressed", this.active);
    this.button.textContent = this.active ? "Make drums" : "Tap in";
    if (this.active) {
      this.times = [];
      this.button.blur();
      this.say(`Tap two bars at ${this.tempo()} beats a minute, with any key or on the grid; then press Make drums.`);
      return null;
    }
    if (!this.times.length) {
      this.say("No taps.");
      return null;
    }
    return grooveOfTaps(this.times.map((time) => time - this.times[0]), this.tempo());
  }
}
