// The item map of the codebook explorer: all items as dots, some lit, one described step by step.

const SIDE = 330, EDGE = 14;
const levelHue = (level) => LOOK.levels[(level - 1) % LOOK.levels.length];
const onMap = ([x, y]) => [EDGE + (x / 1000) * (SIDE - 2 * EDGE), SIDE - EDGE - (y / 1000) * (SIDE - 2 * EDGE)];

// Many dots as one path: each is a line of no length with round or square ends.
const dotsAt = (page, items) => items.map((i) => `M${onMap(page.map.at[i]).map((v) => v.toFixed(1))}h0`).join("");

const MOST = 1500; // dots; of a longer catalogue every second, third, ... item is drawn
const thinned = (items) => {
  const step = Math.ceil(items.length / MOST);
  return items.filter((_, i) => i % step === 0);
};

// All items at once, drawn once for a view.
function allDots(api) {
  api.drawn ??= thinned(api.page.titles.map((_, i) => i));
  api.dots ??= s("path", { class: "rt-dots", d: dotsAt(api.page, api.drawn) });
  return api.dots;
}

function nearestDot(page, items, x, y) {
  let best = 0, least = Infinity;
  for (const i of items) {
    const [u, v] = onMap(page.map.at[i]), gap = (u - x) ** 2 + (v - y) ** 2;
    if (gap < least) [best, least] = [i, gap];
  }
  return best;
}

function mapFrame(api, words, lit, ...drawn) {
  const { page, set } = api;
  const svg = s("svg", { width: SIDE, height: SIDE, role: "img", "aria-label": words, class: "rt-map" },
    s("rect", { class: "rt-frame", x: 0.5, y: 0.5, width: SIDE - 1, height: SIDE - 1 }), allDots(api), drawn);
  if (api.open()) {
    svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect();
      set("item", nearestDot(page, [...lit, ...api.drawn], event.clientX - box.left, event.clientY - box.top));
    });
  }
  return svg;
}

const spot = ([x, y], text, kind) => [
  s("circle", { cx: x, cy: y, r: 7, class: `rt-spot ${kind}` }),
  s("text", { x: x > SIDE - 40 ? x - 12 : x + 11, y: y + 5, "text-anchor": x > SIDE - 40 ? "end" : "start", class: "rt-which rt-halo" }, text)];

// Before the first mission is done: the item asked about, and the options by letter.
function askedMap(api) {
  const { page } = api, [item, ...options] = page.asked;
  return mapFrame(api, "Map with the item asked about and the options by letter", [],
    options.map((i, at) => spot(onMap(page.map.at[i]), "abcdefgh"[at], "rt-option-spot")),
    spot(onMap(page.map.at[item]), "?", "rt-item-spot"));
}

// The prefix lit; the item's description as steps from the mean of all, and what is left over.
function itemMap(api, now) {
  const { page } = api, { t, item, read, members } = now;
  const steps = t.steps[item].map((place) => onMap(place)), own = onMap(page.map.at[item]);
  const hue = levelHue(Math.max(1, read));
  const lit = read ? thinned(members) : [];
  return mapFrame(api, `Map: ${many(members.length, page.noun)} lit, and the way of ${page.titles[item]} over ${steps.length - 1} levels`, lit,
    s("path", { class: "rt-lit", d: dotsAt(page, lit), style: { stroke: hue } }),
    s("line", { class: "rt-rest", x1: steps.at(-1)[0], y1: steps.at(-1)[1], x2: own[0], y2: own[1] }),
    steps.slice(1).map((to, i) => s("line", { class: "rt-step", x1: steps[i][0], y1: steps[i][1], x2: to[0], y2: to[1], style: { stroke: levelHue(i + 1) } })),
    s("circle", { cx: steps[0][0], cy: steps[0][1], r: 3.5, class: "rt-option-spot" }, s("title", {}, "the mean of all")),
    steps.slice(1).map(([x, y], i) => [
      s("circle", { cx: x, cy: y, r: 8, class: "rt-stop", style: { stroke: levelHue(i + 1) } }),
      s("text", { x, y: y + 4.5, "text-anchor": "middle" }, String(i + 1))]),
    s("circle", { cx: own[0], cy: own[1], r: 6, class: "rt-spot rt-item-spot" }, s("title", {}, page.titles[item])));
}

const mapSays = (page) => `${page.titles.length > MOST ? "Some of the items are drawn. " : ""}The plane shows ${percent(page.map.spread)} of the spread; ${percent(page.map.kept)} of the true neighbours are neighbours on it.`;
