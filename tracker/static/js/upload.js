// A file dropped on the box is the chosen file; while it is read a bar says how far it is.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-drop]");
  const field = box.querySelector("input[type=file]");
  const show = () => {
    if (field.files.length) box.querySelector("[data-chosen]").textContent = field.files[0].name;
  };
  field.addEventListener("change", show);
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("is-over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("is-over");
    field.files = event.dataTransfer.files;
    show();
  });
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-upload]")) return;
  const bar = event.target.querySelector("[data-reading]");
  bar.hidden = false;
  htmx.ajax("GET", bar.dataset.url, { target: bar.querySelector("progress"), swap: "outerHTML" });
});
