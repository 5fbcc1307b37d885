// A file dropped on the box is the chosen file; while it is read the page says so.
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
  event.target.querySelector("[data-reading]").hidden = false;
});
