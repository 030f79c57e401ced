// Guessing game: the last films, the options as buttons, the scoreboard. Needs no kernel.

function place(api) {
  const guesses = api.get("guesses"), { rounds } = api.page;
  const asking = !guesses.length || (api.get("asking") && guesses.length < rounds.length);
  const at = asking ? guesses.length : guesses.length - 1;
  const right = guesses.slice(0, at).filter((guess, i) => guess === rounds[i].answer).length;
  return { guesses, rounds, asking, at, right, round: rounds[at] };
}

function frameOfGame(api) {
  const { guesses, asking, at, right, round } = place(api);
  return asking ? { sentence: round.asked[right], goal: false } : { sentence: round.told[right][guesses[at]], goal: round.goal };
}

function guess(api, option) {
  const { guesses, asking, round } = place(api);
  if (!asking || option >= round.options.length) return;
  api.set("asking", false);
  api.set("guesses", [...guesses, option]);
}

function option(api, title, i) {
  const { guesses, asking, at, round } = place(api);
  const { you, models } = api.page;
  if (asking) {
    return h("button", { type: "button", class: "rt-guess", onclick: () => guess(api, i) }, h("span", { class: "rt-number" }, `${i + 1}`), film(title, 52));
  }
  const right = i === round.answer;
  const who = models.filter((_, m) => round.choices[m] === i);
  return h("div", { class: `rt-guess rt-told ${right ? "rt-right" : ""}` },
    h("span", { class: "rt-number" }, right ? "★" : `${i + 1}`), film(title, 52),
    h("span", { class: "rt-who" }, guesses[at] === i ? h("b", { class: "rt-badge" }, you) : null, who.map((name) => badge(name))));
}

function scoreboard(api) {
  const { guesses, rounds, asking, at } = place(api);
  const { you, models } = api.page;
  const played = asking ? at : at + 1;
  const own = guesses.filter((value, i) => value === rounds[i].answer).length;
  const points = [own, ...models.map((_, m) => (played ? rounds[played - 1].points[m] : 0))];
  return [you, ...models].map((name, i) => h("tr", {},
    h("th", { scope: "row" }, i ? badge(name) : name),
    h("td", { class: "rt-points" }, bar(points[i] / rounds.length, i ? look(name).colour : "var(--rt-soft)")),
    h("td", { class: "rt-number" }, `${points[i]}`)));
}

export default {
  render: (context) => mount(context, {
    frame: frameOfGame,
    controls: () => [],
    draw: (api) => {
      const { stage } = api;
      const { asking, at, round, rounds } = place(api);
      const hadFocus = stage.contains(document.activeElement);
      if (!stage.dataset.ready) {
        stage.dataset.ready = "yes";
        stage.addEventListener("keydown", (event) => {
          if (/^[1-6]$/.test(event.key)) guess(api, Number(event.key) - 1);
        });
      }
      const last = at === rounds.length - 1;
      const next = h("button", { type: "button", class: "rt-next", onclick: () => api.set("asking", true) }, "Next round");
      const options = h("div", { class: "rt-options", role: "group", "aria-label": "What came next?" },
        h("h4", {}, asking ? `Round ${at + 1} of ${rounds.length}: what came next?` : `Round ${at + 1} of ${rounds.length}`),
        round.options.map((title, i) => option(api, title, i)), asking || last ? null : next);
      stage.replaceChildren(h("div", { class: "rt-two rt-game" },
        h("div", {}, h("h4", {}, "This person watched"), h("ol", { class: "rt-history", reversed: false }, round.history.map((title) => h("li", {}, film(title, 44)))),
          h("table", { class: "rt-score" }, h("caption", {}, "Right answers"), h("tbody", {}, scoreboard(api)))),
        options));
      if (hadFocus) stage.querySelector(asking ? "button.rt-guess" : "button.rt-next")?.focus({ preventScroll: true });
    },
  }),
};
