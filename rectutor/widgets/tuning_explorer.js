// Tuning explorer: learning curves on the left, the directions of the update on the right.

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => page.frames[page.ranks.indexOf(get("rank"))][page.ns.indexOf(get("n"))],
    controls: ({ page }) => [
      { kind: "slider", knob: "n", label: "examples", values: page.ns, text: (size) => size.toLocaleString("en-GB") },
      { kind: "slider", knob: "rank", label: "rank of the update", values: page.ranks, late: true },
    ],
    draw: (api) => {
      const { page, stage, get } = api, n = get("n"), row = page.ranks.indexOf(get("rank"));
      const lines = page.curves[row].map((line) => ({
        ...line, points: api.open() ? line.points : line.points.filter((p) => p.x <= n),
      }));
      const shares = page.directions[row][page.ns.indexOf(n)];
      const wide = Math.max(520, api.width() - 250);
      stage.replaceChildren(h("div", { class: "rt-two rt-tuning" },
        chart({
          width: wide, height: 320, top: page.top, bottom: page.bottom, xs: page.ns, ticks: page.ns,
          tickTexts: page.ns.map((size) => size.toLocaleString("en-GB")),
          yTicks: page.marks, xTitle: "examples (log scale)", yTitle: page.metric, lines, bands: true,
          cursor: n, aria: `${page.metric} against the number of examples`, onpick: (x) => api.set("n", x),
        }),
        h("div", {}, h("h4", {}, "share of the update in each direction"),
          h("ol", { "aria-label": "directions of the update, strongest first" }, shares.map((share, i) =>
            h("li", { class: "rt-direction" }, h("span", { class: "rt-number" }, String(i + 1)),
              bar(share, look("LoRA").colour), h("span", { class: "rt-number" }, percent(share))))),
          shares.length ? null : h("p", {}, "not recorded"))));
    },
  }),
};
