// The three drawings of the Gini lab: Lorenz curves, tenths of popularity, hits against Gini.

const scaleOf = (from, to, start, end) => (value) => start + ((value - from) / (to - from || 1)) * (end - start);
const shareText = (value) => `${Math.round(100 * value)} %`;

// lines: [{name, text, curve, strong}]; the line of equal exposure is always there.
function lorenzChart(shares, lines, width, height) {
  const box = { left: 46, right: width - 148, top: 12, bottom: height - 44 };
  const X = scaleOf(0, 1, box.left, box.right), Y = scaleOf(0, 1, box.bottom, box.top);
  const ticks = [0, 0.25, 0.5, 0.75, 1], mark = shares.indexOf(0.8);
  const path = (curve) => curve.map((y, i) => `${i ? "L" : "M"}${X(shares[i]).toFixed(1)},${Y(y).toFixed(1)}`).join("");
  const places = apart(lines.map((line) => Y(line.curve[mark])), 36, box.top + 8, box.bottom - 12);
  return s("svg", { width, height, role: "img", "aria-label": `Lorenz curves: ${lines.map((line) => line.text).join(", ")}` },
    ticks.map((t) => [
      s("line", { class: "rt-grid", x1: box.left, x2: box.right, y1: Y(t), y2: Y(t) }),
      s("text", { x: box.left - 6, y: Y(t) + 4, "text-anchor": "end" }, shareText(t).replace(" ", "\u00a0")),
      s("line", { class: "rt-grid", x1: X(t), x2: X(t), y1: box.top, y2: box.bottom }),
      s("text", { x: X(t), y: box.bottom + 17, "text-anchor": "middle" }, shareText(t))]),
    s("text", { x: (box.left + box.right) / 2, y: height - 7, "text-anchor": "middle", class: "rt-faint" }, "items, the least shown first"),
    s("line", { class: "rt-cursor", x1: X(0), y1: Y(0), x2: X(1), y2: Y(1) }),
    lines.map((line, i) => {
      const style = look(line.name), y = Y(line.curve[mark]);
      return s("g", { class: line.strong ? "rt-strong" : "rt-weak" },
        s("path", { class: "rt-line", d: path(line.curve), "stroke-dasharray": style.dash || null, style: { stroke: style.colour } }),
        marker(line.name, X(0.8), y, line.strong ? 6 : 4.5),
        marker(line.name, box.right + 12, places[i] - 5, 5),
        label(line.name, 17, { x: box.right + 22, y: places[i] }),
        s("text", { x: box.right + 22, y: places[i] + 15, class: "rt-faint" }, line.text));
    }));
}

// chosen and shown: shares of each tenth, the most popular first.
function tenthBars(name, chosen, shown, width, height) {
  const box = { left: 44, right: width - 4, top: 34, bottom: height - 44 };
  const top = Math.max(0.2, Math.ceil(10 * Math.max(...shown, ...(chosen ?? [0]))) / 10);
  const each = (box.right - box.left) / shown.length, wide = Math.min(15, each / 2 - 3);
  const Y = scaleOf(0, top, box.bottom, box.top), middle = (i) => box.left + (i + 0.5) * each;
  const step = top > 0.5 ? 0.2 : 0.1, ticks = Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
  const rect = (x, value, extra) => s("rect", { x, y: Y(value), width: wide, height: box.bottom - Y(value), ...extra });
  return s("svg", { width, height, role: "img", "aria-label": `Shares of tenths of popularity: shown ${shown.map(shareText).join(", ")}` },
    ticks.map((t) => [
      s("line", { class: "rt-grid", x1: box.left, x2: box.right, y1: Y(t), y2: Y(t) }),
      s("text", { x: box.left - 6, y: Y(t) + 4, "text-anchor": "end" }, shareText(t).replace(" ", "\u00a0"))]),
    chosen ? [s("rect", { class: "rt-chosen-bar", x: box.left, y: 6, width: 12, height: 12 }), s("text", { x: box.left + 18, y: 17 }, "interactions")] : null,
    s("rect", { x: box.left + 116, y: 6, width: 12, height: 12, style: { fill: look(name).colour } }),
    s("text", { x: box.left + 134, y: 17 }, "places in lists"),
    shown.map((value, i) => [
      chosen ? rect(middle(i) - wide - 1, chosen[i], { class: "rt-chosen-bar" }) : null,
      rect(middle(i) + 1, value, { style: { fill: look(name).colour } }),
      s("text", { x: middle(i), y: box.bottom + 17, "text-anchor": "middle" }, String(i + 1))]),
    s("text", { x: (box.left + box.right) / 2, y: height - 7, "text-anchor": "middle", class: "rt-faint" }, "tenths of the items, 1 the most popular"));
}

