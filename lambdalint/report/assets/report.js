"use strict";
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const search = document.getElementById("search");
  const boxes = all("input[name=severity]");
  const clear = document.getElementById("clear");
  const count = document.getElementById("count");
  let only = "";

  const apply = () => {
    const words = (search?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const has = (element) => words.every((word) => element.textContent.toLowerCase().includes(word));
    const levels = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const card of all("article")) {
      const of = JSON.parse(card.dataset.functions);
      card.hidden = !levels.has(card.dataset.severity) || !has(card) || (only !== "" && !of.includes(only));
      shown += card.hidden ? 0 : 1;
    }
    for (const body of all("#functions tbody")) body.hidden = !has(body);
    if (count) count.textContent = `${shown} shown`;
    if (clear) clear.hidden = only === "";
  };

  search?.addEventListener("input", apply);
  boxes.forEach((box) => box.addEventListener("change", apply));
  clear?.addEventListener("click", () => { only = ""; apply(); });
  for (const link of all("a[data-only]")) {
    link.addEventListener("click", () => { only = link.dataset.only; clear.textContent = `all functions (now ${link.dataset.name})`; apply(); });
  }
  for (const [index, head] of all("#functions th").entries()) {
    head.querySelector("button")?.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      all("#functions th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = ({ rows: [{ cells }] }) => cells[index].dataset.sort ?? cells[index].textContent.trim();
      const order = new Intl.Collator(undefined, { numeric: true });
      const number = head.classList.contains("number");
      const compare = (a, b) => (number ? value(a) - value(b) : order.compare(value(a), value(b)));
      const bodies = all("#functions tbody").sort(compare);
      document.getElementById("functions").append(...(down ? bodies.reverse() : bodies));
    });
  }
  for (const button of all(".opens")) {
    button.addEventListener("click", () => {
      const more = button.closest("tbody").querySelector(".more");
      more.hidden = !more.hidden;
      button.setAttribute("aria-expanded", String(!more.hidden));
    });
  }
  for (const bar of all(".bar")) bar.hidden = false;
  apply();
}
