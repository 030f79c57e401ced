// Marked lines on a logarithmic axis, with intervals and names at their ends.

const COMPACT = (value) => (value >= 10000 ? `${value / 1000}k` : String(value));

// Move labels apart, keeping their order; the twin in Python is charts.encodings.spread.
function apart(places, gap, low, high) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const result = [...places];
  let floor = low;
  for (const i of order) floor = (result[i] = Math.max(result[i], floor)) + gap;
  let ceiling = high;
  for (const i of [...order].reverse()) ceiling = (result[i] = Math.min(result[i], ceiling)) - gap;
  return result;
}

// lines: [{name, points: [{x, y, low, high}]}]; returns the drawing and its scales.
function chart({ width, height, top, bottom = 0, xs, ticks, tickTexts = ticks.map(COMPACT), xTitle, yTitle, yTicks, lines, bands, cursor, marks = [], aria, onpick, room = 130 }) {
  const box = { left: 58, right: width - room, top: 30, bottom: height - 48 };
  const [from, to] = [Math.log(xs[0]), Math.log(xs[xs.length - 1])];
  const X = (x) => box.left + ((Math.log(x) - from) / (to - from || 1)) * (box.right - box.left);
  const Y = (y) => box.bottom - ((y - bottom) / (top - bottom)) * (box.bottom - box.top);
  const path = (points) => points.map((p, i) => `${i ? "L" : "M"}${X(p.x).toFixed(1)},${Y(p.y).toFixed(1)}`).join("");
  const shown = lines.filter((line) => line.points.length);
  const band = (line) => {
    const known = line.points.filter((p) => p.low !== null && p.low !== undefined);
    if (!known.length) return null;
    const edge = [...known.map((p) => ({ x: p.x, y: p.high })), ...known.map((p) => ({ x: p.x, y: p.low })).reverse()];
    return s("path", { d: `${path(edge)}Z`, style: { fill: look(line.name).colour, opacity: 0.18 } });
  };
  const places = apart(shown.map((line) => Y(line.points.at(-1).y)), 17, box.top, box.bottom);
  const svg = s("svg", { width, height, role: "img", "aria-label": aria },
    yTicks.map((t) => [s("line", { class: "rt-grid", x1: box.left, x2: box.right, y1: Y(t), y2: Y(t) }), s("text", { x: box.left - 8, y: Y(t) + 4, "text-anchor": "end" }, String(t))]),
    ticks.map((t, i) => [s("line", { class: "rt-grid", x1: X(t), x2: X(t), y1: box.top, y2: box.bottom }), s("text", { x: X(t), y: box.bottom + 18, "text-anchor": "middle" }, tickTexts[i])]),
    s("text", { x: (box.left + box.right) / 2, y: height - 8, "text-anchor": "middle", class: "rt-faint" }, xTitle),
    s("text", { x: 4, y: 14, class: "rt-faint" }, yTitle),
    marks.map((m) => s("path", { class: "rt-flip", d: `M${X(m)},${box.bottom}l-5,8h10Z` }, s("title", {}, `the order changes at m = ${m}`))),
    cursor ? s("line", { class: "rt-cursor", x1: X(cursor), x2: X(cursor), y1: box.top, y2: box.bottom }) : null,
    bands ? shown.map(band) : null,
    shown.map((line, i) => {
      const style = look(line.name), last = line.points.at(-1);
      const every = Math.ceil(line.points.length / 12);
      return s("g", {},
        s("path", { class: "rt-line", d: path(line.points), "stroke-dasharray": style.dash || null, style: { stroke: style.colour } }),
        line.points.filter((p, at) => at % every === 0 || p.x === cursor).map((p) => marker(line.name, X(p.x), Y(p.y), p.x === cursor ? 7 : 4.5)),
        label(line.name, 22, { x: X(last.x) + 12, y: places[i] + 4 }));
    }));
  if (onpick) {
    svg.addEventListener("click", (event) => {
      const at = event.clientX - svg.getBoundingClientRect().left;
      onpick(xs.reduce((best, x) => (Math.abs(X(x) - at) < Math.abs(X(best) - at) ? x : best), xs[0]));
    });
  }
  return svg;
}
