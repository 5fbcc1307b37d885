// A list ([data-list]) has one chosen row ([data-row]): it is marked with aria-current, grows to its whole text, and holds the
// list's one place in the order of Tab.
"use strict";

const rows = {
  all(list) {
    return Array.from(list.querySelectorAll("[data-row]")).filter((row) => row.offsetParent !== null);
  },

  chosen(list) {
    return list.querySelector("[data-row][aria-current=true]");
  },

  choose(row, focus) {
    const list = row.closest("[data-list]");
    list.querySelectorAll("[data-row]").forEach((other) => {
      other.tabIndex = other === row ? 0 : -1;
      if (other !== row) other.removeAttribute("aria-current");
    });
    row.setAttribute("aria-current", "true");
    if (focus) row.focus({ preventScroll: true });
    rows.show(row);
    row.dispatchEvent(new CustomEvent("tracker:chosen", { bubbles: true }));
  },

  /** Scroll as little as brings the row out from under bars, head and foot. */
  show(row) {
    const box = row.getBoundingClientRect();
    const head = row.closest("table") && row.closest("table").tHead;
    const top = Math.max(head ? head.getBoundingClientRect().bottom : 0, 0);
    const foot = document.querySelector(".foot");
    const bottom = foot && foot.offsetHeight ? foot.getBoundingClientRect().top : window.innerHeight;
    const pane = row.closest(".pane") || window;
    if (box.top < top) pane.scrollBy(0, box.top - top);
    else if (box.bottom > bottom) pane.scrollBy(0, box.bottom - bottom);
  },

  step(list, by) {
    const all = rows.all(list);
    if (!all.length) return;
    const at = all.indexOf(rows.chosen(list));
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    rows.choose(all[next], true);
  },

  open(row) {
    const link = row.querySelector("a[data-open]");
    if (link) link.click();
  },

  tick(row) {
    const box = row.querySelector("[data-tick]");
    if (box) box.click();
  },

  /** Give Tab its one row: the chosen one, else the first. */
  prepare(root) {
    root.querySelectorAll("[data-list]").forEach((list) => {
      const first = rows.chosen(list) || list.querySelector("[data-row]");
      list.querySelectorAll("[data-row]").forEach((row) => {
        row.tabIndex = row === first ? 0 : -1;
      });
    });
  },
};

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && !event.target.closest("a, button, label, summary")) rows.choose(row, false);
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && event.target.matches(":focus-visible") && row.getAttribute("aria-current") !== "true") rows.choose(row, false);
});

document.addEventListener("dblclick", (event) => {
  const row = event.target.closest("[data-row]");
  if (row && !event.target.closest("a, button, label, input, textarea")) rows.open(row);
});

document.addEventListener("DOMContentLoaded", () => rows.prepare(document));
document.addEventListener("htmx:afterSettle", () => rows.prepare(document));
