// Ticks of a list: all at once, and the bar of batch actions that comes with the first.
"use strict";

function refreshBatch(list) {
  const boxes = Array.from(list.querySelectorAll("[data-tick]"));
  const n = boxes.filter((box) => box.checked).length;
  const all = list.querySelector("[data-tick-all]");
  if (all) {
    all.checked = n > 0 && n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  }
  const bar = document.querySelector(`[data-batch="${list.id}"]`);
  if (!bar) return;
  const words = bar.querySelector("[data-template]");
  words.textContent = words.dataset.template.replace("{n}", n);
  bar.hidden = n === 0;
  const foot = bar.closest(".foot[data-quiet]");
  if (foot) foot.classList.toggle("is-quiet", n === 0);
}

document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-list]");
  if (!list || !event.target.matches("[data-tick], [data-tick-all]")) return;
  if (event.target.matches("[data-tick-all]")) {
    list.querySelectorAll("[data-tick]").forEach((box) => {
      box.checked = event.target.checked;
    });
  }
  refreshBatch(list);
});

function refreshAllBatches() {
  document.querySelectorAll("[data-list]").forEach(refreshBatch);
}

document.addEventListener("DOMContentLoaded", refreshAllBatches);
document.addEventListener("htmx:afterSettle", refreshAllBatches);
window.addEventListener("pageshow", refreshAllBatches); // the browser restores ticks when one comes back
