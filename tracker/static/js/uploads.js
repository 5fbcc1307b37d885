// Evidence by choosing, dropping or pasting: the chip says how far it is; what is refused says why, in the row.
"use strict";

const uploads = {
  formOf: (holder) => holder.querySelector("[data-upload]"),

  list: (holder) => document.getElementById(`evidence-${holder.dataset.item}`),

  async send(holder, files) {
    uploads.post(holder, await Promise.all(Array.from(files, photos.smaller)));
  },

  post(holder, files) {
    const form = uploads.formOf(holder);
    const draft = document.getElementById(`draft-${holder.dataset.item}`);
    if (!form || !files.length) return;
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("seen_version", draft.elements.seen_version.value);
    files.forEach((file) => body.append("file", file, file.name || `${words.say("pastedPicture")}.png`));
    const chip = uploads.chip(holder, files.length > 1 ? words.say("files", { n: files.length }) : files[0].name || words.say("pastedPicture"));
    const request = uploads.deliver(form.action, body, chip, () => uploads.post(holder, files));
    request.addEventListener("load", () => uploads.answered(holder, request, chip));
  },

  /** Send it, the chip saying how far it is; without a signal it waits, to be sent `again`. */
  deliver(address, body, chip, again) {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) chip.lastChild.textContent = uploads.state(Math.round((100 * event.loaded) / event.total));
    });
    request.addEventListener("error", () => uploads.failed(chip, again));
    request.send(body);
    return request;
  },

  state: (percent) => ` ${words.say("uploading", { percent })}`,

  chip(holder, name) {
    const item = document.createElement("li");
    const chip = document.createElement("span");
    chip.className = "file file-uploading";
    chip.append(Object.assign(document.createElement("span"), { className: "name", textContent: name }));
    chip.append(Object.assign(document.createElement("span"), { textContent: uploads.state(0) }));
    item.append(chip);
    uploads.list(holder).append(item);
    return chip;
  },

  answered(holder, request, chip) {
    const box = document.createElement("template");
    box.innerHTML = request.responseText;
    const list = box.content.querySelector(".evidence");
    if (!list) return uploads.refused(holder, chip, words.say("notTaken"));
    uploads.list(holder).replaceWith(list);
    document.getElementById(`draft-${holder.dataset.item}`).elements.seen_version.value = list.dataset.version;
    drafts.advise(holder, box.content.querySelector("[data-advice]").innerHTML);
    const refused = box.content.querySelector("[data-refused]");
    const note = holder.querySelector("[data-note]");
    note.textContent = "";
    if (refused && refused.childElementCount) note.append(...refused.children);
    return undefined;
  },

  refused(holder, chip, sentence) {
    chip.className = "file file-refused";
    chip.lastChild.textContent = ` ${sentence}`;
  },

  /** No signal: the file waits in this page, and goes when the signal is back. */
  failed(chip, again) {
    chip.className = "file file-advice";
    chip.lastChild.textContent = ` ${words.say("waiting")}`;
    window.addEventListener(
      "online",
      () => {
        chip.parentElement.remove();
        again();
      },
      { once: true }
    );
  },
};

const holderOf = (element) => element.closest("[data-draft]");

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-upload] input[type=file]")) return;
  uploads.send(holderOf(event.target), Array.from(event.target.files));
  event.target.value = "";
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-remove]");
  const holder = form && holderOf(form);
  if (!holder) return;
  event.preventDefault();
  const body = new FormData(form);
  body.append("seen_version", document.getElementById(`draft-${holder.dataset.item}`).elements.seen_version.value);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("X-Requested-With", "fetch");
  request.addEventListener("load", () => uploads.answered(holder, request, form.previousElementSibling));
  request.send(body);
});

["dragover", "dragleave", "drop"].forEach((name) =>
  document.addEventListener(name, (event) => {
    const holder = event.target.closest && holderOf(event.target);
    if (!holder || !uploads.formOf(holder) || !event.dataTransfer || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    holder.querySelectorAll("[data-drop]").forEach((place) => place.classList.toggle("is-over", name === "dragover"));
    if (name === "drop") uploads.send(holder, Array.from(event.dataTransfer.files));
  })
);

document.addEventListener("paste", (event) => {
  const holder = (event.target.closest && holderOf(event.target)) || document.querySelector("[data-draft][aria-current=true]");
  const files = event.clipboardData ? Array.from(event.clipboardData.files) : [];
  if (!holder || !files.length) return;
  event.preventDefault();
  uploads.send(holder, files);
});
