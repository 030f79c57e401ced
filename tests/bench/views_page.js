// What views_worker.py does with the first view of a page: events one by one, then 200 at once and 200
// in tasks of their own. `data-draws` is written by the code of every view, once a redraw.
async ({ events, rapid, n }) => {
  const root = document.querySelector(".rt"), draws = () => Number(root.dataset.draws);
  const says = () => root.querySelector(".rt-sentence").textContent;
  const later = () => new Promise((go) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = go;
    port2.postMessage(0);
  });
  const act = ([selector, at, value]) => {
    const node = root.querySelectorAll(selector)[at];
    if (value === null) return node.click();
    node.value = value;
    const kind = node.tagName === "SELECT" ? "change" : "input";
    node.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  const drawn = (before, what) => new Promise((go, fail) => {
    const complain = () => fail(new Error(`${what} drew nothing; the view says: ${says()}`));
    const late = setTimeout(complain, 20000);
    const look = () => {
      if (draws() === before || says().startsWith("Sent.")) return;
      clearTimeout(late), observer.disconnect();
      later().then(go); // the frame with what was drawn is laid out and painted by then
    };
    const observer = new MutationObserver(look);
    observer.observe(root, { attributes: true });
  });
  const rest = () => new Promise((go) => setTimeout(go, 400));
  const waits = [];
  for (const event of events) {
    await rest();
    const before = draws(), started = performance.now();
    const done = drawn(before, JSON.stringify(event));
    act(event);
    await done;
    waits.push(performance.now() - started);
  }
  await rest();
  let before = draws();
  for (let i = 0; i < n; i++) act(rapid[i % rapid.length]);
  await rest(), await rest();
  const burst = draws() - before;
  before = draws();
  let frames = 0, on = true;
  const count = () => { frames += 1; if (on) requestAnimationFrame(count); };
  requestAnimationFrame(count);
  for (let i = 0; i < n; i++) act(rapid[(i + 1) % rapid.length]), await later();
  await new Promise((go) => requestAnimationFrame(go));
  on = false;
  return { waits, burst, spread: draws() - before, frames };
}
