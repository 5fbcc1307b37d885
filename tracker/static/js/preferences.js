// 紧凑 / 宽松 and the letters as keys: changed at once, then remembered for the person.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-density]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const chosen = button.value;
  const other = chosen === "loose" ? "compact" : "loose";
  document.body.classList.toggle("is-loose", chosen === "loose");
  button.value = other;
  button.textContent = button.dataset[other];
  tracker.remember(form.getAttribute("action"), "density", chosen);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-letters-switch]")) return;
  const value = event.target.checked ? "on" : "off";
  document.body.dataset.letters = value;
  tracker.remember(event.target.dataset.url, "letters", value);
});
