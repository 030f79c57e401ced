// Trie stepper: a column for each code of the id, the beams and what they dropped; or beams by hand.

const nth = (n) => `${n}${[11, 12, 13].includes(n % 100) ? "th" : { 1: "st", 2: "nd", 3: "rd" }[n % 10] ?? "th"}`;
const isSame = (one, other) => one.length === other.length && one.every((code, i) => code === other[i]);
const BY_HAND = 0;

// The chosen search, read up to the step.
function lookUp({ page, get }) {
  const model = page.models[get("model")], person = get("person"), [name, history, target] = page.cases[person];
  const width = get("width"), isHand = width === BY_HAND, isHeld = get("is_held");
  const own = model.searches[person][page.temperatures.indexOf(get("temperature"))][page.holds.indexOf(isHeld)];
  const search = isHand ? null : own[page.widths.filter((w) => w !== BY_HAND).indexOf(width)];
  const truth = model.true[person], levels = model.levels, read = Math.min(get("step"), levels);
  const isTrue = (codes) => truth.length > 0 && codes.every((code, i) => code === truth[i]);
  return { model, person, name, history, target, isHand, isHeld, search, truth, levels, read, isTrue };
}

// Every step by hand so far: what is shown and which of it is kept, as places among the shown.
function turnsOf({ page, get }, { model, person, levels }) {
  const turns = [];
  let left = [...get("hand")], branches = [model.hand[person]];
  const before = (a, b) => { // the order of Python's tuples
    const i = a.findIndex((code, at) => code !== b[at]);
    return i < 0 ? 0 : a[i] - b[i];
  };
  for (let level = 0; level < levels; level++) {
    const codes = ([id]) => model.beginnings[id][0];
    const shown = branches.flat().sort((a, b) => b[1] - a[1] || before(codes(a), codes(b))).slice(0, page.choose);
    const kept = [], enough = Math.min(page.keep, shown.length);
    while (left.length && kept.length < enough) {
      if (left[0] >= shown.length || kept.includes(left[0])) { left = []; break; }
      kept.push(left.shift());
    }
    turns.push({ shown, kept, isOver: kept.length === enough });
    if (kept.length < enough) break;
    branches = kept.map((at) => shown[at][2] ?? []);
  }
  return turns;
}

const titleOf = (page, [, said, items]) => (said || !items.length ? said : page.titles[items[0]]);

function handSays(api, now) {
  const { page } = api, { model, levels, truth, target, isTrue } = now, turns = turnsOf(api, now), last = turns.at(-1);
  if (!last.isOver) {
    const n = last.kept.length;
    return `Step ${turns.length} of ${levels}: ${n ? `${n} of ${page.keep} beginnings kept` : `keep ${page.keep} beginnings`}`;
  }
  const of = (turn) => turn.kept.map((at) => model.beginnings[turn.shown[at][0]]);
  const found = `You found ${of(last).map((one) => titleOf(page, one)).join(" and ")}`;
  if (!truth.length) return found;
  const lost = turns.findIndex((turn) => !of(turn).some(([codes]) => isTrue(codes)));
  return `${found}; the true ${page.noun}, ${page.titles[target]}, ${dotted(truth)}, is ${lost < 0 ? "among them" : `dropped at step ${lost + 1}`}`;
}

function frameOf(api) {
  const { get } = api, now = lookUp(api), { model, name, search, levels, read } = now;
  if (now.isHand) return { sentence: `${model.name}, ${name}, by hand. ${handSays(api, now)}.`, goal: false };
  const head = `${model.name}, ${name}, temperature ${get("temperature")}${now.isHeld ? "" : ", trie off"}.`;
  return { sentence: `${head} Step ${read} of ${levels}: ${search.said[read]}.`, goal: search.goals[read] };
}

const chipsOf = (codes) => h("span", { class: "rt-chips" }, codes.map((code, l) =>
  h("span", { class: "rt-chip", style: { "border-color": levelHue(l + 1) } }, String(code))));

