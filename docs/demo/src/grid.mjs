// The grid: a button for each cell, as the pictures of the documentation draw it. Height is velocity, the shift to the side is timing.
import { drums } from "../../../bindings/js/musicvae.mjs";
import { at, lanes, stepsPerBar } from "./groove.mjs";

const top = [8, 7, 6, 5, 4, 3, 2, 1, 0]; // rows from the top: cymbals first, the kick last
const words = drums.map((name) => name.replace("_", " ").replace("hihat", "hi-hat"));

function element(parent, tag, attributes, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  parent.append(made);
  return made;
}

/** `changed(step, drum, cell | null)` is called when a person changes a cell, `locked(kind, index)` when one presses a lock. */
export class GridView {
  constructor(root, { changed, locked }) {
    Object.assign(this, { root, changed, locked, cells: [], shown: -1 });
    root.addEventListener("pointerdown", (event) => this.press(event));
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("click", (event) => this.click(event));
  }

  build(groove) {
    this.root.replaceChildren();
    this.cells = [];
    const bar = stepsPerBar(groove);
    for (let first = 0, number = 0; first < groove.steps; first += bar, ++number) {
      const measure = element(this.root, "div", { class: "measure", role: "group", "aria-label": `bar ${number + 1}` });
      element(measure, "span", { class: "name" });
      const lock = element(measure, "button", { class: "number", "aria-pressed": false, "data-lock": `bars ${number}` }, `bar ${number + 1}`);
      lock.setAttribute("aria-label", `lock bar ${number + 1}`);
      for (const drum of top) {
        const name = element(measure, "button", { class: "name", "aria-pressed": false, "data-lock": `drums ${drum}` }, words[drum]);
        name.setAttribute("aria-label", `lock ${words[drum]}`);
        if (number > 0) name.tabIndex = -1;
        for (let step = first; step < Math.min(first + bar, groove.steps); ++step) {
          const beat = step % groove.stepsPerQuarter === 0 ? " beat" : "";
          const cell = element(measure, "button", { class: `cell${beat}`, "data-step": step, "data-drum": drum, tabindex: -1 });
          this.cells[step * lanes + drum] = cell;
        }
      }
    }
    this.focusable = this.cells[top[0]];
    this.focusable.tabIndex = 0;
  }

  draw(groove, locks) {
    if (this.cells.length !== groove.steps * lanes) this.build(groove);
    this.groove = groove;
    this.cells.forEach((cell, index) => {
      const [hit, velocity, offset] = groove.cells.subarray(index * 3, index * 3 + 3);
      const key = hit ? `${velocity} ${offset}` : "";
      if (cell.dataset.key === key) return;
      cell.dataset.key = key;
      cell.replaceChildren();
      if (hit) {
        const mark = element(cell, "i", {});
        mark.style.height = `${Math.max(12, velocity * 100)}%`;
        mark.style.transform = `translateX(${(offset * 80).toFixed(1)}%)`;
        mark.style.opacity = 0.45 + 0.55 * velocity;
      }
      this.describe(cell, index, hit, velocity, offset);
    });
    for (const button of this.root.querySelectorAll("[data-lock]")) {
      const [kind, index] = button.dataset.lock.split(" ");
      button.setAttribute("aria-pressed", locks[kind].has(Number(index)));
    }
  }

  describe(cell, index, hit, velocity, offset) {
    const step = Math.floor(index / lanes);
    const bar = stepsPerBar(this.groove);
    const where = `${words[index % lanes]}, bar ${Math.floor(step / bar) + 1}, step ${(step % bar) + 1}`;
    const timing = Math.abs(offset) < 0.05 ? "" : `, ${Math.round(Math.abs(offset) * 50)} % of a step ${offset < 0 ? "early" : "late"}`;
    cell.setAttribute("aria-label", hit ? `${where}: velocity ${Math.round(velocity * 127)}${timing}` : `${where}: no hit`);
    cell.setAttribute("aria-pressed", Boolean(hit));
  }

  /** Shows the play head at a step; -1: none. */
  show(step) {
    if (step === this.shown) return;
    for (const [at, on] of [[this.shown, false], [step, true]]) {
      for (let drum = 0; at >= 0 && drum < lanes; ++drum) this.cells[at * lanes + drum]?.classList.toggle("now", on);
    }
    this.shown = step;
  }

  set(cell, velocity) {
    const [step, drum] = [Number(cell.dataset.step), Number(cell.dataset.drum)];
    const old = at(step, drum);
    this.changed(step, drum, velocity === null ? null : { velocity, offset: this.groove.cells[old + 2] });
  }

  velocityOf(cell) {
    const i = at(Number(cell.dataset.step), Number(cell.dataset.drum));
    return this.groove.cells[i] ? this.groove.cells[i + 1] : null;
  }

  click(event) {
    const lock = event.target.closest("[data-lock]");
    if (lock) {
      const [kind, index] = lock.dataset.lock.split(" ");
      this.locked(kind, Number(index));
      return;
    }
    const cell = event.target.closest(".cell");
    if (cell && event.detail === 0) this.set(cell, this.velocityOf(cell) === null ? 0.8 : null); // of a screen reader, which has no pointer
  }

  press(event) {
    const cell = event.target.closest(".cell");
    if (!cell) return;
    const before = this.velocityOf(cell);
    const height = cell.clientHeight * 4;
    let moved = false;
    const move = ({ clientY }) => {
      const up = event.clientY - clientY;
      if (!moved && Math.abs(up) < 4) return;
      moved = true;
      this.set(cell, Math.min(1, Math.max(0.05, (before ?? 0.6) + up / height)));
    };
    const end = () => {
      removeEventListener("pointermove", move);
      if (!moved) this.set(cell, before === null ? 0.8 : null);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end, { once: true });
    addEventListener("pointercancel", () => ((moved = true), end()), { once: true });
  }

  key(event) {
    const cell = event.target.closest(".cell");
    if (!cell) return;
    const [step, drum] = [Number(cell.dataset.step), Number(cell.dataset.drum)];
    const row = top.indexOf(drum);
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const velocity = this.velocityOf(cell);
    if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      const next = this.cells[(step + dx) * lanes + top[row + dy]];
      if (next) {
        this.focusable.tabIndex = -1;
        this.focusable = next;
        next.tabIndex = 0;
        next.focus();
      }
    } else if (event.key === "Enter") {
      this.set(cell, velocity === null ? 0.8 : null);
    } else if ((event.key === "+" || event.key === "=") && velocity !== null) {
      this.set(cell, Math.min(1, velocity + 0.1));
    } else if (event.key === "-" && velocity !== null) {
      this.set(cell, Math.max(0.05, velocity - 0.1));
    } else {
      return;
    }
    event.preventDefault();
  }
}
