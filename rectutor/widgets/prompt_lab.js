// Prompt lab: a grid of dots with intervals, what moves them, two cells side by side, a box to try.

// Words that stand in one text and not, in this order, in the other.
function marked(one, other) {
  const A = one.split(/\s+/), B = other.split(/\s+/);
  const long = Array.from({ length: A.length + 1 }, () => new Uint16Array(B.length + 1));
  for (let i = A.length - 1; i >= 0; i--) for (let j = B.length - 1; j >= 0; j--) {
    long[i][j] = A[i] === B[j] ? long[i + 1][j + 1] + 1 : Math.max(long[i + 1][j], long[i][j + 1]);
  }
  const out = [[], []];
  let i = 0, j = 0;
  while (i < A.length || j < B.length) {
    if (i < A.length && j < B.length && A[i] === B[j]) out[0].push([A[i++], false]), out[1].push([B[j++], false]);
    else if (j >= B.length || (i < A.length && long[i + 1][j] >= long[i][j + 1])) out[0].push([A[i++], true]);
    else out[1].push([B[j++], true]);
  }
  return out.map((words) => words.map(([word, isOwn]) => (isOwn ? [h("mark", {}, word), " "] : `${word} `)));
}

function written(page, cell, row) {
  const { order, told } = page.columns[cell % page.columns.length];
  const list = (items) => {
    const kept = items.slice(Math.max(0, items.length - told)).map((at) => page.titles[at]);
    return (order === "newest" ? kept.reverse() : kept).join("; ") || "none";
  };
  const values = { liked: list(page.liked[row]), disliked: list(page.disliked[row]), title: page.titles[page.asked[row]] };
  return page.texts[cell].replace(/\{(liked|disliked|title)\}/g, (_, name) => values[name]);
}

const differing = (one, other) => [...one].map((bit, i) => (bit !== other[i] ? i : -1)).filter((i) => i >= 0);

// The learner's own template. A saved page can check nothing: only a kernel answers.
KINDS.template = ({ late }, api) => {
  const id = `rt-${Math.random().toString(36).slice(2)}`, { page, model } = api;
  const names = (list) => list.map((name) => `{${name}}`).join(", ");
  const box = h("textarea", { id, rows: 3, ...OWN_KEYS });
  box.value = 'Liked: {liked}. Not liked: {disliked}. Recommend "{title}"?';
  const said = h("output", { for: id, class: "rt-before" });
  const send = () => {
    model.set("wanted", box.value);
    model.save_changes();
    said.textContent = "Sent. Only a running kernel answers; a saved page has none.";
  };
  const node = h("div", { class: "rt-own-template" },
    h("label", { for: id }, `Your own template. It needs ${names(page.required)}; it may have ${names(page.optional)}. The answer is the next word.`),
    box, h("button", { type: "button", onclick: send }, "Check and run it"), said);
  const show = () => {
    const own = model.get("own") ?? {};
    if (own.error) said.textContent = `Not run: ${own.error}`;
    else if (own.cells?.length) {
      const [value, low, high] = own.fresh.map((x) => x.toFixed(2));
      said.textContent = `Run. AUC ${own.cells[0][0].toFixed(2)} in the first column; on fresh people ${value} [${low}, ${high}].`;
    } else if (own.text !== undefined) said.textContent = `Running: ${own.n_done ?? 0} columns are done.`;
  };
  model.on("change:own", () => { show(); api.redraw(); });
  show();
  return { node, update: () => {}, late };
};

const FACTOR_HUES = ["#0072b2", "#e69f00"]; // shift, change of order

