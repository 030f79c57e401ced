// Rank slider: the list on the left with its cut at k, the four metrics on the right.

function frameOfRank(api) {
  const more = api.get("more") ? 1 : 0;
  return api.page.frames[more][api.get("rank") - 1][api.get("k") - 1];
}

function drawList(api) {
  const { page } = api;
  const held = new Set(frameOfRank(api).held);
  const rank = api.get("rank"), k = api.get("k"), n = page.films.length + 1;
  const films = [...page.films.slice(0, rank - 1), page.target, ...page.films.slice(rank - 1)];
  const rows = films.map((title, i) => {
    const own = i + 1 === rank;
    const classes = ["rt-item", own ? "rt-held" : "", held.has(i + 1) && !own ? "rt-also" : "", i < k ? "" : "rt-out"];
    return h("li", {
      class: classes.join(" "), "data-rank": i + 1,
      ...(own ? {
        role: "slider", tabindex: 0, "aria-label": "Rank of the held-out film", "aria-orientation": "vertical",
        "aria-valuemin": 1, "aria-valuemax": n, "aria-valuenow": rank, "aria-valuetext": `rank ${rank}: ${title}`,
      } : {}),
    }, h("span", { class: "rt-number" }, String(i + 1)), h("span", {}, held.has(i + 1) ? "★" : ""), film(title, 40),
    own ? h("span", { class: "rt-grip", "aria-hidden": "true" }, "⇅") : null);
  });
  if (k < n) rows.splice(k, 0, h("li", { class: "rt-cut", "aria-hidden": "true" }, `k = ${k}: what stands below does not count`));
  return rows;
}

function listOf(api) {
  const n = api.page.films.length + 1;
  const steps = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1, PageUp: -5, PageDown: 5, Home: -n, End: n };
  const move = (rank) => api.set("rank", clamp(rank, 1, n));
  const list = h("ol", { class: "rt-list", "aria-label": `Films recommended by ${api.page.model}, best first` });
  list.addEventListener("keydown", (event) => {
    if (!(event.key in steps) || event.target.getAttribute("role") !== "slider") return;
    event.preventDefault();
    move(api.get("rank") + steps[event.key]);
  });
  let dragging = false;
  const follow = (event) => {
    const row = [...list.querySelectorAll("[data-rank]")].find((node) => event.clientY < node.getBoundingClientRect().bottom);
    move(row ? Number(row.dataset.rank) : n);
  };
  list.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".rt-held")) return;
    dragging = true;
    list.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => { if (dragging) follow(event); });
  for (const name of ["pointerup", "pointercancel"]) list.addEventListener(name, () => { dragging = false; });
  return list;
}

export default {
  render: (context) => {
    let list, bars;
    return mount(context, {
      frame: frameOfRank,
      controls: ({ page }) => [
        { kind: "slider", knob: "rank", label: "rank of the held-out film", values: page.films.concat("").map((_, i) => i + 1) },
        { kind: "slider", knob: "k", label: "k", late: true, values: Array.from({ length: page.longest }, (_, i) => i + 1) },
        page.hasMore && { kind: "toggle", knob: "more", label: "more held-out films", late: true },
      ],
      draw: (api) => {
        const { page, stage } = api;
        if (!list) {
          list = listOf(api);
          bars = h("div", { class: "rt-metrics" });
          const before = page.history.length ? h("p", { class: "rt-before" }, "Watched last: ", page.history.map((title, i) => [i ? " · " : "", film(title, 34)])) : "";
          stage.append(before, h("div", { class: "rt-two rt-rank" }, list, bars));
        }
        const hadFocus = list.contains(document.activeElement);
        list.replaceChildren(...drawList(api));
        if (hadFocus) list.querySelector('[role="slider"]').focus({ preventScroll: true });
        const { values, texts } = frameOfRank(api);
        if (!bars.childElementCount) {
          bars.append(...page.metrics.map(() => h("div", { class: "rt-metric" }, h("span"), bar(0, "#0072B2"), h("b"))));
        }
        [...bars.children].forEach((row, i) => {
          row.children[0].textContent = `${page.metrics[i]}@${api.get("k")}`;
          row.querySelector(".rt-bar").style.width = `${100 * values[i]}%`;
          row.children[2].textContent = texts[i];
        });
      },
    });
  },
};
