// Gini lab: a setting is looked up among those that Python measured; nothing is computed here.

KINDS.pick = ({ knob, label: words, texts, late }, api) => {
  const id = `rt-${Math.random().toString(36).slice(2)}`;
  const list = h("select", { id, ...OWN_KEYS, onchange: () => api.set(knob, Number(list.value)) },
    texts.map((text, i) => h("option", { value: i }, text)));
  const node = h("div", { class: "rt-control rt-pick" }, h("label", { for: id }, words), list);
  return { node, update: () => { list.value = api.get(knob); }, late };
};

const ginis = (frame) => `Gini ${frame.gini.toFixed(2)}`;

// The frame of a setting; a knob that was not measured for a model leaves it as it is.
function ginisAt({ page, get }, model, way, strength) {
  const at = (w, i) => page.frames[`${model}|${get("on")}|${get("k")}|${w}|${i}`];
  if (!strength) return at(0, 0);
  for (let i = strength; i > 0; i--) if (at(way, i)) return at(way, i);
  return at(0, 0);
}
const chosenFrame = (api) => ginisAt(api, api.get("model"), api.get("way"), api.get("strength"));

function trailOf(api) {
  const { page, get } = api, model = get("model"), frames = [];
  for (let i = 0; i < (page.strengths[get("way")] ?? []).length; i++) {
    const frame = ginisAt(api, model, get("way"), i);
    if (frame.measured && !frames.includes(frame)) frames.push(frame);
  }
  return frames;
}

function curvesOf(api) {
  const { page, get } = api, model = get("model"), own = chosenFrame(api), lines = [];
  const add = (name, frame, strong = false) => lines.push({ name, text: ginis(frame), curve: frame.curve, strong });
  add(page.models[model], own, true);
  for (const place of page.always) if (place !== model) add(page.models[place], ginisAt(api, place, 0, 0));
  if (page.interactions) add("interactions", page.interactions);
  return lines;
}

export default {
  render: (context) => mount(context, {
    frame: chosenFrame,
    controls: ({ page, get }) => [
      { kind: "pick", knob: "model", label: "model", texts: page.models },
      { kind: "slider", knob: "k", label: "length of lists k", values: page.ks, late: true },
      page.ways.length && { kind: "choice", knob: "way", label: "knob", values: page.ways.map((_, i) => i), text: (i) => page.ways[i], late: true },
      page.ways.length && { kind: "slider", knob: "strength", label: "strength", values: page.strengths[0].map((_, i) => i), text: (i) => page.strengths[get("way")][i], late: true },
      page.parts.length > 1 && { kind: "choice", knob: "on", label: "judged on", values: page.parts.map((_, i) => i), text: (i) => page.parts[i], late: true },
    ],
    draw: (api) => {
      const { page, stage, get } = api, own = chosenFrame(api), name = page.models[get("model")];
      const wide = api.width(), half = Math.floor((wide - 22) / 2);
      const point = (frame, called) => ({ name: called, gini: frame.gini, hr: frame.hr });
      const trail = trailOf(api);
      stage.replaceChildren(
        h("div", { class: "rt-two rt-ginis", style: { "grid-template-columns": "1fr 1fr" } },
          h("div", {}, h("h4", {}, "Concentration of exposure, not fairness"), lorenzChart(page.shares, curvesOf(api), half, 300)),
          h("div", {}, h("h4", {}, "Shown, and chosen"), tenthBars(name, page.interactions?.tenths, own.tenths, half, 300))),
        h("h4", {}, "Hits against concentration"),
        frontierChart({
          points: page.models.map((called, i) => point(ginisAt(api, i, 0, 0), called)),
          trail: api.open() ? trail.map((frame) => point(frame, name)) : [], at: trail.indexOf(own),
          own: name, k: get("k"), width: wide, height: 360,
        }));
    },
  }),
};
