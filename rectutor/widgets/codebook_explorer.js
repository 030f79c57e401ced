// Codebook explorer: levels as columns, what a code means, an item's way and its neighbours.

const dotted = (codes) => codes.join("\u00a0·\u00a0"); // no line breaks in an id
const NUMBERS = new Intl.NumberFormat("en-GB"); // made once: making it takes longer than a redraw
const many = (n, noun) => `${NUMBERS.format(n)} ${noun}${n > 1 || n === 0 ? "s" : ""}`;
const commonLength = (one, other) => {
  let n = 0;
  while (n < one.length && one[n] === other[n]) n++;
  return n;
};

// The chosen table, item and prefix, and how many codes each item has in common with the item.
function lookUp({ page, get }) {
  const t = page.tables[get("table")], item = get("item"), id = t.codes[item];
  const read = Math.min(get("depth"), id.length), prefix = id.slice(0, read);
  const alike = t.codes.map((codes) => commonLength(id, codes));
  const having = (n) => alike.flatMap((length, i) => (length >= n ? [i] : []));
  const members = having(read), twins = having(id.length).filter((i) => i !== item);
  return { t, item, id, read, prefix, alike, members, twins, group: t.groups[prefix.join(" ")] };
}

function frameOf(api) {
  const { page, get } = api, { t, item, id, read, prefix, twins, group } = lookUp(api);
  const begin = read ? `${t.name}, ${dotted(prefix)}` : t.name;
  const rest = t.how ? `, which leaves ${t.left[item].at(-1)} % over` : "";
  const n = twins.length, others = n ? `${NUMBERS.format(n)} other${n > 1 ? "s have" : " has"}` : "no other has";
  const epoch = t.trace ? t.trace.said[Math.min(get("epoch"), t.trace.said.length) - 1] : "";
  const sentence = `${begin}: ${group?.said ?? many(1, page.noun)}. ${page.titles[item]} is ${dotted(id)}${rest}; ${others} this id.${epoch}`;
  return { sentence, goal: Boolean(group?.goal) };
}

// A list with one stop for Tab: arrow keys move in it, left and right leave it. `mark` chooses.
function listbox(api, place, name, rows, leave) {
  const id = (i) => `rt-${api.uid}-${place.replace(" ", "-")}-${i}`;
  const onkeydown = (event) => {
    const { row, chosen } = list.at, alive = rows.flatMap(({ pick }, i) => (pick ? [i] : []));
    const by = (step) => (chosen ? alive.indexOf(row) + step : alive.indexOf(row));
    const to = { ArrowDown: by(1), ArrowUp: by(-1), Home: 0, End: alive.length - 1 }[event.key];
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (to === undefined && side === undefined) return;
    event.preventDefault();
    if (side) leave(side);
    else rows[alive[clamp(to, 0, alive.length - 1)]]?.pick();
  };
  const list = h("div", { role: "listbox", tabindex: 0, class: "rt-codes", "data-place": place, "aria-label": name, onkeydown },
    rows.map((row, i) => h("div", { role: "option", id: id(i), "aria-selected": "false", "aria-label": row.name,
      "aria-disabled": row.pick ? null : "true", title: row.title, onclick: row.pick, class: "rt-code" }, row.body)));
  return Object.assign(list, { keys: rows.map((row) => row.key), at: { row: -1, chosen: false } });
}

// Choose a row by its key, or show that the item's way leads through it.
function mark(list, key, chosen) {
  const row = list.keys.indexOf(key), node = list.children[row];
  for (const old of list.querySelectorAll(".rt-here, .rt-way")) old.classList.remove("rt-here", "rt-way"), old.setAttribute("aria-selected", "false");
  list.at = { row, chosen };
  node?.classList.add(chosen ? "rt-here" : "rt-way");
  node?.setAttribute("aria-selected", String(chosen));
  if (node) list.setAttribute("aria-activedescendant", node.id);
}

