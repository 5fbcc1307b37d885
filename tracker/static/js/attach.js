// Files of a figure, by choosing, dropping or pasting: kept at once, one by one; they go with the figure when the sheet is saved.
"use strict";

const attach = {
  placeOf: (element) => (element.closest ? element.closest("[data-attach] [data-item]") : null),

  send(place, files) {
    attach.note(place).replaceChildren();
    Array.from(files).forEach((file) => attach.post(place, file));
  },

  async post(place, file) {
    const form = place.closest("[data-attach]");
    const name = file.name || `${words.say("pastedPicture")}.png`;
    const chip = uploads.chip(place, name);
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("key", place.dataset.item);
    body.append("file", await photos.smaller(file), name);
    const request = uploads.deliver(form.dataset.attach, body, chip, () => attach.post(place, file));
    request.addEventListener("load", () => attach.answered(place, request, chip));
  },

  /** Files on their way, or waiting for a signal. */
  isBusy: (form) => form.querySelector(".file-uploading, .file-advice") !== null,

  note: (place) => place.querySelector("[data-note]"),

  answered(place, request, chip) {
    const box = document.createElement("template");
    box.innerHTML = request.responseText;
    const form = place.closest("[data-attach]");
    const list = box.content.querySelector(".added");
    const problems = box.content.querySelectorAll(".message");
    if (list) chip.parentElement.replaceWith(...list.children);
    else uploads.refused(place, chip, words.say("notTaken"));
    attach.note(place).append(...problems);
    if (!list || problems.length) delete form.dataset.saves;
    attach.saveIfAsked(form);
  },

  /** Saving waits for files that are on their way. */
  saveIfAsked(form) {
    if (!("saves" in form.dataset) || attach.isBusy(form)) return;
    delete form.dataset.saves;
    form.requestSubmit();
  },
};

document.addEventListener("change", (event) => {
  const place = event.target.type === "file" && attach.placeOf(event.target);
  if (!place) return;
  attach.send(place, event.target.files);
  event.target.value = "";
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-attach]") || !attach.isBusy(event.target)) return;
  event.preventDefault();
  event.target.dataset.saves = "";
});

["dragover", "dragleave", "drop"].forEach((name) =>
  document.addEventListener(name, (event) => {
    const row = event.target.closest && event.target.closest("[data-attach] tr");
    const place = row && row.querySelector("[data-item]");
    if (!place || !event.dataTransfer || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    place.querySelector("[data-drop]").classList.toggle("is-over", name === "dragover");
    if (name === "drop") attach.send(place, event.dataTransfer.files);
  })
);

document.addEventListener("paste", (event) => {
  const row = event.target.closest && event.target.closest("[data-attach] tr");
  const place = row && row.querySelector("[data-item]");
  if (!place || !event.clipboardData || !event.clipboardData.files.length) return;
  event.preventDefault();
  attach.send(place, event.clipboardData.files);
});
