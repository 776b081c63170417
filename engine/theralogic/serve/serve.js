"use strict";
// Changing the form asks at once: the same address as the button's is fetched, and its answer put in place.
(() => {
  const form = document.querySelector(".patient-form");
  if (!form) return;
  let asking = null;
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "status");
  form.append(said);

  const ask = async (address, remember) => {
    if (asking) asking.abort();
    asking = new AbortController();
    const old = document.getElementById("result");
    old.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      renew(page);
      if (remember && page.querySelector(".patient-form")) history.pushState(null, "", answer.url);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  };

  // What the learner is in the middle of stays as it is: only the parts of the form that say something else are put
  // in place, and the one with the focus keeps it.
  const renew = (page) => {
    const result = page.getElementById("result");
    said.textContent = result.dataset.said || result.textContent;
    document.getElementById("result").replaceWith(result);
    result.dispatchEvent(new Event("renewed", { bubbles: true }));
    if (!page.querySelector(".patient-form")) return;
    document.title = page.title;
    document.querySelector("h1").textContent = page.querySelector("h1").textContent;
    page.querySelectorAll("nav.also, nav.arms").forEach((nav) => {
      const mine = document.querySelector(`nav.${nav.className}`);
      if (mine) mine.replaceWith(nav);
    });
    page.querySelectorAll("fieldset[data-part]").forEach((part) => {
      const mine = form.querySelector(`[data-part="${part.dataset.part}"]`);
      const at = document.activeElement, held = mine.contains(at) ? named(at) : "";
      const folded = part.querySelector("details"), was = mine.querySelector("details");
      if (folded && was) folded.open = was.open;
      mine.replaceWith(part);
      const next = held && [...part.querySelectorAll("input, select, summary")].find((one) => named(one) === held);
      if (next) next.focus();
    });
  };
  const named = (one) => one.id || one.getAttribute("aria-label") || `${one.tagName} ${one.name} ${one.value}`;

  const address = () => {
    const filled = [...new FormData(form)].filter(([name, value]) => value || name === "give");
    return `${form.getAttribute("action")}?${new URLSearchParams(filled)}`;
  };
  form.addEventListener("change", (event) => {
    const half = ["entity", "level"].includes(event.target.name) &&
      !(form.elements.entity.value && form.elements.level.value);
    if (!half) ask(address(), true);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); ask(address(), true); });
  addEventListener("popstate", () => location.reload());
})();