// Where a list must be scrolled to, so that its marked row is seen.
function scrollOf(list) {
  const { offsetTop: top, offsetHeight: high } = list.children[list.at.row] ?? list;
  return list.at.row < 0 ? 0 : clamp(list.scrollTop, top + high - list.clientHeight, top);
}

// Read a code: stay with the item if it has it, else go to the most typical item behind it.
function pickCode(api, level, code) {
  const { t, id, alike } = lookUp(api);
  if (id[level - 1] !== code) {
    const key = [...id.slice(0, level - 1), code];
    const alone = () => t.codes.findIndex((codes, i) => alike[i] >= level - 1 && codes[level - 1] === code);
    api.set("item", t.groups[key.join(" ")]?.typical ?? alone());
  }
  api.set("depth", level);
}

const focusOn = (api, place) => api.stage.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });

function codeColumn(api, now, level) {
  const { page } = api, { t, id, read, alike } = now, hue = levelHue(level), isOpen = level <= read + 1;
  const counts = new Map();
  if (level === 1) for (let code = 0; code < t.K; code++) counts.set(code, 0);
  if (isOpen) t.codes.forEach((codes, i) => {
    if (alike[i] >= level - 1) counts.set(codes[level - 1], (counts.get(codes[level - 1]) ?? 0) + 1);
  });
  const order = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]), most = order[0]?.[1] ?? 1;
  const rows = order.map(([code, n]) => ({
    key: code,
    name: n ? `code ${code}: ${many(n, page.noun)}` : `code ${code}: no ${page.noun}, dead`,
    title: n ? null : `no ${page.noun} has code ${code}`,
    pick: n ? () => pickCode(api, level, code) : null,
    body: [h("span", { class: "rt-number" }, String(code)), n ? bar(n / most, hue) : h("span", { class: "rt-track rt-hatched" }),
      h("span", { class: "rt-number" }, n ? String(n) : "dead")],
  }));
  const leave = (side) => {
    const deep = Math.min(api.get("depth"), id.length);
    if (side < 0 && level > 1) api.set("depth", level - 1), focusOn(api, `level ${level - 1}`);
    else if (side > 0 && level > deep) api.set("depth", level);
    else if (side > 0 && level < id.length) api.set("depth", level + 1), focusOn(api, `level ${level + 1}`);
    else if (side > 0) focusOn(api, "members");
  };
  const begin = dotted(id.slice(0, level - 1)), alive = order.filter(([, n]) => n).length;
  const under = level === 1 ? `${alive} of ${t.K} in use` : isOpen ? `${alive} after ${begin}` : "\u00a0";
  return h("div", { class: "rt-level", style: { "border-color": hue } },
    h("h4", {}, `Level ${level}`), h("p", { class: "rt-before", title: under }, under),
    isOpen ? listbox(api, `level ${level}`, `Codes of level ${level}${level > 1 ? ` after ${begin}` : ""}`, rows, leave)
      : h("div", { class: "rt-codes rt-before" }, `Choose a code of level ${level - 1}.`));
}

const SHOWN = 100; // members in the list
function shownMembers({ item, members }) {
  const few = members.slice(0, SHOWN);
  return few.includes(item) ? few : [item, ...few.slice(0, SHOWN - 1)];
}

function memberColumn(api, now, few) {
  const { page, set } = api, { t, id, read, prefix, members } = now;
  const rows = few.map((i) => ({
    key: i, name: `${page.titles[i]}, ${dotted(t.codes[i])}`, title: page.titles[i], pick: () => set("item", i),
    body: [film(page.titles[i], 30), h("span", { class: "rt-number rt-tail" }, dotted(t.codes[i].slice(read)))],
  }));
  const some = members.length > few.length ? `${few.length} of them, ` : "";
  return h("div", { class: "rt-level rt-members" },
    h("h4", {}, read ? `${dotted(prefix)}: ${many(members.length, page.noun)}` : many(members.length, page.noun)),
    h("p", { class: "rt-before" }, `${some}${read < id.length ? "and their further codes" : "with this whole id"}`),
    listbox(api, "members", `${page.noun}s that begin so`, rows, (side) => side < 0 && focusOn(api, `level ${Math.max(1, read)}`)));
}

