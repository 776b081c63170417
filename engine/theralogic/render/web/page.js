"use strict";
// Three things that need a script: choosing an arm, walking a drawing by keyboard, and showing who changes a node.
// Without it every arm is shown and every node still leads to its step.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const form = document.querySelector("form.switch");
  if (form) arms(form);
  all("svg.causal").forEach(walk);
  document.addEventListener("renewed", (event) => all("svg.causal", event.target).forEach(walk));

  function arms(form) {
    const radios = all("[name=arm]", form), boxes = all("[name=drug]", form);
    const given = (radio) => radio.dataset.drugs.split(" ").filter(Boolean);
    const now = () => radios.find((radio) => radio.checked);
    const armWith = (drugs) => radios.find((radio) => given(radio).join(" ") === [...drugs].sort().join(" "));
    const flipped = (drug) => {
      const drugs = new Set(given(now()));
      if (!drugs.delete(drug)) drugs.add(drug);
      return armWith(drugs);
    };
    const show = () => {
      all(".panel").forEach((panel) => { panel.hidden = panel.dataset.arm !== now().value; });
      boxes.forEach((box) => {
        box.checked = given(now()).includes(box.value);
        box.disabled = !flipped(box.value);
        box.parentElement.title = box.disabled ? "No arm of this case has it that way" : "";
      });
    };
    const reveal = () => {
      const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const panel = target && target.closest(".panel");
      if (!panel) return;
      radios.find((radio) => radio.value === panel.dataset.arm).checked = true;
      show();
      target.scrollIntoView();
    };
    radios.forEach((radio) => radio.addEventListener("change", show));
    boxes.forEach((box) => box.addEventListener("change", () => {
      flipped(box.value).checked = true;
      show();
      if (box.disabled) now().focus();
    }));
    form.hidden = false;
    show();
    reveal();
    addEventListener("hashchange", reveal);
  }

  function walk(svg) {
    const nodes = all("[data-node]", svg), edges = all("[data-source]", svg);
    const byId = new Map(nodes.map((node) => [node.dataset.node, node]));
    const causes = (node) => edges.filter((edge) => edge.dataset.target === node.dataset.node);
    const effects = (node) => edges.filter((edge) => edge.dataset.source === node.dataset.node);
    const middle = (node) => { const box = node.getBBox(); return [box.x + box.width / 2, box.y + box.height / 2]; };
    const label = (node) => all(".label", node).map((line) => line.textContent).join(" ");
    const ways = { activates: "raises", inhibits: "lowers", requires: "is needed by" };

    const focus = (node) => {
      nodes.forEach((other) => other.setAttribute("tabindex", other === node ? "0" : "-1"));
      edges.forEach((edge) => edge.classList.toggle("on", causes(node).includes(edge) || effects(node).includes(edge)));
    };
    const beside = (node, way) => {
      const [x, y] = middle(node);
      const row = nodes.filter((other) => Math.abs(middle(other)[1] - y) < 30 && (middle(other)[0] - x) * way > 1);
      return row.sort((a, b) => Math.abs(middle(a)[0] - x) - Math.abs(middle(b)[0] - x))[0];
    };
    const steps = {
      ArrowDown: (node) => effects(node).map((edge) => byId.get(edge.dataset.target))[0],
      ArrowUp: (node) => causes(node).map((edge) => byId.get(edge.dataset.source))[0],
      ArrowLeft: (node) => beside(node, -1),
      ArrowRight: (node) => beside(node, 1),
      Home: () => nodes[0],
      End: () => nodes[nodes.length - 1],
    };

    const around = document.createElement("div");
    around.className = "around";
    around.hidden = true;
    svg.parentElement.append(around);
    const list = (title, links, other) => {
      if (!links.length) return;
      const head = document.createElement("p"), items = document.createElement("ul");
      head.textContent = title;
      links.forEach((edge) => {
        const item = document.createElement("li"), button = document.createElement("button");
        const to = byId.get(edge.dataset[other]);
        button.type = "button";
        button.textContent = `${label(byId.get(edge.dataset.source))} ${ways[edge.dataset.kind]} ${label(byId.get(edge.dataset.target))}`;
        button.addEventListener("click", () => { to.focus(); open(to); });
        item.append(button);
        items.append(item);
      });
      around.append(head, items);
    };
    const open = (node) => {
      around.replaceChildren();
      list(`Who changes ${label(node)}`, causes(node), "source");
      list(`What ${label(node)} changes`, effects(node), "target");
      const href = node.getAttribute("href");
      if (href) {
        const link = document.createElement("a");
        link.href = href;
        link.textContent = "Read the step";
        around.append(link);
      }
      around.hidden = false;
    };

    nodes.forEach((node) => {
      node.addEventListener("focus", () => focus(node));
      node.addEventListener("click", (event) => { event.preventDefault(); node.focus(); open(node); });
      node.addEventListener("keydown", (event) => {
        if (event.key === "Escape") around.hidden = true;
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(node); }
        if (!(event.key in steps)) return;
        event.preventDefault();
        const next = steps[event.key](node);
        if (next) { focus(next); next.focus(); }
      });
    });
    nodes.forEach((node, index) => node.setAttribute("tabindex", index ? "-1" : "0"));
  }
})();
