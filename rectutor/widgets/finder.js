const LONG = 2000, LISTED = 200; // a list for more titles than LONG holds the first few that fit

const bare = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// A box whose letters narrow a list; arrow keys choose in the list, and lead there from the box.
KINDS.finder = ({ knob, titles, noun = "film", late }, api) => {
  const keys = titles.map(bare), id = `rt-${Math.random().toString(36).slice(2)}`;
  let drawn = -1;
  const show = () => {
    const words = bare(box.value).split(/\s+/);
    const fits = [...keys.keys()].filter((i) => words.every((word) => keys[i].includes(word)));
    const now = api.get(knob), few = titles.length > LONG ? fits.slice(0, LISTED) : fits.slice();
    if (!few.includes(now) && fits.includes(now)) few.unshift(now);
    list.replaceChildren(...few.map((i) =>
      h("option", { value: i, title: titles[i] }, cut(titles[i], 36))));
    list.value = now;
    count.textContent = fits.length ? `${fits.length} of ${titles.length} titles${few.length < fits.length ? ", not all listed" : ""}` : "no such title";
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
  const list = h("select", { size: 6, "aria-label": `${noun}s`, ...OWN_KEYS, onchange: choose });
  const node = h("div", { class: "rt-finder" }, h("label", { for: id }, noun), box, count, list);
  const update = () => {
    if (drawn < 0) node.closest(".rt").querySelector("header button").onclick = clear;
    if (drawn === api.get(knob)) return;
    list.value = drawn = api.get(knob);
    if (list.selectedIndex < 0) clear();
  };
  return { node, update, late };
};