const chip = (api, code, level, known) => h("button", { type: "button", class: known ? "rt-chip" : "rt-chip rt-unread", "data-place": `chip ${level}`,
  style: { "border-color": levelHue(level) }, "aria-pressed": String(known), "aria-label": `level ${level}, code ${code}`, onclick: () => api.set("depth", level) }, String(code));

function meaningPanel(api, now) {
  const { page } = api, { group, members, prefix } = now;
  const rows = (group?.meaning ?? []).map(([fact, count, lift]) => h("tr", {},
    h("th", { scope: "row", title: page.facts[fact] }, film(page.facts[fact], 30)),
    h("td", {}, bar(count / members.length, levelHue(Math.max(1, prefix.length)))),
    h("td", { class: "rt-number" }, `${count} of ${members.length}`), h("td", { class: "rt-number" }, `×${lift}`)));
  const nothing = members.length === 1 ? page.owned[members[0]].map((f) => page.facts[f]).join("; ") : "Nothing that two of them share stands out.";
  return h("div", { class: "rt-meaning" },
    h("h4", {}, prefix.length ? `What ${dotted(prefix)} stands for` : "Choose a code of level 1"),
    rows.length ? h("table", {}, h("thead", {}, h("tr", {}, ["", "share that has it", "", "of all"].map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, rows))
      : h("p", {}, prefix.length ? nothing : ""));
}

// One code of a level under each parent: (a, 5) beside (b, 5).
function elsewherePanel(api, now) {
  const { page } = api, { t, read, prefix } = now;
  const title = (text) => h("h4", {}, text);
  if (read < 2) return h("div", { class: "rt-elsewhere" }, title("One code, many parents"), h("p", { class: "rt-before" }, "Choose a code of level 2 to see what it stands for under other codes of level 1."));
  const code = prefix.at(-1), found = new Map();
  t.codes.forEach((codes, i) => {
    if (codes[read - 1] !== code) return;
    const key = codes.slice(0, read).join(" ");
    found.set(key, [...(found.get(key) ?? []), i]);
  });
  const own = prefix.join(" ");
  const order = [...found].sort(([a, one], [b, other]) => (b === own) - (a === own) || other.length - one.length).slice(0, page.parents);
  const best = (meaning) => meaning && `${page.facts[meaning[0]]} in ${meaning[1]}, ×${meaning[2]}`;
  const rows = order.map(([key, items]) => {
    const words = best(t.groups[key]?.meaning[0]) ?? (items.length === 1 ? page.titles[items[0]] : "nothing stands out");
    return h("tr", { class: key === own ? "rt-here" : "" },
      h("th", { scope: "row" }, h("button", { type: "button", "data-place": `parent ${key}`, onclick: () => { api.set("item", t.groups[key]?.typical ?? items[0]); } }, dotted(key.split(" ")))),
      h("td", { class: "rt-number" }, String(items.length)), h("td", { title: words }, h("bdi", {}, words)));
  });
  const anywhere = best(t.anywhere[read - 2][code]) ?? "nothing stands out";
  const all = [...found.values()].reduce((sum, items) => sum + items.length, 0);
  return h("div", { class: "rt-elsewhere" }, title(`Code ${code} of level ${read} under ${many(found.size, "parent")}`),
    h("table", {}, h("tbody", {}, rows, h("tr", { class: "rt-any" }, h("th", { scope: "row" }, "any parent"), h("td", { class: "rt-number" }, String(all)), h("td", { title: anywhere }, anywhere)))));
}

// The item with its whole id: a code goes to the items that begin so.
function itemLine(api, now) {
  const { page } = api, { item, id, read } = now, facts = page.owned[item].map((f) => page.facts[f]).join("; ");
  return h("div", { class: "rt-item-line" }, h("b", {}, film(page.titles[item], 44)),
    h("span", { class: "rt-chips" }, id.map((code, l) => chip(api, code, l + 1, l < read))),
    h("span", { class: "rt-before", title: facts }, h("bdi", {}, facts)));
}

function leftPanel(api, now) {
  const { page, set } = api, { t, item, id, twins } = now;
  const steps = t.how ? id.map((_, l) => h("div", { class: "rt-left" },
    h("span", {}, `after level ${l + 1}`), bar(t.left[item][l] / 100, levelHue(l + 1), "rt-striped"),
    h("span", { class: "rt-number" }, `${t.left[item][l]} %`), h("span", { class: "rt-number rt-before" }, `all: ${t.mean[l]} %`))) : null;
  const same = twins.slice(0, 3).map((i) => h("button", { type: "button", class: "rt-quiet", "data-place": `twin ${i}`, onclick: () => set("item", i) }, film(page.titles[i], 34)));
  return h("div", { class: "rt-item-panel" },
    steps ? [h("h4", {}, "Left over of what sets it apart from the mean"), steps, h("p", { class: "rt-before" }, `Read back by ${t.how}.`)] : null,
    h("p", { class: "rt-twins" }, twins.length ? ["The same id: ", same, twins.length > 3 ? ` and ${NUMBERS.format(twins.length - 3)} more` : ""] : "No other has this id."));
}

function nearPanel(api, now) {
  const { page, set } = api, { t, item, id, alike } = now;
  const byId = [];
  for (let n = id.length; n >= 1; n--) alike.forEach((length, i) => { if (length === n && i !== item && byId.length < page.shown) byId.push(i); });
  const truly = page.near[item];
  const list = (name, items, others, none) => h("div", {}, h("h4", {}, name),
    h("ol", { "aria-label": name, class: "rt-nearby" }, items.map((i, at) => h("li", {},
      h("button", { type: "button", "data-place": `${name} ${at}`, onclick: () => set("item", i) }, film(page.titles[i], 28)),
      h("span", { class: "rt-number" }, `${others.includes(i) ? "⇄ " : ""}${alike[i]} of ${id.length}`)))),
    items.length ? null : h("p", {}, none));
  return h("div", { class: "rt-near-panel" },
    list("Nearest by id", byId, truly, "No other id begins so."),
    list("Truly nearest", truly, byId, "No vectors were given."),
    h("p", { class: "rt-before rt-both" }, "Beside each: how many first codes it shares. ⇄ stands in both lists. The id knows no order among those that share as many."));
}

function cardPanel(api, now) {
  const { page, get } = api, { columns, rows } = page.card, { warnings, name } = now.t;
  return h("div", { class: "rt-card" }, h("h4", {}, `Report card of ${page.tables.length > 1 ? "all codes" : name}`),
    h("table", {}, h("thead", {}, h("tr", {}, columns.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, rows.map((row, i) => h("tr", { class: i === get("table") ? "rt-here" : "" }, row.map((text, k) =>
        (k ? h("td", {}, text) : h("th", { scope: "row" }, i === get("table") ? "▸ " : "", h("bdi", {}, text)))))))),
    h("p", { class: "rt-warned" }, `${name}: ${warnings.join("; ") || "nothing odd"}.`),
    h("p", { class: "rt-before" }, "Levels stand side by side. Perplexity: so many codes, used evenly, would be as varied. Agrees: how far two with the same code have that in common, 0 is luck, 1 the same grouping."),
    columns.includes("left over") ? h("p", { class: "rt-before" }, `Left over: of the squared distances to the mean, what all codes together leave. Neighbours kept: of the ${page.shown} truly nearest, those that are nearest when codes are read back.`) : null,
    h("p", { class: "rt-before" }, `Share an id: those whose every code another ${page.noun} has too.`));
}

function askedStage(api) {
  const { page } = api, [item, ...options] = page.asked;
  const row = (i, mark) => h("li", {}, h("b", {}, `${mark} `), film(page.titles[i], 50), h("p", { class: "rt-before" }, page.owned[i].map((f) => page.facts[f]).join("; ")));
  return h("div", { class: "rt-two rt-books" }, page.map ? h("div", {}, askedMap(api), h("p", { class: "rt-before" }, mapSays(page))) : h("div", {}),
    h("ul", { class: "rt-asked" }, row(item, "?"), options.map((i, at) => row(i, "abcdefgh"[at]))));
}

function below(api, now) {
  const { page, get } = api, part = get("part");
  if (part === PARTS.training) return trainingPanel(api, now);
  if (part === PARTS.card) return cardPanel(api, now);
  const panels = part === PARTS.item ? [leftPanel(api, now), nearPanel(api, now)] : [meaningPanel(api, now), elsewherePanel(api, now)];
  if (!page.map) return panels;
  return h("div", { class: "rt-two rt-books" }, h("div", {}, itemMap(api, now), h("p", { class: "rt-before" }, `${mapSays(page)} Click a dot to go to it.`)), h("div", {}, panels));
}

// Fill a slot anew only when what it shows has changed: long columns cost time to lay out.
function fill(slot, key, make) {
  const text = JSON.stringify(key);
  if (slot.shown === text) return;
  slot.shown = text;
  slot.replaceChildren(...[make()].flat().filter(Boolean));
}

function slotsFor(api, levels) {
  if (api.slots?.levels.length === levels.length && api.stage.contains(api.slots.line)) return api.slots;
  const slot = (name) => h("div", { class: name });
  api.slots = { line: slot(""), levels: levels.map(() => slot("rt-column")), members: slot("rt-column"), part: slot("rt-part") };
  const { line, levels: columns, members, part } = api.slots, width = "minmax(0, 1fr)";
  api.stage.replaceChildren(line, h("div", { class: "rt-levels",
    style: { "grid-template-columns": `repeat(${levels.length}, ${width}) minmax(0, 1.9fr)` } }, columns, members), part);
  return api.slots;
}

function drawOpen(api) {
  const { get } = api, now = lookUp(api), { id, item, read } = now, table = get("table");
  const first = clamp(read - 2, 1, Math.max(1, id.length - 3)); // four levels at most stand side by side
  const levels = Array.from({ length: Math.min(4, id.length) }, (_, i) => first + i);
  const slots = slotsFor(api, levels), few = shownMembers(now);
  fill(slots.line, [table, item, read], () => itemLine(api, now));
  levels.forEach((level, i) => fill(slots.levels[i], [table, level, level <= read + 1 ? id.slice(0, level - 1) : ""], () => codeColumn(api, now, level)));
  fill(slots.members, [table, read, few], () => memberColumn(api, now, few));
  fill(slots.part, [get("part"), table, item, read, get("epoch")], () => below(api, now));
  levels.filter((level) => level <= read + 1).forEach((level) => mark(slots.levels[level - first].querySelector("[role=listbox]"), id[level - 1], level <= read));
  mark(slots.members.querySelector("[role=listbox]"), item, true);
  const lists = [...api.stage.querySelectorAll("[role=listbox]")].map((list) => [list, scrollOf(list)]);
  lists.forEach(([list, top]) => { if (list.scrollTop !== top) list.scrollTop = top; }); // after all are measured: one layout
}

export default {
  render: (context) => mount(context, {
    frame: frameOf,
    controls: ({ page }) => [
      { kind: "finder", knob: "item", titles: page.titles, noun: page.noun, late: true },
      page.tables.length > 1 && { kind: "choice", knob: "table", label: "codes", values: page.tables.map((_, i) => i), text: (i) => page.tables[i].name, late: true },
      { kind: "choice", knob: "part", label: "below", values: Object.values(PARTS).filter((part) => part !== PARTS.training || page.epochs > 1),
        text: (part) => ["the code", `the ${page.noun}`, "training", "report card"][part], late: true },
      page.epochs > 1 && { kind: "scrubber", knob: "epoch", label: "epoch of training", values: Array.from({ length: page.epochs }, (_, i) => i + 1) },
    ],
    draw: (api) => {
      const place = document.activeElement?.dataset?.place;
      if (api.open()) drawOpen(api);
      else api.stage.replaceChildren(askedStage(api));
      if (place && !api.stage.contains(document.activeElement)) focusOn(api, place);
    },
  }),
};
