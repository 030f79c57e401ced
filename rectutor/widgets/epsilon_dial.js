// Epsilon dial: three knobs and a table. The accountant answers in Python, so this view asks its kernel.

export default {
  render: ({ model, el }) => {
    const api = { get: (name) => model.get(name), set: (name, value) => { model.set(name, value); model.save_changes(); } };
    const knobs = model.get("knobs");
    const controls = knobs.map((knob) => slider({ ...knob, text: (value) => Number(value.toFixed(1)).toString() }, api));
    const table = h("table", { "aria-label": "Epsilon of this setting and of its neighbours" });
    const sentence = h("p", { class: "rt-sentence", "aria-live": "polite", role: "status" });
    const reset = () => knobs.forEach((knob) => api.set(knob.knob, knob.start));
    const draw = () => {
      const { heads, rows, said } = model.get("shown");
      const side = (i) => ({ "text-align": i ? "end" : "start", "padding-inline-end": "24px", "font-weight": 400 });
      table.replaceChildren(
        h("thead", {}, h("tr", {}, heads.map((text, i) => h("th", { scope: "col", style: { ...side(i), "font-weight": 600 } }, text)))),
        h("tbody", {}, rows.map((row) => h("tr", {}, row.map((text, i) => h(i ? "td" : "th", { scope: i ? null : "row", style: side(i) }, text))))));
      if (sentence.textContent !== said) sentence.textContent = said;
    };
    const update = () => controls.forEach((control) => control.update());
    knobs.forEach(({ knob }) => model.on(`change:${knob}`, update));
    model.on("change:shown", draw);
    el.append(h("section", { class: "rt", role: "group", "aria-label": "Epsilon dial" },
      h("header", {}, h("strong", {}, "Epsilon dial"), h("button", { type: "button", class: "rt-quiet", onclick: reset }, "Reset")),
      h("div", { class: "rt-controls" }, controls.map((control) => control.node)), table, sentence));
    update();
    draw();
  },
};
