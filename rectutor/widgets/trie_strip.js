// The strip of probability: a row for each step, every beam's slice inside that of its parent.

const levelHue = (level) => LOOK.levels[(level - 1) % LOOK.levels.length];
const dotted = (codes) => codes.join("\u00a0·\u00a0"); // no line breaks in an id
const share = (p) => (p > 0 && p < 0.00001 ? "<0.001 %" : `${Number((100 * p).toPrecision(2))} %`);
const STRIP_ROW = 26, STRIP_LEFT = 56;

// Where each beam's slice begins and how wide it is, by step. Enlarged, only what leads to the
// beams of the last step has a width, and these fill the strip.
function slices(steps, isEnlarged) {
  const wide = steps.map(({ kept }) => kept.map(([, p]) => p));
  if (isEnlarged) {
    for (let r = steps.length - 1; r > 0; r--) {
      const above = wide[r - 1].fill(0);
      steps[r].parents.forEach((v, i) => { above[v] += wide[r][i]; });
    }
    const all = wide.at(-1).reduce((sum, p) => sum + p, 0) || 1;
    wide.forEach((row) => row.forEach((p, i) => { row[i] = p / all; }));
  }
  const starts = [];
  steps.forEach(({ parents }, r) => {
    const used = r ? [...starts[r - 1]] : [0];
    starts.push(wide[r].map((p, i) => { const at = used[parents[i]]; used[parents[i]] += p; return at; }));
  });
  return { starts, wide };
}

function strip(api, { model, steps, levels, isTrue, isHeld }) {
  const { get } = api, width = api.width() - 2, inner = width - STRIP_LEFT, isEnlarged = get("is_enlarged");
  const hatch = `rt-hatch-${api.uid}`, X = (x) => STRIP_LEFT + x * inner;
  const { starts, wide } = slices(steps, isEnlarged);
  const box = (r, x, w, attributes, ...inside) => s("rect", { x: X(x), y: r * STRIP_ROW + 2, width: Math.max(w * inner, 0.5), height: STRIP_ROW - 4, ...attributes }, ...inside);
  const nowhere = (r) => (r ? starts[r - 1] : [0]).map((start, v) => {
    const p = r ? wide[r - 1][v] : 1, lost = steps[r].cuts[v] * p;
    return isHeld && !isEnlarged && lost * inner > 0.5 && box(r, start + p - lost, lost, { fill: `url(#${hatch})`, class: "rt-nowhere" },
      s("title", {}, `${share(lost)} had nowhere to go`));
  });
  const slice = (r, i) => {
    const [id, p] = steps[r].kept[i], [codes, , items] = model.beginnings[id], x = starts[r][i], w = wide[r][i];
    const hue = levelHue(codes.length), true_ = isTrue(codes);
    return [box(r, x, w, { fill: items.length ? hue : "none", class: `rt-slice${true_ ? " rt-true-slice" : ""}${items.length ? "" : " rt-no-slice"}` },
      s("title", {}, `${dotted(codes)}: ${share(p)}`)),
    w * inner > (items.length ? 28 : 40) && s("text", { x: X(x) + 4, y: r * STRIP_ROW + 18, class: items.length ? "rt-on-hue" : "" }, `${true_ && w * inner > 42 ? "★ " : items.length ? "" : "✗ "}${codes.at(-1)}`)];
  };
  const rows = Array.from({ length: levels }, (_, r) => [
    s("text", { x: 0, y: r * STRIP_ROW + 18 }, `code ${r + 1}`),
    s("rect", { class: "rt-whole", x: X(0), y: r * STRIP_ROW + 2, width: inner, height: STRIP_ROW - 4 }),
    r < steps.length && [nowhere(r), steps[r].kept.map((_, i) => slice(r, i))]]);
  return h("div", { class: "rt-strip" }, h("h4", {}, isEnlarged ? "What the beams hold, enlarged" : "Where the probability goes"),
    s("svg", { width, height: levels * STRIP_ROW + 2, "aria-hidden": "true" },
      s("defs", {}, s("pattern", { id: hatch, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        s("line", { class: "rt-hatch", x1: 0, x2: 0, y1: 0, y2: 7 }))), rows),
    h("p", { class: "rt-before" }, stripSays(api, model, steps, isHeld, isEnlarged)));
}

// The parts of the strip in numbers; they make up one.
function stripSays({ page }, model, steps, isHeld, isEnlarged) {
  if (!steps.length) return "All of the probability is still to be shared out: one strip, the whole width.";
  const sum = (values) => values.reduce((all, one) => all + one, 0), last = steps.at(-1).kept;
  const inside = sum(last.map(([, p]) => p)), none = sum(last.map(([id, p]) => (model.beginnings[id][2].length ? 0 : p)));
  if (isEnlarged) return `These slices are ${share(inside)} of the probability, drawn over the whole width.`;
  const lost = sum(steps.map(({ cuts }, r) => sum(cuts.map((cut, v) => cut * (r ? steps[r - 1].kept[v][1] : 1)))));
  if (!isHeld) return `In the beams ${share(inside)}, of which ${share(none)} is no ${page.noun} (✗, dashed). Not followed (plain): ${share(1 - inside)}.`;
  return `In the beams ${share(inside)}. Nowhere to go, at this step or before (hatched): ${share(lost)}. Not followed (plain): ${share(Math.max(0, 1 - inside - lost))}.`;
}
