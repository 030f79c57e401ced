const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// A box whose letters narrow a list; arrow keys choose in the list, and lead there from the box.
KINDS.finder = ({ knob, titles }, api) => {
  const keys = titles.map(bare), id = `rt-${Math.random().toString(36).slice(2)}`;
  let drawn = -1;
  const show = () => {
    const words = bare(box.value).split(/\s+/);
    const fits = [...keys.keys()].filter((i) => words.every((word) => keys[i].includes(word)));
    list.replaceChildren(...fits.map((i) =>
      h("option", { value: i, title: titles[i] }, cut(titles[i], 36))));
    list.value = api.get(knob);
    count.textContent = fits.length ? `${fits.length} of ${titles.length} titles` : "no such title";
  };
  const clear = () => { box.value = ""; show(); };
  const choose = () => api.set(knob, Number(list.value));
  const onkeydown = (event) => {
    if (event.key === "Escape") clear();
    if (!["ArrowDown", "Enter"].includes(event.key) || !list.length) return;
    event.preventDefault();
    list.selectedIndex = Math.max(0, list.selectedIndex);
    choose();
    if (event.key === "ArrowDown") list.focus();
  };
  const box = h("input", { type: "search", id, oninput: show, onkeydown });
  const count = h("output", { for: id, class: "rt-before" });
  const list = h("select", { size: 6, "aria-label": "films", ...OWN_KEYS, onchange: choose });
  const node = h("div", { class: "rt-finder" }, h("label", { for: id }, "film"), box, count, list);
  const update = () => {
    if (drawn < 0) node.closest(".rt").querySelector("header button").onclick = clear;
    if (drawn === api.get(knob)) return;
    list.value = drawn = api.get(knob);
    if (list.selectedIndex < 0) clear();
  };
  return { node, update };
};

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