// One beginning: its codes, how many it holds, its bar, and what lies below it in words.
function beamParts(page, model, [id, p], most, mark, exact) {
  const [codes, said, items] = model.beginnings[id], isWhole = codes.length === model.levels && items.length > 0;
  const isTight = model.levels > 3; // four codes fill a line
  const [many, ...meaning] = isTight || isWhole || !items.length ? ["", said] : said.split(", ");
  const words = items.length ? [meaning.join(", "), items.map((item) => page.titles[item]).join("; ")].filter(Boolean).join(": ") : said;
  return [h("span", { class: "rt-beam-line" }, h("span", { class: "rt-place" }, mark), chipsOf(codes), many, h("span", { class: "rt-number" }, share(p))),
    bar(p / most, levelHue(codes.length)),
    h("span", { class: "rt-beam-line" }, h("span", { class: isWhole ? "rt-below rt-whole-id" : "rt-below", title: words }, h("bdi", {}, words)),
      exact ? h("span", { class: "rt-number" }, `exact rank ${exact}`) : null)];
}

function columnOf(api, now, level) {
  const { page } = api, { model, search, read, isTrue, truth, isHeld } = now, hue = levelHue(level);
  const step = level <= read ? search.steps[level - 1] : null;
  const [rank, p] = step?.true ?? [0, 0], begin = truth.slice(0, level);
  const kept = step?.kept ?? [], pruned = step?.pruned ?? [], most = Math.max(...kept.map(([, q]) => q), 1e-12);
  const no = kept.filter(([id]) => !model.beginnings[id][2].length).length;
  const counts = step ? isHeld ? `${step.legal} legal, ${percent(step.cut)} had nowhere to go` : `${no} of ${kept.length} ${level === model.levels ? "are" : "begin"} no ${page.noun}` : "not written yet";
  const fate = !step ? "" : !rank ? `gone since step ${1 + search.steps.findIndex(({ kept: own, true: [r] }) => !r || r > own.length)}: ` : rank <= kept.length ? `${nth(rank)}, kept: ` : `${nth(rank)}, ✂ dropped: `;
  const row = (one, i, isKept) => {
    const [codes, , items] = model.beginnings[one[0]], mine = isTrue(codes);
    const name = ["rt-beam", isKept ? "" : "rt-pruned", mine ? "rt-true-beam" : "", items.length ? "" : "rt-no-item"].join(" ");
    return h("li", { class: name }, beamParts(page, model, one, most, `${mine ? "★ " : ""}${i + 1}`, one[2]));
  };
  const isListed = rank <= kept.length + pruned.length;
  const far = !rank || isListed ? null : h("li", { class: "rt-beam rt-pruned rt-true-beam" },
    h("span", { class: "rt-beam-line" }, h("span", { class: "rt-place" }, `★ ${rank}`), chipsOf(begin), h("span", { class: "rt-number" }, share(p))), bar(p / most, hue));
  const rest = pruned.length || far ? h("li", { class: "rt-cut" }, "✂ dropped, the best of them") : null;
  const turn = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    api.set("step", clamp(read + by, 0, model.levels));
  };
  return h("div", { class: "rt-level", style: { "border-color": hue } },
    h("h4", {}, `Code ${level}`), h("p", { class: "rt-before" }, counts),
    truth.length ? h("p", { class: "rt-true-path" }, "★ ", fate, chipsOf(begin)) : null,
    h("div", { class: step ? "rt-beams" : "rt-beams rt-later", tabindex: 0, role: "group", "data-place": `code ${level}`, onkeydown: turn,
      "aria-label": `Beams of code ${level}; left and right arrow keys step` },
    step ? h("ol", {}, kept.map((one, i) => row(one, i, true)), rest, pruned.map((one, i) => row(one, kept.length + i, false)), far) : null));
}

// A column by hand: each candidate is a button that is pressed or not.
function handColumn(api, now, turns, level) {
  const { page, get, set } = api, { model } = now, turn = turns[level - 1], hue = levelHue(level);
  const first = turns.slice(0, level - 1).reduce((sum, { kept }) => sum + kept.length, 0);
  const pick = (i) => {
    const at = turn.kept.indexOf(i), hand = get("hand").slice(0, first + turn.kept.length);
    if (at >= 0) set("hand", hand.slice(0, first).concat(turn.kept.filter((other) => other !== i)));
    else if (!turn.isOver) set("hand", [...hand, i]);
  };
  const most = turn ? Math.max(...turn.shown.map(([, p]) => p)) : 1;
  const button = (one, i) => h("button", { type: "button", class: "rt-beam", "aria-pressed": String(turn.kept.includes(i)), "data-place": `hand ${level} ${i}`,
    disabled: turn.isOver && !turn.kept.includes(i), onclick: () => pick(i) }, beamParts(page, model, one, most, turn.kept.includes(i) ? "✓" : String(i + 1)));
  const says = !turn ? "not written yet" : turn.isOver ? "kept; click one to take it back" : `keep ${Math.min(page.keep, turn.shown.length)}: ${turn.kept.length} so far`;
  return h("div", { class: "rt-level", style: { "border-color": hue } }, h("h4", {}, `Code ${level}`), h("p", { class: "rt-before" }, says),
    h("div", { class: turn ? "rt-beams" : "rt-beams rt-later" }, turn ? turn.shown.map(button) : null));
}