// points: [{name, gini, hr: [value, low, high]}]; trail: the same of one knob, weakest first; at: its place.
function frontierChart({ points, trail, at, own, k, width, height }) {
  const box = { left: 50, right: width - 200, top: 24, bottom: height - 44 };
  const high = Math.max(...[...points, ...trail].map((p) => p.hr[2]));
  const step = high > 0.25 ? 0.1 : high > 0.1 ? 0.05 : 0.02;
  const top = Math.max(step, Math.ceil(high / step - 1e-9) * step);
  const X = scaleOf(0, 1, box.left, box.right), Y = scaleOf(0, top, box.bottom, box.top);
  const span = (p) => s("line", { class: "rt-span", x1: X(p.gini), x2: X(p.gini), y1: Y(p.hr[1]), y2: Y(p.hr[2]), style: { stroke: look(p.name).colour } });
  const here = trail[at] ?? points.find((p) => p.name === own);
  const ordered = [...points].sort((a, b) => b.hr[0] - a.hr[0]);
  const places = apart(ordered.map((p) => Y(p.hr[0])), 18, box.top - 6, box.bottom + 4);
  const line = trail.map((p, i) => `${i ? "L" : "M"}${X(p.gini).toFixed(1)},${Y(p.hr[0]).toFixed(1)}`).join("");
  const rows = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  return s("svg", { width, height, role: "img", "aria-label": `HR@${k} against Gini of ${points.length} models` },
    rows.map((t) => [s("line", { class: "rt-grid", x1: box.left, x2: box.right, y1: Y(t), y2: Y(t) }), s("text", { x: box.left - 6, y: Y(t) + 4, "text-anchor": "end" }, t.toFixed(2))]),
    [0, 0.2, 0.4, 0.6, 0.8, 1].map((t) => [s("line", { class: "rt-grid", x1: X(t), x2: X(t), y1: box.top, y2: box.bottom }), s("text", { x: X(t), y: box.bottom + 17, "text-anchor": "middle" }, t.toFixed(1))]),
    s("text", { x: (box.left + box.right) / 2, y: height - 7, "text-anchor": "middle", class: "rt-faint" }, `Gini of exposure in lists of ${k}; left is more even`),
    s("text", { x: 2, y: 13, class: "rt-faint" }, `HR@${k}, 95 % interval over people`),
    trail.length > 1 ? [s("path", { class: "rt-line", d: line, style: { stroke: look(own).colour } }), trail.map((p) => [span(p), s("circle", { cx: X(p.gini), cy: Y(p.hr[0]), r: 3.5, style: { fill: look(own).colour } })])] : null,
    ordered.map((p, i) => s("g", { class: p.name === own ? "rt-own-point" : "" }, span(p), marker(p.name, X(p.gini), Y(p.hr[0]), 5),
      marker(p.name, box.right + 18, places[i] - 4, 5), label(p.name, 23, { x: box.right + 30, y: places[i] }))),
    here ? s("circle", { class: "rt-spot", cx: X(here.gini), cy: Y(here.hr[0]), r: 11 }) : null);
}
