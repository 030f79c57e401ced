// Trace viewer: steps as cards that fold; what was said by a tool can be edited. All text is text.

const CARD = { thought: "thinks", call: "calls", observation: "sees", answer: "answers" };
const opened = new WeakMap(); // of a view: the cards that are unfolded, and the one being edited

const keyOf = (get) => `${get("one")}|${get("beside")}|${get("edit")}`;
function traceFrame({ page, get, model }) {
  const key = keyOf(get);
  if (Object.hasOwn(page.frames, key)) return page.frames[key];
  const found = model.get("found") ?? {};
  return found.key === key ? found : null;
}
const own = (api) => opened.get(api) ?? opened.set(api, { cards: new Set(), editing: -1, words: "", focus: "" }).get(api);

function begun(text, length) { // cut at its end: a step is read from its start
  const letters = Array.from(text);
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join("").trimEnd()}…`;
}

function card(api, step, place, side, isNew, length) {
  const { cards } = own(api), name = `${side}${place}`, isOpen = cards.has(name);
  const most = Math.max(1, ...api.page.traces.flat().map((one) => one.tokens));
  const flip = () => { isOpen ? cards.delete(name) : cards.add(name); api.redraw(); };
  const id = `rt-${api.uid}-${side}-${place}`;
  return h("li", { class: `rt-card rt-${step.kind}${step.refused ? " rt-refused" : ""}${isNew ? " rt-new" : ""}` },
    h("button", { type: "button", class: "rt-quiet rt-fold", "data-card": name, "aria-expanded": String(isOpen), "aria-controls": id, onclick: flip },
      h("span", { "aria-hidden": "true" }, isOpen ? "▾ " : "▸ "),
      h("b", {}, `${place + 1} ${CARD[step.kind]}`), step.refused ? " (refused)" : "", isNew ? " (differs)" : "", " ",
      h("bdi", {}, begun(step.label, length))),
    step.tokens ? h("span", { class: "rt-cost", title: `${step.tokens} tokens, ${step.ms} ms` },
      bar(step.tokens / most, "#0072b2"), h("span", { class: "rt-number" }, `${step.tokens} tokens`)) : null,
    h("div", { id, hidden: !isOpen }, h("pre", {}, step.text),
      side === "left" && step.kind === "observation" ? editor(api, step, place) : null));
}

function editor(api, step, place) {
  const mine = own(api);
  if (mine.editing !== place) {
    const begin = () => { Object.assign(mine, { editing: place, words: step.text, focus: "textarea" }); api.redraw(); };
    return h("button", { type: "button", onclick: begin }, `Edit step ${place + 1}`);
  }
  const box = h("textarea", { rows: 4, maxlength: api.page.longest, "aria-label": `what the tool says in step ${place + 1}`, ...OWN_KEYS,
    oninput: () => { mine.words = box.value; } });
  box.value = mine.words;
  const run = () => {
    const text = mine.words;
    Object.assign(mine, { editing: -1, focus: `[data-card="left${place}"]` });
    api.set("beside", -1);
    api.set("edit", `[${place}, ${JSON.stringify(text)}]`);
    api.redraw();
  };
  return [box, h("button", { type: "button", onclick: run }, "Replay from here")];
}

function column(api, name, cards, side, differs, length) {
  return h("div", { class: "rt-trace" }, h("h4", {}, h("bdi", {}, cut(name, 50))),
    h("ol", { class: "rt-cards" }, cards.map((step, i) => card(api, step, i, side, differs !== null && i === differs, length))));
}

export default {
  render: (context) => mount(context, {
    frame: (api) => traceFrame(api) ?? { sentence: "Sent. Only a running kernel answers; a saved page has none.", goal: false },
    controls: (api) => {
      const { page } = api, places = page.agents.map((_, i) => i);
      api.model.on("change:found", () => api.redraw());
      api.model.on("change:one", () => api.set("edit", ""));
      return [
        places.length > 1 && { kind: "choice", knob: "one", label: "trace", values: places, text: (i) => page.agents[i] },
        page.ready.length && { kind: "choice", knob: "edit", label: "an edit that stands ready", values: ["", ...page.ready.map((one) => one.knob)],
          text: (knob, i) => (i ? page.ready[i - 1].text : "none"), late: true },
        places.length > 1 && { kind: "choice", knob: "beside", label: "beside it", values: [-1, ...places], text: (i) => (i < 0 ? "nothing" : page.agents[i]), late: true },
      ];
    },
    draw: (api) => {
      const { page, get, stage } = api, frame = traceFrame(api);
      const mine = own(api), card = stage.contains(document.activeElement) && document.activeElement.dataset.card;
      const focus = mine.focus || (card ? `[data-card="${card}"]` : "");
      mine.focus = ""; // what had the focus may be gone: "Edit" turns into a box, and the box into its card
      const replayed = frame?.replayed, other = get("beside");
      const right = replayed ? ["replayed with the edit", replayed] : other >= 0 ? [page.agents[other], page.traces[other]] : null;
      const differs = frame?.differs ?? null, length = right ? 44 : 90;
      stage.replaceChildren(h("p", { class: "rt-before" }, "Asked: ", h("bdi", {}, page.request)),
        h("div", { class: "rt-two", style: { "grid-template-columns": right ? "1fr 1fr" : "1fr" } },
          column(api, page.agents[get("one")], page.traces[get("one")], "left", right ? differs : null, length),
          right ? column(api, right[0], right[1], "right", differs, length) : null));
      if (focus) stage.querySelector(focus)?.focus();
    },
  }),
};