function personLine(api, { name, history, target, truth, isHand }) {
  const { page } = api, seen = history.length ? ["… ", history.map((item) => [film(page.titles[item], 30), " → "])] : [`${name} → `];
  const true_ = target ? h("span", { class: "rt-true-item" }, "★ ", film(page.titles[target], 40), isHand ? "" : [" ", chipsOf(truth)]) : "?";
  return h("p", { class: "rt-asked-line" }, h("b", {}, `${name}: `), seen, true_);
}

// Fill a slot anew only when what it shows has changed, so that no list loses its place.
function fill(slot, key, make) {
  const text = JSON.stringify(key);
  if (slot.shown === text) return;
  slot.shown = text;
  slot.replaceChildren(make());
}

function slotsFor(api, levels) {
  if (api.slots?.columns.length === levels && api.stage.contains(api.slots.line)) return api.slots;
  const slot = () => h("div", { class: "rt-column" });
  api.slots = { line: slot(), columns: Array.from({ length: levels }, slot), strip: slot() };
  api.stage.replaceChildren(api.slots.line, h("div", { class: levels > 3 ? "rt-levels rt-trie rt-tight" : "rt-levels rt-trie", style: { "grid-template-columns": `repeat(${levels}, minmax(0, 1fr))` } }, api.slots.columns), api.slots.strip);
  return api.slots;
}

function draw(api) {
  const { page, get } = api, now = lookUp(api), { model, search, levels, read, isHand, isHeld, isTrue } = now;
  const place = document.activeElement?.dataset?.place, slots = slotsFor(api, levels);
  const who = ["model", "person", "width", "temperature", "is_held"].map(get);
  fill(slots.line, [who, isHand], () => personLine(api, now));
  if (isHand) {
    const turns = turnsOf(api, now);
    slots.columns.forEach((slot, i) => fill(slot, [who, turns.slice(0, i + 1).map(({ kept }) => kept), Boolean(turns[i])], () => handColumn(api, now, turns, i + 1)));
    fill(slots.strip, "hand", () => h("p", { class: "rt-before" }, `You are the beam search: at each step ${page.keep} beginnings live on. `
      + `Of those that continue yours, the ${page.choose} most probable are shown.${api.open() ? " Turn the beams to let the model choose." : ""}`));
  } else {
    slots.columns.forEach((slot, i) => fill(slot, [who, i < read, read], () => columnOf(api, now, i + 1)));
    fill(slots.strip, [who, read, get("is_enlarged"), api.width()], () => strip(api, { model, steps: search.steps.slice(0, read), levels, isTrue, isHeld }));
  }
  if (place && !api.stage.contains(document.activeElement)) api.stage.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });
}

export default {
  render: (context) => mount(context, {
    frame: frameOf,
    controls: ({ page }) => [
      page.cases.length > 1 && { kind: "choice", knob: "person", label: "who", values: page.cases.map((_, i) => i), text: (i) => page.cases[i][0], late: true },
      page.models.length > 1 && { kind: "choice", knob: "model", label: "model", values: page.models.map((_, i) => i), text: (i) => page.models[i].name, late: true },
      page.widths.length > 1 && { kind: "slider", knob: "width", label: "beams", values: page.widths, text: (width) => (width === BY_HAND ? "by hand" : String(width)), late: true },
      { kind: "slider", knob: "step", label: "step", values: Array.from({ length: page.steps + 1 }, (_, i) => i), late: true },
      page.temperatures.length > 1 && { kind: "choice", knob: "temperature", label: "temperature", values: page.temperatures, late: true },
      page.holds.length > 1 && { kind: "choice", knob: "is_held", label: "trie", values: page.holds, text: (isHeld) => (isHeld ? "on" : "off"), late: true },
      { kind: "toggle", knob: "is_enlarged", label: "enlarge what the beams hold", late: true },
    ],
    draw,
  }),
};
