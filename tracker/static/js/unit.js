// Keys of the unit page: Ctrl+↓ and Ctrl+↑ to the next and previous item, Ctrl+Enter 无新进展. The text of the open row grows.
"use strict";

function grow(text) {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

function shrink(row) {
  row.querySelectorAll("textarea").forEach((text) => {
    text.style.height = "";
  });
}

document.addEventListener("tracker:chosen", (event) => {
  document.querySelectorAll("#unit-list [data-row]:not([aria-current=true])").forEach(shrink);
  event.target.querySelectorAll("textarea").forEach(grow);
  rows.show(event.target);
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("#unit-list [data-row]");
  if (row && row.getAttribute("aria-current") !== "true") rows.choose(row, false);
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("#unit-list [data-row]");
  const text = row && row.querySelector("textarea");
  if (text && !event.target.closest("a, button, label, summary, input, select, textarea, details, form")) text.focus();
});

document.addEventListener("input", (event) => {
  if (event.target.matches("#unit-list textarea")) grow(event.target);
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest("#unit-list [data-row]");
  if (!row || !(event.ctrlKey || event.metaKey)) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const all = rows.all(row.closest("[data-list]"));
    const next = all[all.indexOf(row) + step];
    if (!next) return;
    rows.choose(next, true);
    const text = next.querySelector("textarea");
    if (text) text.focus({ preventScroll: true });
  }
  if (event.key === "Enter") {
    event.preventDefault();
    const button = row.querySelector("[data-no-news]:not([hidden])");
    if (button) button.click();
  }
});
