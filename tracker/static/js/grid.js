// Units × periods: arrows walk from cell to cell, Enter opens one at the right, Esc comes back to it.
"use strict";

const grid = {
  steps: { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },

  rows: () => Array.from(document.querySelectorAll("[data-grid] tbody tr")).filter((row) => row.offsetParent !== null),

  /** The next cell with a link from here, in a direction; undefined at the edge. */
  next(cell, [down, right]) {
    const all = grid.rows();
    let at = all.indexOf(cell.closest("tr"));
    let column = cell.closest("td").cellIndex;
    for (;;) {
      at += down;
      column += right;
      const found = all[at] && all[at].cells[column];
      if (!found) return undefined;
      const link = found.querySelector("[data-cell]");
      if (link) return link;
    }
  },

  mark(link) {
    document.querySelectorAll("[data-grid] [aria-current]").forEach((cell) => cell.removeAttribute("aria-current"));
    link.closest("td").setAttribute("aria-current", "true");
  },

  open(link) {
    grid.mark(link);
    window.history.replaceState(null, "", link.href);
    htmx.ajax("GET", link.href, { target: "#panel", swap: "innerHTML" });
  },
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-cell]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  grid.open(link);
});

document.addEventListener("keydown", (event) => {
  const link = event.target.closest("[data-cell]");
  if (link && grid.steps[event.key]) {
    const next = grid.next(link, grid.steps[event.key]);
    if (next) next.focus();
    event.preventDefault();
  } else if (event.key === "Escape" && event.target.closest("#panel")) {
    const current = document.querySelector("[data-grid] [aria-current] [data-cell]");
    if (current) current.focus();
  }
});
