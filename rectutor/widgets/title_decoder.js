// Title decoder: whose list, how much the decoder counts, whether length divides; ten titles answer.

const frameOfDecoder = ({ page, get }) =>
  page.frames[get("person") - 1][get("is_divided") ? 1 : 0][page.weights.indexOf(get("alpha"))];

function decodedRow(api, [title, ...numbers], at) {
  const isNext = title === api.page.targets[api.get("person") - 1];
  return h("tr", { class: isNext ? "rt-here" : "" }, h("td", { class: "rt-number" }, String(at + 1)),
    h("th", { scope: "row", style: { "font-weight": isNext ? 600 : 400, "text-align": "start" } }, film(title, 44)),
    numbers.map((value) => h("td", { class: "rt-number", style: { "text-align": "end" } }, String(value))),
    h("td", {}, isNext ? "★ truly next" : ""));
}

export default {
  render: (context) => mount(context, {
    frame: frameOfDecoder,
    controls: ({ page }) => [
      { kind: "toggle", knob: "is_divided", label: "divide by length", late: true },
      { kind: "slider", knob: "alpha", label: "weight of the decoder", values: page.weights, text: (weight) => weight.toFixed(1) },
      { kind: "slider", knob: "person", label: "person", values: page.targets.map((_, i) => i + 1) },
    ],
    draw: (api) => {
      const heads = ["place", "title", "tokens", "ghosts", "decoder", "helper", ""];
      api.stage.replaceChildren(h("table", { style: { width: "100%" }, "aria-label": `Ten best unseen titles of person ${api.get("person")}` },
        h("thead", {}, h("tr", {}, heads.map((text, i) => h("th", { scope: "col", style: { "text-align": i > 1 && i < 6 ? "end" : "start" } }, text)))),
        h("tbody", {}, frameOfDecoder(api).rows.map((row, at) => decodedRow(api, row, at)))));
    },
  }),
};
