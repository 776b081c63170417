"use strict";
// Commit, build a chain, look back. Every grade is looked up in what the page brings along; nothing is inferred here.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (name, text, attributes = {}) => {
    const node = Object.assign(document.createElement(name), attributes);
    if (text) node.textContent = text;
    return node;
  };
  const data = JSON.parse(document.getElementById("grades").textContent);
  const predictions = new Map();
  const slips = new Map();
  let best = null;

  all("details.truth").forEach((truth) => { truth.hidden = true; });
  // Where the page is served, what was committed to is part of its address.
  const remember = (form) => {
    if (!form.hasAttribute("method")) return;
    const address = new URL(location.href);
    new FormData(form).forEach((value, name) => { if (value) address.searchParams.set(name, value); });
    history.replaceState(null, "", address);
  };
  const commit = (form, chosen) => {
    const sure = form.querySelector("[type=number]");
    form.querySelector(".verdict").textContent = chosen.dataset.says;
    form.querySelector("fieldset").disabled = true;
    predictions.set(form.id, {
      right: "right" in chosen.dataset, slip: chosen.dataset.slip,
      sure: sure && sure.value !== "" ? Number(sure.value) / 100 : null, kind: form.dataset.kind,
      patterns: form.dataset.patterns.split(" ").filter(Boolean),
    });
  };
  all("form.ask").forEach((form) => {
    const button = form.querySelector("button"), verdict = form.querySelector(".verdict");
    button.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = form.querySelector("[type=radio]:checked");
      if (!chosen) { verdict.textContent = "Choose one first."; return; }
      const sure = form.querySelector("[type=number]");
      if (sure && !sure.reportValidity()) return;
      remember(form);
      commit(form, chosen);
      lookBack();
    });
  });

  const chain = document.getElementById("chain");
  if (chain) builder();
  all("form.ask:has(fieldset:disabled)").forEach((form) => commit(form, form.querySelector(":checked")));
  if (predictions.size) lookBack();

  function builder() {
    const links = chain.querySelector("ol"), marks = chain.querySelector(".marks");
    chain.hidden = false;
    const choice = (label, options, value) => {
      const select = make("select");
      select.setAttribute("aria-label", label);
      select.append(...options.map(([key, text]) => make("option", text, { value: key, selected: key === value })));
      return select;
    };
    const names = [["", "choose"], ...Object.entries(data.names)];
    const add = (source = "") => {
      const row = make("li"), drop = make("button", "Remove", { type: "button" });
      drop.addEventListener("click", () => { row.remove(); chain.querySelector(".more").focus(); });
      row.append(choice("from", names, source), choice("sign", [["1", "→ raises"], ["-1", "⊣ lowers"]]), choice("to", names), drop);
      links.append(row);
      return row;
    };
    add(); add();
    chain.querySelector(".more").addEventListener("click", () => {
      const last = links.lastElementChild;
      add(last ? last.querySelectorAll("select")[2].value : "").querySelector("select").focus();
    });
    chain.addEventListener("submit", (event) => {
      event.preventDefault();
      const rows = all("li", links).map((row) => all("select", row).map((select) => select.value));
      const claims = rows.filter(([source, , target]) => source && target && source !== target);
      marks.replaceChildren();
      if (!claims.length) { marks.append(make("p", "Choose both ends of a link first.")); return; }
      const list = make("ol");
      let points = 0;
      claims.forEach(([source, sign, target]) => {
        const [grade, says, slip] = data.grades[`${source} ${sign} ${target}`] || ["unsupported", "a drug is no target", ""];
        points += data.points[grade];
        if (slip) slips.set(slip, (slips.get(slip) || 0) + 1);
        const item = make("li", `${data.names[source]} ${sign === "1" ? "→" : "⊣"} ${data.names[target]}: `);
        item.append(make("strong", grade.replaceAll("_", " ")));
        if (grade !== "exact") item.append(` (${says})`);
        list.append(item);
      });
      const gaps = [];
      if (!claims.some(([source]) => source === data.begins)) gaps.push("It does not begin with what is given.");
      if (!claims.some(([, , target]) => target === data.ends)) gaps.push(`It does not reach ${data.names[data.ends]}.`);
      const score = points / (claims.length + gaps.length);
      best = Math.max(best || 0, score);
      marks.append(list, make("p", [...gaps, `${Math.round(score * 100)}% of the chain.`].join(" ")));
      document.querySelector("#explain details.truth").hidden = false;
      lookBack();
    });
  }

  function lookBack() {
    const made = [...predictions.values()], summary = document.querySelector(".summary");
    const lines = [];
    const guessed = made.filter((one) => one.kind !== "obstacle"), found = made.filter((one) => one.kind === "obstacle");
    if (guessed.length) lines.push(`Predictions: ${guessed.filter((one) => one.right).length} of ${guessed.length} right.`);
    if (found.length) lines.push(`What stops the effect: ${found[0].right ? "found" : "not found"}.`);
    if (best !== null) lines.push(`Chain: ${Math.round(best * 100)}% at best.`);
    const patterns = new Map();
    made.forEach((one) => one.patterns.forEach((pattern) => {
      const [right, asked] = patterns.get(pattern) || [0, 0];
      patterns.set(pattern, [right + one.right, asked + 1]);
    }));
    const sure = made.filter((one) => one.sure !== null);
    if (sure.length) {
      const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const confidence = mean(sure.map((one) => one.sure)), right = mean(sure.map((one) => Number(one.right)));
      const brier = mean(sure.map((one) => (one.sure - one.right) ** 2));
      lines.push(`On average ${Math.round(confidence * 100)}% sure and ${Math.round(right * 100)}% right (Brier score ${brier.toFixed(2)}).`);
    }
    const counts = new Map(slips);
    made.forEach((one) => { if (one.slip) counts.set(one.slip, (counts.get(one.slip) || 0) + 1); });
    const again = [...counts].map(([slip, count]) => `Look again at ${slip.replaceAll("_", " ")} (${count}): ${data.slips[slip]}.`);
    const list = make("ul");
    patterns.forEach(([right, asked], pattern) => list.append(make("li", `${pattern.replaceAll("_", " ")}: ${right} of ${asked}`)));
    summary.replaceChildren(...[...lines, ...again].map((line) => make("p", line)), list);
  }
})();
