// Item names: each scheme a row; tokens as chips, what is left of the catalogue, and of what kind.

const LEFT = "#0072b2";

function chips(tokens, read) {
  return h("span", { class: "rt-chips" }, tokens.map((token, level) => {
    const known = level < read, hue = LOOK.levels[level % LOOK.levels.length];
    return h("span", {
      class: known ? "rt-chip" : "rt-chip rt-unread", style: known ? { "border-color": hue } : {},
      "aria-label": known ? token : "not read yet",
    }, h("bdi", {}, known ? token : "·"));
  }));
}

function schemeRow({ page }, scheme, tokens, [left, share, few], read) {
  const others = few.map((i) => page.others[i]);
  const rest = left - 1 - others.length;
  const words = others.length ? others.join(" · ") + (rest > 0 ? ` · and ${rest.toLocaleString("en-GB")} more` : "") : "nobody else";
  return h("tr", {},
    h("th", { scope: "row" }, h("bdi", {}, scheme)),
    h("td", {}, chips(tokens, read)),
    h("td", { class: "rt-number" }, left.toLocaleString("en-GB")),
    h("td", {}, share === null ? "–" : h("span", { class: "rt-kept" }, bar(share, LEFT), h("span", { class: "rt-number" }, percent(share)))),
    h("td", { class: "rt-begin", title: words }, h("bdi", {}, words)));
}

export default {
  render: (context) => mount(context, {
    frame: ({ page, get }) => page.frames[get("film")][get("read")],
    controls: ({ page }) => [
      { kind: "finder", knob: "film", titles: page.titles },
      { kind: "slider", knob: "read", label: "tokens read", values: page.reads },
    ],
    draw: ({ page, stage, get }) => {
      const film = get("film"), read = get("read"), rows = page.rows[film][read];
      stage.replaceChildren(h("table", { class: "rt-names" },
        h("thead", {}, h("tr", {}, ["scheme", "its name", "films left", "of its kind", "others that begin so"].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, page.schemes.map((scheme, i) => schemeRow({ page }, scheme, page.tokens[film][i], rows[i], read)))));
    },
  }),
};
