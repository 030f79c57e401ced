// Sampled negatives: the curves with a cursor at m, and the order of the models beside them.

const frameOfSampled = ({ page, get }) => page.frames[get("band") ? 1 : 0][page.grid.indexOf(get("m"))];

// One line for each model, so that the view keeps its height while m moves.
function orderList(api, at, title, values) {
  const full = api.page.orders.at(-1), last = api.page.grid.at(-1);
  const turned = api.open() && frameOfSampled(api).turned;
  const row = { display: "inline-grid", "grid-template-columns": "148px 52px 34px", "vertical-align": "top" };
  return h("div", {}, h("h4", {}, title), h("ol", { class: "rt-order" }, api.page.orders[at].map((name, i) => {
    const shift = full.indexOf(name) - i;
    const words = `${Math.abs(shift)} ${shift > 0 ? "above" : "below"} its place with m = ${last}`;
    const moved = values && turned && shift ? h("span", { class: "rt-moved", role: "img", title: words, "aria-label": words, style: { "text-align": "end" } }, `${shift > 0 ? "▲" : "▼"} ${Math.abs(shift)}`) : null;
    return h("li", {}, h("span", { style: row }, h("span", { title: name, style: { overflow: "hidden" } }, badge(name)), values ? h("span", { class: "rt-number" }, values[i]) : null, moved));
  })));
}

export default {
  render: (context) => mount(context, {
    frame: frameOfSampled,
    controls: ({ page }) => [
      { kind: "slider", knob: "m", label: "sampled negatives m", values: page.grid },
      page.hasBand && { kind: "toggle", knob: "band", label: "95 % intervals over users", late: true },
    ],
    draw: (api) => {
      const { page, stage, get } = api;
      const m = get("m"), open = api.open(), at = page.grid.indexOf(m);
      const lines = page.curves.map((line) => ({ ...line, points: open ? line.points : line.points.filter((p) => p.x <= m) }));
      const beside = 286, last = page.grid.at(-1);
      stage.replaceChildren(h("div", { class: "rt-two rt-sampled", style: { "grid-template-columns": `minmax(0, 1fr) ${beside - 22}px` } },
        chart({
          width: Math.max(420, api.width() - beside), height: 380, top: page.top, xs: page.grid, ticks: page.ticks, yTicks: page.marks,
          xTitle: "sampled negatives for each user (log scale)", yTitle: `HR@${page.k}`, lines, bands: get("band"), cursor: m,
          marks: open ? page.flips : [], aria: `HR@${page.k} of ${lines.length} models against the number of sampled negatives`,
          onpick: (x) => api.set("m", x),
        }),
        h("div", { class: "rt-beside" }, orderList(api, at, `Order with m = ${m}`, page.values[at]),
          open ? orderList(api, page.grid.length - 1, `Order with m = ${last}`, null) : null,
          open && page.flips.length ? h("p", { class: "rt-before" }, `▲ ▼ places above or below those with m = ${last}. On the axis: two models change places.`) : null)));
    },
  }),
};
