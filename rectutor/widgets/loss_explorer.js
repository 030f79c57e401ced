// Loss explorer: one marked line for each architecture; before the first mission only up to the knob.

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => page.frames[page.names.indexOf(get("architecture"))][page.grid.indexOf(get("n_negatives"))],
    controls: ({ page }) => [
      { kind: "slider", knob: "n_negatives", label: "negatives in training", values: page.grid, text: (_, i) => page.words[i] },
      page.names.length > 2 && { kind: "choice", knob: "architecture", label: "architecture", values: page.names, late: true },
    ],
    draw: (api) => {
      const { page, stage, get } = api;
      const n = get("n_negatives"), architecture = get("architecture");
      const lines = page.curves
        .filter((line) => architecture === "all" || line.name === architecture)
        .map((line) => ({ ...line, points: api.open() ? line.points : line.points.filter((p) => p.x <= n) }));
      stage.replaceChildren(chart({
        width: api.width(), height: 340, top: page.top, xs: page.grid, ticks: page.ticks, tickTexts: page.tickTexts, yTicks: page.marks,
        xTitle: "negatives for each target in training (log scale)", yTitle: page.metric, lines, bands: true, cursor: n,
        aria: `${page.metric} against the number of negatives`, onpick: (x) => api.set("n_negatives", x),
      }));
    },
  }),
};
