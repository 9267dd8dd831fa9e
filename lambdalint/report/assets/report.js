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
    for (const row of all("#functions tbody tr")) row.hidden = !has(row);
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
      const body = document.querySelector("#functions tbody");
      const value = (row) => row.cells[index].dataset.sort ?? row.cells[index].textContent.trim();
      const compare = new Intl.Collator(undefined, { numeric: true }).compare;
      const rows = all("tr", body).sort((a, b) => compare(value(a), value(b)));
      body.append(...(down ? rows.reverse() : rows));
    });
  }
  for (const bar of all(".bar")) bar.hidden = false;
  apply();
}
