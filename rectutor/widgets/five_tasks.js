// Five tasks: each wording a row with its question, the answer, and whether it is right.

function answerRow(kind, [question, said, right]) {
  return h("tr", {},
    h("th", { scope: "row" }, kind),
    h("td", { class: "rt-question" }, h("bdi", {}, question)),
    h("td", {}, h("bdi", {}, said)),
    h("td", { class: right ? "rt-yes" : "rt-no" }, right ? "✓ right" : "✗ wrong"));
}

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => page.frames[get("family")][get("person")],
    controls: ({ page }) => [
      { kind: "choice", knob: "family", label: "family", values: page.families },
      { kind: "slider", knob: "person", label: "person", values: page.people, text: (value) => String(value + 1) },
    ],
    draw: ({ page, stage, get }) => {
      const rows = page.rows[get("family")][get("person")];
      stage.replaceChildren(
        h("table", { class: "rt-tasks" },
          h("thead", {}, h("tr", {}, ["wording", "question", "answer", ""].map((text) => h("th", { scope: "col" }, text)))),
          h("tbody", {}, page.wordings.map((kind, i) => answerRow(kind, rows[i])))),
        h("p", { class: "rt-truth" }, "True: ", h("b", {}, h("bdi", {}, page.truths[get("family")][get("person")]))));
    },
  }),
};
