// What every view shares: elements, palette, controls, missions, one redraw a frame.
// `LOOK` stands above this file: colours, markers and dashes, written by rectutor/charts/palette.py.

const SVG = "http://www.w3.org/2000/svg";

// Titles and names only ever become text nodes or attribute values, never markup.
function put(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
// JupyterLab takes arrow keys and digits away from any focused element that does not say this.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };
const h = (tag, attributes, ...children) => {
  const focusable = ["button", "input"].includes(tag) || attributes?.tabindex !== undefined;
  return put(document.createElement(tag), focusable ? { ...OWN_KEYS, ...attributes } : attributes, children);
};
const s = (tag, attributes, ...children) => put(document.createElementNS(SVG, tag), attributes, children);

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const looks = new Map();
const look = (name) => looks.get(name) ?? LOOK.other;

// Cut a long title in the middle; the caller puts the whole one into `title`.
function cut(text, length) {
  const letters = Array.from(text);
  if (letters.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return letters.slice(0, head).join("") + "…" + letters.slice(letters.length - (length - 1 - head)).join("");
}
const film = (text, length = 60) => h("span", { title: text, class: "rt-film" }, h("bdi", {}, cut(text, length)));
const label = (text, length, attributes) =>
  s("text", attributes, "\u2068" + cut(text, length) + "\u2069", s("title", {}, text));

function marker(name, x, y, size = 6) {
  const style = look(name);
  const place = `translate(${x},${y}) scale(${size})`;
  return s("path", { d: style.path, transform: place, style: { fill: style.colour } });
}
function badge(name) {
  return h("span", { class: "rt-badge" },
    s("svg", { width: 16, height: 16, "aria-hidden": "true" }, marker(name, 8, 8, 5)), name);
}

const percent = (share) => (share > 0 && share < 0.005 ? "<1 %" : `${Math.round(100 * share)} %`);

// A bar that starts at zero: share 0..1 of its track.
function bar(share, colour, kind = "") {
  const width = `${100 * clamp(share, 0, 1)}%`;
  return h("span", { class: "rt-track" }, h("span", { class: `rt-bar ${kind}`, style: { width, background: colour } }));
}

function slider(control, api) {
  const id = `rt-${Math.random().toString(36).slice(2)}`;
  const input = h("input", {
    type: "range", id, min: 0, max: control.values.length - 1, step: 1, "aria-label": control.label,
    oninput: () => api.set(control.knob, control.values[Number(input.value)]),
  });
  const shown = h("output", { for: id, class: "rt-value" });
  const node = h("div", { class: "rt-control" }, h("label", { for: id }, control.label), input, shown);
  const update = () => {
    const at = control.values.indexOf(api.get(control.knob));
    const text = control.text ? control.text(control.values[at], at) : String(control.values[at]);
    if (Number(input.value) !== at) input.value = at;
    input.setAttribute("aria-valuetext", text);
    shown.textContent = text;
  };
  return { node, update, late: control.late };
}

function choice(control, api) {
  const group = `rt-${Math.random().toString(36).slice(2)}`;
  const inputs = control.values.map((value) => h("input", {
    type: "radio", name: group, onchange: () => api.set(control.knob, value),
  }));
  const options = control.values.map((value, i) =>
    h("label", { class: "rt-option" }, inputs[i], h("bdi", {}, control.text ? control.text(value, i) : String(value))));
  const node = h("fieldset", { class: "rt-control" }, h("legend", {}, control.label), options);
  const update = () => inputs.forEach((input, i) => { input.checked = control.values[i] === api.get(control.knob); });
  return { node, update, late: control.late };
}

function toggle(control, api) {
  const input = h("input", { type: "checkbox", onchange: () => api.set(control.knob, input.checked) });
  const node = h("label", { class: "rt-control rt-option" }, input, control.label);
  return { node, update: () => { input.checked = api.get(control.knob); }, late: control.late };
}
const KINDS = { slider, choice, toggle };

// Predict, act, explain: one step is open at a time; the first one unlocks the other knobs.
function missions(api) {
  const steps = api.page.missions;
  const node = h("div", { class: "rt-missions" });
  let drawn = "";
  const finish = (n) => { api.set("done", n); };
  const reply = (done) => {
    if (done === 1 && steps.predict.options.length) {
      const { options, answer, reply: words } = steps.predict;
      const chosen = api.get("prediction");
      if (chosen < 0) return words;
      const verdict = answer < 0 ? "" : chosen === answer ? "Your prediction holds. " : `You said "${options[chosen]}". We found: "${options[answer]}". `;
      return verdict + words;
    }
    return done === 2 ? steps.act.reply : done === 3 ? steps.explain.reply : "";
  };
  const body = (done) => {
    if (done === 0) {
      return [h("p", {}, h("b", {}, "Predict. "), steps.predict.ask), h("div", { class: "rt-row" },
        steps.predict.options.map((text, i) => h("button", {
          type: "button", onclick: () => { api.set("prediction", i); finish(1); },
        }, h("bdi", {}, text))),
        h("button", { type: "button", class: "rt-quiet", onclick: () => finish(3) }, "Skip the missions"))];
    }
    if (done === 1) return [h("p", {}, h("b", {}, "Act. "), steps.act.ask)];
    if (done === 2) {
      return [h("p", {}, h("b", {}, "Explain. "), steps.explain.ask), h("div", { class: "rt-row" },
        h("button", { type: "button", onclick: () => finish(3) }, "I have an answer: show yours"))];
    }
    return [h("p", {}, "All knobs are yours.")];
  };
  const update = () => {
    const done = api.get("done");
    const key = `${done} ${api.get("prediction")}`;
    if (key === drawn) return;
    const hadFocus = node.contains(document.activeElement);
    drawn = key;
    const names = ["Predict", "Act", "Explain"].map((name, i) =>
      h("li", { class: i < done ? "rt-done" : i === done ? "rt-now" : "", "aria-current": i === done ? "step" : null },
        i < done ? `✓ ${name}` : `${i + 1} ${name}`));
    const answer = reply(done);
    node.replaceChildren(h("ol", { class: "rt-steps", "aria-label": "Missions" }, names),
      ...(answer ? [h("p", { class: "rt-reply", tabindex: -1 }, answer)] : []), ...body(done));
    if (hadFocus) (node.querySelector("button") ?? node.querySelector(".rt-reply"))?.focus();
  };
  return { node, update };
}

// Build the frame of a view and keep it in step with its model.
//   view.controls(api): [{kind, knob, label, values, text, late}]   late: hidden until mission 1 is done
//   view.draw(api): fills api.stage
//   view.frame(api): {sentence, goal}   from the frames that Python computed
function mount({ model, el }, view) {
  const page = model.get("page");
  for (const [name, style] of Object.entries(page.looks ?? {})) looks.set(name, style);
  const stage = h("div", { class: "rt-stage" });
  const sentence = h("p", { class: "rt-sentence", "aria-live": "polite", role: "status" });
  let waiting = 0, unsaved = false, touched = false, draws = 0;
  const api = {
    uid: Math.random().toString(36).slice(2), // of this view on the page, for ids of elements
    page, stage, model,
    get: (name) => model.get(name),
    set: (name, value) => {
      if (JSON.stringify(model.get(name)) === JSON.stringify(value)) return;
      model.set(name, value);
      unsaved = true;
      touched = touched || page.knobs.includes(name);
      redraw();
    },
    open: () => model.get("done") > 0,
    width: () => clamp(stage.clientWidth || 860, 520, 880),
    still: window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    redraw: () => redraw(),
  };
  const controls = view.controls(api).filter(Boolean).map((control) => KINDS[control.kind](control, api));
  const steps = missions(api);
  const reset = () => {
    page.knobs.forEach((name, i) => api.set(name, page.start[i]));
    api.set("prediction", -1);
    api.set("done", 0);
    touched = false;
  };
  const root = h("section", { class: "rt", role: "group", "aria-label": page.title },
    h("header", {}, h("strong", {}, page.title),
      h("button", { type: "button", class: "rt-quiet", onclick: reset }, "Reset")),
    steps.node, h("div", { class: "rt-controls" }, controls.map((control) => control.node)), stage, sentence);
  const paint = () => {
    waiting = 0;
    const frame = view.frame(api);
    if (model.get("done") === 1 && touched && frame.goal) model.set("done", 2), (unsaved = true);
    if (unsaved) model.save_changes(), (unsaved = false);
    controls.forEach((control) => { control.update(); control.node.hidden = Boolean(control.late) && !api.open(); });
    steps.update();
    view.draw(api);
    if (sentence.textContent !== frame.sentence) sentence.textContent = frame.sentence;
    root.dataset.draws = ++draws;
  };
  const redraw = () => { if (!waiting) waiting = requestAnimationFrame(paint); };
  const watched = [...page.knobs, "done", "prediction"];
  watched.forEach((name) => model.on(`change:${name}`, redraw));
  el.replaceChildren(root);
  let width = 0;
  const observer = new ResizeObserver(() => { if (api.width() !== width) (width = api.width()), redraw(); });
  observer.observe(stage);
  paint();
  return () => {
    cancelAnimationFrame(waiting);
    observer.disconnect();
    watched.forEach((name) => model.off(`change:${name}`, redraw));
  };
}
