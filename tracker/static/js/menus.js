// Menus are <details>: one open at a time, closed by a click elsewhere and by Esc.
"use strict";

function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}

// What opens a dialog is done with its menu.
document.addEventListener("click", (event) =>
  closeMenus(event.target.closest("[data-dialog-open]") ? null : event.target.closest("details.menu"))
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
  event.stopImmediatePropagation();
});
