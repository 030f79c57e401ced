// Primer: vectors in a plane on the left, dot products and probabilities on the right.

const HUES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"];
const SIDE = 300, REACH = 2.2;

function arrow(x, y, colour, width) {
  const place = (v, sign) => SIDE / 2 + (sign * v * SIDE) / 2 / REACH;
  const [tx, ty] = [place(x, 1), place(y, -1)];
  const turn = (Math.atan2(ty - SIDE / 2, tx - SIDE / 2) * 180) / Math.PI;
  const style = { stroke: colour, "stroke-width": width };
  return s("g", {},
    s("line", { x1: SIDE / 2, y1: SIDE / 2, x2: tx, y2: ty, style }),
    s("path", { d: "M0,0L-10,-5L-10,5Z", transform: `translate(${tx},${ty}) rotate(${turn})`, style: { fill: colour } }));
}

function plane(api, frame) {
  const { names, vectors, axes } = api.page;
  const half = SIDE / 2;
  const text = (x, y, words) => {
    const tx = half + (x * half) / REACH, ty = half - (y * half) / REACH;
    const anchor = tx > SIDE - 70 ? "end" : tx < 50 ? "start" : "middle";
    return label(words, 16, { x: clamp(tx, 4, SIDE - 4), y: clamp(ty + (y < 0 ? 18 : -10), 14, SIDE - 6), "text-anchor": anchor });
  };
  const [px, py] = frame.person;
  return s("svg", { width: SIDE, height: SIDE, role: "img", "aria-label": `Vectors of a person and ${names.length} films` },
    s("line", { class: "rt-grid", x1: 0, x2: SIDE, y1: half, y2: half }),
    s("line", { class: "rt-grid", x1: half, x2: half, y1: 0, y2: SIDE }),
    label(`more ${axes[0]} →`, 24, { class: "rt-faint", x: SIDE - 2, y: half + 16, "text-anchor": "end" }),
    label(`more ${axes[1]} ↑`, 24, { class: "rt-faint", x: half + 6, y: 14 }),
    vectors.map(([x, y], i) => [arrow(x, y, HUES[i % HUES.length], 2), text(x, y, names[i])]),
    arrow(px, py, "var(--rt-ink)", 4), text(px * 0.78, py * 0.78 + (py < 0 ? -0.1 : 0.1), "you"));
}

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => page.frames[page.temperatures.indexOf(get("temperature"))][page.angles.indexOf(get("angle"))],
    controls: ({ page }) => [
      { kind: "slider", knob: "temperature", label: "temperature", values: page.temperatures },
      { kind: "slider", knob: "angle", label: "direction of the person", values: page.angles, text: (v) => `${v} degrees`, late: true },
    ],
    draw: (api) => {
      const { page, stage, get } = api;
      const frame = page.frames[page.temperatures.indexOf(get("temperature"))][page.angles.indexOf(get("angle"))];
      if (!stage.childElementCount) {
        stage.append(h("div", { class: "rt-two rt-primer" }, h("div"), h("table", {},
          h("thead", {}, h("tr", {}, ["film", "dot product = score", "softmax(score / temperature)"].map((words) => h("th", { scope: "col" }, words)))),
          h("tbody", {}, page.names.map((name, i) => h("tr", {}, h("th", { scope: "row" }, film(name, 18)), h("td", { class: "rt-number" }),
            h("td", {}, bar(0, HUES[i % HUES.length])), h("td", { class: "rt-number" })))))));
      }
      const [left, table] = stage.firstChild.children;
      left.replaceChildren(plane(api, frame));
      [...table.tBodies[0].rows].forEach((row, i) => {
        row.cells[1].textContent = frame.sums[i];
        row.querySelector(".rt-bar").style.width = `${100 * frame.shares[i]}%`;
        row.cells[3].textContent = frame.texts[i];
      });
    },
  }),
};
