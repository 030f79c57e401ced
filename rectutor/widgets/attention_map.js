// Attention map: squares by area on the left, the chosen row as bars and deletions on the right.

const cellOf = (T) => (T > 12 ? 18 : 22); // px

function caseOf(api) {
  const one = api.page.cases[api.get("person")];
  const T = one.titles.length;
  const at = Math.min(api.get("position"), T - 1);
  const deleted = api.get("deleted") < T ? api.get("deleted") : -1;
  return { one, T, at, deleted, map: one.shares[api.get("block")][api.get("head")] };
}

function frameOfMap(api) {
  const { one, at, deleted } = caseOf(api);
  const looking = one.looking[api.get("block")][api.get("head")][at];
  return deleted < 0 ? { sentence: looking, goal: false } : { sentence: `${looking} ${one.deletion[deleted]}`, goal: one.goals[deleted] };
}

function squares(api) {
  const { one, T, at, deleted, map } = caseOf(api);
  const CELL = cellOf(T), left = 26, top = 40, side = T * CELL;
  const cells = [];
  for (let row = 0; row < T; row++) {
    for (let column = 0; column < T; column++) {
      const x = left + column * CELL, y = top + row * CELL;
      if (column > row) {
        cells.push(s("path", { class: "rt-forbidden", d: `M${x + 4},${y + CELL - 4}L${x + CELL - 4},${y + 4}` }));
        continue;
      }
      const share = map[row][column];
      const size = Math.sqrt(share) * (CELL - 3);
      cells.push(s("rect", { x: x + (CELL - size) / 2, y: y + (CELL - size) / 2, width: size, height: size, style: { fill: row === at ? "#0072B2" : "#56B4E9" } },
        s("title", {}, `${one.titles[row]} looks ${percent(share)} at ${one.titles[column]}`)));
    }
  }
  const number = (i, x, y, anchor) => s("text", { x, y, "text-anchor": anchor, class: i === deleted ? "rt-faint" : "" }, String(i + 1), s("title", {}, one.titles[i]));
  const svg = s("svg", { width: Math.max(290, left + side + 4), height: top + side + 26, role: "img", "aria-label": `Attention of each film to each film before it; the row of film ${at + 1} is drawn as bars beside` },
    s("text", { x: left, y: 14, class: "rt-faint" }, "looked at (number of the film)"),
    one.titles.map((_, i) => [number(i, left + (i + 0.5) * CELL, top - 8, "middle"), number(i, left - 6, top + (i + 0.7) * CELL, "end")]),
    s("rect", { class: "rt-frame", x: left, y: top, width: side, height: side }),
    cells,
    s("rect", { class: "rt-row-mark", x: left - 2, y: top + at * CELL - 1, width: side + 4, height: CELL + 2 }),
    s("text", { x: left, y: top + side + 18, class: "rt-faint" }, "rows: film being read · ∕ future, forbidden"));
  svg.addEventListener("click", (event) => {
    const y = event.clientY - svg.getBoundingClientRect().top - top;
    if (y >= 0 && y < side) api.set("position", Math.floor(y / CELL));
  });
  return svg;
}

function signed(change, reach) {
  const width = `${(50 * Math.abs(change)) / reach}%`;
  const side = change < 0 ? "right" : "left";
  return h("span", { class: "rt-track rt-signed" }, h("span", { class: "rt-bar", style: { [side]: "50%", left: change < 0 ? "auto" : "50%", width, background: "#D55E00" } }));
}

function rows(api) {
  const { one, at, deleted, map } = caseOf(api);
  const open = api.open();
  const reach = Math.max(...one.changes.map(Math.abs)) || 1;
  const letters = !open && api.width() > 800 ? 34 : 21;
  return one.titles.map((title, i) => {
    const future = i > at;
    const share = map[at][i];
    const words = i === deleted ? "undo" : "delete";
    return h("tr", { class: [i === at ? "rt-reading" : "", i === deleted ? "rt-deleted" : "", future ? "rt-future" : ""].join(" ") },
      h("td", { class: "rt-number" }, String(i + 1)),
      h("th", { scope: "row" }, film(title, letters), i === at ? " ◂" : ""),
      h("td", { class: "rt-look" }, future ? h("span", { class: "rt-track rt-hatched", title: "later than the film being read: forbidden" }) : bar(share, "#0072B2")),
      h("td", { class: "rt-number" }, future ? "–" : percent(share)),
      open ? [h("td", { class: "rt-effect" }, signed(one.changes[i], reach)), h("td", { class: "rt-number" }, one.changeTexts[i]),
        h("td", {}, h("button", { type: "button", class: "rt-small", "aria-pressed": String(i === deleted), "aria-label": `${words} ${title}`, "data-film": i, onclick: () => api.set("deleted", i === deleted ? -1 : i) }, words))] : null);
  });
}

export default {
  render: (context) => {
    let left, right;
    return mount(context, {
      frame: frameOfMap,
      controls: (api) => {
        const { page } = api;
        const [first] = page.cases;
        const upTo = (n) => Array.from({ length: n }, (_, i) => i);
        const longest = Math.max(...page.cases.map((one) => one.titles.length));
        return [
          page.cases.length > 1 && { kind: "choice", knob: "person", label: "person", late: true, values: upTo(page.cases.length), text: (_, i) => page.cases[i].person },
          first.shares.length > 1 && { kind: "choice", knob: "block", label: "block", late: true, values: upTo(first.shares.length), text: (v) => `${v + 1}` },
          first.shares[0].length > 1 && { kind: "choice", knob: "head", label: "head", late: true, values: upTo(first.shares[0].length), text: (v) => `${v + 1}` },
          { kind: "slider", knob: "position", label: "film being read", values: upTo(longest), text: () => { const { one, at } = caseOf(api); return `${at + 1} ${cut(one.titles[at], 28)}`; } },
        ];
      },
      draw: (api) => {
        const { one, at, map } = caseOf(api);
        if (!left) {
          left = h("div");
          right = h("div");
          api.stage.append(h("div", { class: "rt-two rt-attention" }, left, right));
        }
        api.stage.firstChild.style.setProperty("grid-template-columns", api.width() < 740 ? "minmax(0, 1fr)" : null);
        left.replaceChildren(squares(api));
        const most = map[at].indexOf(Math.max(...map[at]));
        const focused = document.activeElement?.dataset?.film;
        const hadFocus = right.contains(document.activeElement);
        const heads = [["", 1], ["history, oldest first", 1], ["attention", 2], ...(api.open() ? [[`change of ${api.page.unit} if deleted`, 3]] : [])];
        right.replaceChildren(
          h("table", { class: api.open() ? "rt-opened" : "" }, h("thead", {}, h("tr", {}, heads.map(([words, span]) => h("th", { scope: "col", colspan: span }, words)))), h("tbody", {}, rows(api))),
          api.open() ? h("p", { class: "rt-target" }, "Held-out film: ★ ", film(one.target, 50)) : "",
          api.open() ? h("button", { type: "button", "data-film": "most", onclick: () => api.set("deleted", most) }, "Delete the most attended film") : "");
        if (hadFocus) right.querySelector(`[data-film="${focused}"]`)?.focus({ preventScroll: true });
      },
    });
  },
};