function strip(api, model, m) {
  const { page } = api, K = page.columns.length, width = 420, left = 118, right = width - 12;
  const firsts = model.cells.filter((_, g) => g % K === 0);
  const all = [...firsts.map((c) => c[0]), ...model.fresh.map((c) => c[0]), ...model.shuffled, ...model.luck.flat()];
  const [low, high] = [Math.min(...all) - 0.01, Math.max(...all) + 0.01];
  const X = (x) => left + ((x - low) / (high - low)) * (right - left);
  const best = model.which[m - 1];
  const dot = (x, y, kind) => s("circle", { cx: X(x), cy: y, r: kind === "best" ? 6 : 4, class: `rt-dot rt-${kind}` });
  const mean = (values, y) => {
    const x = X(values.reduce((sum, value) => sum + value, 0) / values.length);
    return s("line", { class: "rt-cursor", x1: x, x2: x, y1: y - 15, y2: y + 15 });
  };
  const [from, to] = model.luck[m - 1];
  const ticks = [0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7].filter((t) => t >= low && t <= high);
  return s("svg", { width, height: 152, role: "img", "aria-label": "AUC of templates tried, of reshuffles, and the band of luck" },
    ticks.map((t) => [s("line", { class: "rt-grid", x1: X(t), x2: X(t), y1: 8, y2: 124 }), s("text", { x: X(t), y: 142, "text-anchor": "middle" }, t.toFixed(2))]),
    s("rect", { class: "rt-luck", x: X(from), width: X(to) - X(from), y: 12, height: 26 }),
    s("text", { x: 0, y: 29 }, `${m} tried; luck ▒`), mean(firsts.map((c) => c[0]), 25), firsts.slice(0, m).map((c, t) => dot(c[0], 25, t === best ? "best" : "one")),
    s("text", { x: 0, y: 69 }, "fresh people"), mean(model.fresh.map((c) => c[0]), 65), model.fresh.slice(0, m).map((c, t) => dot(c[0], 65, t === best ? "again" : "one")),
    s("text", { x: 0, y: 109 }, "reshuffled"), mean(model.shuffled, 105), model.shuffled.map((x) => dot(x, 105, "one")));
}

function effects(model) {
  const rows = model.shares.filter(([name]) => name !== "question" && name !== "rest");
  const length = (x) => `${Math.round(100 * x)} %`;
  const stays = model.shares.find(([name]) => name === "question")[2];
  return h("div", { class: "rt-effects" },
    h("table", { "aria-label": "share of variance by factor" },
      h("thead", {}, h("tr", {}, ["", "shift of all scores", "", "change of order", "", "null"].map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, rows.map(([name, shift, change, nothing]) => h("tr", {},
        h("th", { scope: "row" }, name),
        h("td", {}, bar(shift, FACTOR_HUES[0])), h("td", { class: "rt-number" }, length(shift)),
        h("td", {}, bar(change, FACTOR_HUES[1], "rt-striped")), h("td", { class: "rt-number" }, length(change)),
        h("td", { class: "rt-number" }, length(nothing)))))),
    h("p", { class: "rt-before" }, `Null: what reshuffled histories change, as many of them as the factor has levels. ${length(stays)} of the order stays whatever the prompt.`));
}

function grid(api, model) {
  const { page, get, set } = api, K = page.columns.length, T = page.templates.length;
  const own = api.model.get("own") ?? {}, isShown = own.cells?.length > 0 && own.model === get("model");
  const left = 112, top = 46, high = 19, width = api.width() - 4, each = (width - left) / K;
  const ends = [...model.cells, ...(isShown ? own.cells : [])];
  const [low, up] = [Math.min(...ends.map((c) => c[1])), Math.max(...ends.map((c) => c[2]))];
  const X = (k, x) => left + k * each + 7 + ((x - low) / (up - low)) * (each - 14);
  const Y = (t) => top + t * high + high / 2;
  const chosen = [get("a"), get("b")];
  const cell = ([value, from, to], k, t, name) => [
    s("line", { class: "rt-interval", x1: X(k, from), x2: X(k, to), y1: Y(t), y2: Y(t) }),
    s("circle", { class: "rt-dot rt-cell", cx: X(k, value), cy: Y(t), r: 4 }, s("title", {}, name)),
  ];
  const frame = (g, i) => s("g", {},
    s("rect", { class: i === get("picks") ? "rt-chosen rt-moves" : "rt-chosen", x: left + (g % K) * each + 1, y: top + Math.floor(g / K) * high, width: each - 2, height: high }),
    s("text", { class: "rt-which", x: left + (g % K) * each + (i ? each - 11 : 3), y: Y(Math.floor(g / K)) + 5 }, String(i + 1)));
  const pick = (g) => set(get("picks") ? "b" : "a", g);
  const onkeydown = (event) => {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key], at = chosen[get("picks")];
    if (!move) return;
    event.preventDefault();
    pick(clamp(Math.floor(at / K) + move[0], 0, T - 1) * K + clamp((at % K) + move[1], 0, K - 1));
  };
  const svg = s("svg", { width, height: top + high * (T + (isShown ? 1 : 0)) + 24, "aria-hidden": "true" },
    page.columns.map(({ labels, order, told }, k) => [
      s("text", { x: left + (k + 0.5) * each, y: 14, "text-anchor": "middle" }, labels),
      s("text", { x: left + (k + 0.5) * each, y: 31, "text-anchor": "middle", class: "rt-faint" }, `${order}, ${told}`),
      s("line", { class: "rt-grid", x1: X(k, 0.5), x2: X(k, 0.5), y1: top - 4, y2: top + high * T + 4 }),
      s("text", { x: X(k, 0.5), y: top + high * (T + (isShown ? 1 : 0)) + 18, "text-anchor": "middle", class: "rt-faint" }, "0.5")]),
    page.templates.map((name, t) => label(name, 15, { x: 0, y: Y(t) + 4 })),
    model.cells.map((c, g) => cell(c, g % K, Math.floor(g / K), model.said[g])),
    isShown ? [s("text", { x: 0, y: Y(T) + 4 }, "★ your own"), own.cells.map((c, k) => cell(c, k, T, "your own"))] : null,
    chosen.map(frame),
    model.cells.map((_, g) => s("rect", { class: "rt-hit", x: left + (g % K) * each, y: top + Math.floor(g / K) * high, width: each, height: high, onclick: () => pick(g) })));
  return h("div", { tabindex: 0, role: "application", "data-place": "grid", onkeydown, class: "rt-prompt-grid",
    "aria-label": `Grid of ${T} templates by ${K} columns: arrow keys move cell ${get("picks") + 1}` }, svg);
}

