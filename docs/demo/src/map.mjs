// The map: a square with a dot. It shows styles on a circle, or four grooves on the corners.

export class MapView {
  constructor(root, { moved }) {
    Object.assign(this, { root, moved, dot: root.querySelector("#dot"), marks: root.querySelector("#marks") });
    root.addEventListener("pointerdown", (event) => {
      root.setPointerCapture(event.pointerId);
      this.point(event);
    });
    root.addEventListener("pointermove", (event) => {
      if (root.hasPointerCapture(event.pointerId)) this.point(event);
    });
    root.addEventListener("keydown", (event) => this.key(event));
    this.place({ x: 0, y: 0 });
  }

  /** Names at places of -1 to 1. */
  label(marks) {
    this.marks.replaceChildren(
      ...marks.map(({ label, x, y }) => {
        const mark = document.createElement("span");
        mark.textContent = label;
        mark.style.left = `${50 + 50 * x}%`;
        mark.style.top = `${50 + 50 * y}%`;
        return mark;
      }),
    );
  }

  place({ x, y }) {
    this.at = { x, y };
    this.dot.style.left = `${50 + 50 * x}%`;
    this.dot.style.top = `${50 + 50 * y}%`;
  }

  move(x, y) {
    const within = (value) => Math.min(1, Math.max(-1, value));
    this.place({ x: within(x), y: within(y) });
    this.moved(this.at);
  }

  point({ clientX, clientY }) {
    const box = this.root.getBoundingClientRect();
    this.move(((clientX - box.left) / box.width) * 2 - 1, ((clientY - box.top) / box.height) * 2 - 1);
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const { x, y } = this.at;
    if (moves[event.key]) this.move(x + moves[event.key][0] * 0.1, y + moves[event.key][1] * 0.1);
    else if (event.key === "Home") this.move(0, 0);
    else return;
    event.preventDefault();
  }
}
