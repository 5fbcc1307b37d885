// Selects send their form when they change; 更多筛选 opens the rest on short windows.
"use strict";

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggle]");
  if (!button) return;
  const open = document.getElementById(button.dataset.toggle).classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
});
