// Neighbours: a film's nearest films in two spaces, side by side.

function nearRow({ page, set }, [item, cosine, shared], space, place, both) {
  const title = page.titles[item], words = page.phrases[shared] || "no fact in common";
  const mark = both ? [h("b", {}, "⇄ in both"), " · "] : [];
  return h("li", { class: both ? "rt-near rt-common" : "rt-near" },
    h("span", { class: "rt-number" }, String(place + 1)),
    h("button", { type: "button", "data-place": `${space} ${place}`,
      onclick: () => set("film", item) }, film(title, 36)),
    bar(cosine / 100, page.hues[space]),
    h("span", { class: "rt-number rt-cosine" }, (cosine / 100).toFixed(2)),
    h("div", { class: "rt-shared", title: words }, mark, words));
}

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => {
      const at = get("film"), step = get("k") - page.ks[0];
      const parts = page.said[step][at].map((part) => page.phrases[part]);
      const goal = page.goals[step * page.titles.length + at] === 1;
      return { sentence: `${page.titles[at]}: ${parts.join("")}`, goal };
    },
    controls: ({ page }) => [
      { kind: "finder", knob: "film", titles: page.titles },
      { kind: "slider", knob: "k", label: "neighbours k", values: page.ks },
    ],
    draw: (api) => {
      const { page, stage, get } = api, at = get("film");
      const place = document.activeElement?.dataset?.place;
      const title = film(page.titles[at], 60), own = page.phrases[page.own[at]];
      const lists = page.near.map((space) => space[at].slice(0, get("k")));
      const rows = (space) => lists[space].map((row, i) => nearRow(api, row, space, i,
        lists[1 - space].some(([item]) => item === row[0])));
      stage.replaceChildren(h("p", { class: "rt-own", title: own }, h("b", {}, title), ` · ${own}`),
        h("div", { class: "rt-two rt-spaces" }, page.spaces.map((name, space) =>
          h("div", { style: { "min-height": `${30 + 76 * get("k")}px` } },
            h("h4", {}, `${name}: cosine`),
            h("ol", { "aria-label": `nearest ${name}, best first` }, rows(space)),
            lists[space].length ? null : h("p", {}, page.nothing[space])))));
      if (place) stage.querySelector(`[data-place="${place}"]`)?.focus({ preventScroll: true });
    },
  }),
};
