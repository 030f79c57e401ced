// Grounding lab: a box for a title, and a row for each way to ground it.

// What was typed is sent as it is typed; a saved page has no kernel that could answer.
KINDS.words = ({ knob, label, longest }, api) => {
  const id = `rt-${Math.random().toString(36).slice(2)}`;
  const box = h("input", { type: "text", id, maxlength: longest, spellcheck: "false", autocomplete: "off",
    oninput: () => api.set(knob, box.value) });
  const node = h("div", { class: "rt-control rt-words" }, h("label", { for: id }, label), box);
  api.model.on("change:found", () => api.redraw());
  const update = () => { if (box.value !== api.get(knob)) box.value = api.get(knob); };
  return { node, update };
};

let last = null; // what is drawn while an answer is on its way

function frameOf({ page, get, model }) {
  const text = get("text"), place = page.gammas.indexOf(get("gamma"));
  if (Object.hasOwn(page.frames, text)) return page.frames[text][place];
  const found = model.get("found") ?? {};
  if (found.text === text && found.gamma === get("gamma")) return found;
  return null;
}

const WAY_HUES = ["#5c5c5c", "#5c5c5c", "#e69f00", "#cc79a7"];
const hue = (i) => WAY_HUES[i] ?? "#0072b2";

function snapped(row, place, colour, isSearch) {
  const title = row.titles[place];
  if (title === undefined) return h("div", { class: "rt-snap rt-none" }, place ? "" : "–");
  const value = row.values[place];
  return h("div", { class: "rt-snap" }, place ? film(title, 30) : h("b", {}, film(title, 28)),
    value === undefined ? null : [bar(row.shares[place], colour, place ? "rt-striped" : ""),
      h("span", { class: "rt-number" }, `${isSearch ? "score " : ""}${value}`)]);
}

export default {
  render: (context) => mount(context, {
    frame: (api) => {
      const frame = frameOf(api);
      return frame ?? { sentence: "Sent. Only a running kernel answers; a saved page has none.", goal: false };
    },
    controls: ({ page }) => [
      { kind: "words", knob: "text", label: `a ${page.noun}'s title`, longest: page.longest },
      { kind: "choice", knob: "text", label: "or one of these", values: page.texts, text: (t) => cut(t, 34) },
      page.weighs && { kind: "slider", knob: "gamma", label: "weight of popularity γ", values: page.gammas, late: true },
    ],
    draw: (api) => {
      const frame = frameOf(api) ?? last;
      if (!frame) return;
      last = frame;
      api.stage.replaceChildren(h("table", { class: "rt-snaps", "aria-label": "what each way takes the text for" },
        h("thead", {}, h("tr", {}, ["way", "takes it for", "runner-up", ""].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, frame.rows.map((row, i) => h("tr", {},
          h("th", { scope: "row" }, row.way),
          [0, 1].map((place) => h("td", {}, snapped(row, place, hue(i), i === 3))),
          h("td", { class: "rt-verdict" }, row.verdict))))),
      h("p", { class: "rt-before" }, "A short bar is near: of letters, the share that has to change; of states, a full bar is as far as the middle title of the catalogue. Of a search, a long bar is the better score."));
    },
  }),
};