function sides(api, model, a, b) {
  const { page } = api;
  const ranked = differing(model.above[a], model.above[b]), signs = differing(model.signs[a], model.signs[b]);
  const rows = (ranked.length ? ranked : signs).slice(0, 3);
  const says = (g, row) => (model.above[g][row] === "1" ? "above its median" : "below its median");
  if (!rows.length) return h("p", {}, "No answer changes between these two cells.");
  return h("div", {}, h("h4", {}, `${rows.length} of those whose answer changes`), rows.map((row) => {
    const [one, other] = marked(written(page, a, row), written(page, b, row));
    return h("div", { class: "rt-two rt-sides" },
      h("p", { class: "rt-whose" }, `Person ${page.people[row]} ${page.answers[row] ? "liked" : "did not like"} `, film(page.titles[page.asked[row]], 40)),
      [[one, a], [other, b]].map(([words, g], i) => h("p", {}, h("b", {}, `${i + 1}: ${says(g, row)}. `), words)));
  }));
}

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => {
      const model = page.models[get("model")], a = get("a"), b = get("b"), m = get("m");
      const raw = differing(model.signs[a], model.signs[b]).length, ranked = differing(model.above[a], model.above[b]).length;
      const counts = `${raw} of ${page.people.length} answers change, ${ranked} when the shift is taken off. `;
      return { sentence: `${model.name}. 1: ${model.said[a]}. 2: ${model.said[b]}. ${counts}${model.luckSaid[m - 1]}`, goal: model.goals[m - 1] };
    },
    controls: ({ page }) => [
      page.models.length > 1 && { kind: "choice", knob: "model", label: "model", values: page.models.map((_, i) => i), text: (i) => page.models[i].name, late: true },
      { kind: "slider", knob: "m", label: "templates tried", values: page.templates.map((_, i) => i + 1) },
      { kind: "choice", knob: "picks", label: "clicks and arrow keys move cell", values: [0, 1], text: (i) => String(i + 1), late: true },
      { kind: "template", late: true },
    ],
    draw: (api) => {
      const { page, stage, get } = api, model = page.models[get("model")];
      const place = document.activeElement?.dataset?.place;
      const isOpen = api.open();
      stage.replaceChildren(
        h("div", { class: "rt-two rt-prompts" },
          h("div", {}, h("h4", {}, "Best of m, and luck"), strip(api, model, get("m")),
            h("p", { class: "rt-before" }, "Filled: the best of those tried. Hollow: the same template, asked of fresh people. Dashed: means of all. Reshuffled: one template, its lists in random orders.")),
          isOpen ? h("div", {}, h("h4", {}, "What moves the answer"), effects(model)) : null),
        ...(isOpen ? [h("h4", {}, "AUC of every way to ask, with 95 % interval"), grid(api, model), sides(api, model, get("a"), get("b"))] : []));
      if (place) stage.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });
    },
  }),
};
