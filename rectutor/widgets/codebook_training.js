// Training of codes, epoch by epoch: who uses which code, and how many are in use.

const PARTS = { code: 0, item: 1, training: 2, card: 3 }; // what stands below the columns

// Since which epoch has a code had no item? 0: it has one. 1: never since the start.
function deadSince(usage, level, code, epoch) {
  let since = 0;
  for (let e = epoch; e >= 1 && usage[e - 1][level][code] === 0; e--) since = e;
  return since;
}

function useStrip(page, t, level, epoch, chosen) {
  const counts = t.trace.usage[epoch - 1][level], K = counts.length, width = 420, high = 44;
  const top = Math.max(...t.trace.usage.at(-1)[level], ...counts), each = width / K;
  const used = counts.filter((n) => n > 0).length, hue = levelHue(level + 1);
  return h("div", { class: "rt-use" },
    h("p", {}, `level ${level + 1}: ${used} of ${K} in use, perplexity ${t.trace.perplexity[epoch - 1][level]}`),
    s("svg", { width, height: high + 14, role: "img", "aria-label": `Items of each code of level ${level + 1} after epoch ${epoch}` },
      s("line", { class: "rt-grid", x1: 0, x2: width, y1: high, y2: high }),
      counts.map((n, code) => {
        const tall = n ? Math.max(1.5, (n / top) * (high - 2)) : 0, since = n ? 0 : deadSince(t.trace.usage, level, code, epoch);
        return s("g", {}, n
          ? s("rect", { x: code * each + 0.5, y: high - tall, width: Math.max(0.8, each - 1), height: tall, style: { fill: hue } })
          : s("path", { class: "rt-dead-mark", d: `M${code * each + 0.5},${high + 3}h${Math.max(0.8, each - 1)}` }),
          code === chosen ? s("path", { class: "rt-flip", d: `M${(code + 0.5) * each},${high + 2}l5,10h-10z` }) : null,
          s("title", {}, `code ${code}: ${many(n, page.noun)}${since ? `, none since epoch ${since}` : ""}`));
      })));
}

// Codes in use by epoch, one line a level, and the error below.
function curves(t, epoch) {
  const { perplexity, error } = t.trace, E = error.length, width = 400, left = 40, right = width - 62;
  const X = (e) => left + ((e - 1) / Math.max(1, E - 1)) * (right - left);
  const part = (y, tall, top, marks) => [
    marks.map((v) => [
      s("line", { class: "rt-grid", x1: left, x2: right, y1: y + tall * (1 - v / top), y2: y + tall * (1 - v / top) }),
      s("text", { x: left - 6, y: y + tall * (1 - v / top) + 5, "text-anchor": "end" }, String(v))])];
  const path = (values, y, tall, top) => values.map((v, i) => `${i ? "L" : "M"}${X(i + 1).toFixed(1)},${(y + tall * (1 - v / top)).toFixed(1)}`).join("");
  const most = Math.max(...error) || 1, dashes = ["", "7 3", "2 3", "10 3 2 3"];
  const ends = perplexity.at(-1).map((v, l) => ({ l, y: 20 + 120 * (1 - v / t.K) + 5 })).sort((a, b) => a.y - b.y);
  ends.forEach((end, i) => { if (i) end.y = Math.max(end.y, ends[i - 1].y + 15); });
  return s("svg", { width, height: 268, role: "img", "aria-label": `Codes in use and error over ${E} epochs` },
    s("text", { x: 0, y: 12 }, "perplexity of use: so many codes, used evenly"), part(20, 120, t.K, [0, t.K / 2, t.K]),
    perplexity[0].map((_, l) => s("path", { class: "rt-line", d: path(perplexity.map((row) => row[l]), 20, 120, t.K), style: { stroke: levelHue(l + 1), "stroke-dasharray": dashes[l % 4] } })),
    ends.map(({ l, y }) => s("text", { x: right + 5, y }, `level ${l + 1}`)),
    s("text", { x: 0, y: 164 }, "error of reconstruction"), part(172, 70, most, [0]),
    s("text", { x: left - 6, y: 177, "text-anchor": "end" }, String(most)),
    s("path", { class: "rt-line rt-error", d: path(error, 172, 70, most) }),
    s("line", { class: "rt-cursor", x1: X(epoch), x2: X(epoch), y1: 16, y2: 244 }),
    [1, E].map((e) => s("text", { x: X(e), y: 262, "text-anchor": "middle" }, e === 1 ? "epoch 1" : String(e))));
}

// Codes without an item, level by level, those that died together in one group.
function deadSays(t, epoch) {
  const said = t.trace.usage[epoch - 1].map((counts, level) => {
    const groups = new Map();
    counts.forEach((n, code) => {
      if (n) return;
      const since = deadSince(t.trace.usage, level, code, epoch);
      groups.set(since, [...(groups.get(since) ?? []), code]);
    });
    if (!groups.size) return null;
    const words = [...groups].sort(([a], [b]) => a - b).slice(0, 4).map(([since, codes]) =>
      `${codes.length > 5 ? `${codes.length} codes` : codes.join(", ")} ${since === 1 ? "from the start" : `since epoch ${since}`}`);
    return `Unused on level ${level + 1}: ${words.join("; ")}${groups.size > 4 ? "; …" : ""}.`;
  });
  return said.filter(Boolean).join(" ") || "Every code has an item.";
}

function trainingPanel(api, now) {
  const { page, get } = api, { t, prefix } = now;
  if (!t.trace) return [h("h4", {}, "Training"), h("p", {}, `No training of ${t.name} is on record.`)];
  const epoch = Math.min(get("epoch"), t.trace.usage.length);
  return [h("h4", {}, `Training: after epoch ${epoch} of ${t.trace.usage.length}`),
    h("div", { class: "rt-two rt-training" },
      h("div", {}, t.trace.usage[0].map((_, level) => useStrip(page, t, level, epoch, prefix[level])),
        h("p", { class: "rt-before" }, "Codes in the order of their numbers; — has no item, ▲ is chosen.")),
      curves(t, epoch)),
    h("p", { class: "rt-before rt-dead-said" }, deadSays(t, epoch))];
}

// The scrubber stands among the controls while training is on screen.
KINDS.scrubber = (control, api) => {
  const inner = slider(control, api), node = h("div", {}, inner.node);
  const update = () => { inner.update(); inner.node.hidden = api.get("part") !== PARTS.training; };
  return { node, update, late: true };
};
