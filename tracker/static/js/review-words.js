// Between a field and its words: a field frames its words in the document, words lead to their field; chosen words become a new row.
"use strict";

const words = {
  FIELDS: ["lead", "partner", "limit", "task"],

  /** Mark one cell of the list as the field that is meant. */
  point(cell) {
    document.querySelectorAll(".is-field").forEach((other) => other.classList.remove("is-field"));
    if (cell) cell.classList.add("is-field");
  },

  /** Frame the words of a field: of a cell in the list or a box of the form. */
  showField(field) {
    const row = field && field.closest("[data-of]");
    if (!row) return;
    review.mark(row.dataset.of, field.dataset.field);
    words.point(field.matches("td") ? field : null);
  },

  /** From words in the document to their row, and to the field they were read for. */
  turnToField(mark) {
    const row = document.getElementById(`row-${mark.dataset.of.split(" ")[0]}`);
    if (!row) return;
    const kinds = (mark.dataset.kinds || "").split(" ");
    const kind = words.FIELDS.find((one) => kinds.includes(one));
    const field = kind && row.querySelector(`[data-field=${kind}]`);
    if (row.matches("[data-row]")) rows.choose(row, false);
    review.bring(row, row.closest(".pane"));
    if (field && field.matches("input, textarea")) field.focus();
    else words.showField(field);
  },

  /** What is selected in the document, as far as its first paragraph or cell goes: {text, at, start, end}; or null. */
  chosen() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0).cloneRange();
    const first = range.startContainer;
    const place = (first.nodeType === Node.ELEMENT_NODE ? first : first.parentElement).closest("[data-source] [data-at]");
    if (!place) return null;
    if (!place.contains(range.endContainer)) range.setEnd(place, place.childNodes.length);
    const before = document.createRange();
    before.selectNodeContents(place);
    before.setEnd(range.startContainer, range.startOffset);
    const start = Array.from(before.toString()).length;
    const text = range.toString();
    return text.trim() ? { text, at: place.dataset.at, start, end: start + Array.from(text).length } : null;
  },

  /** The words that are selected fill the form of a new row. */
  fillNewRow() {
    const found = words.chosen();
    const box = document.querySelector("[data-new-row]");
    if (!found || !box) return;
    box.open = true;
    const form = box.querySelector("form");
    form.elements.text.value = found.text;
    ["at", "start", "end"].forEach((name) => {
      form.elements[name].value = found[name];
    });
    review.bring(box, box.closest(".pane"));
    form.elements.leads.focus({ preventScroll: true });
  },
};

function offerChosen() {
  const button = document.querySelector("[data-add-chosen]");
  if (button) button.hidden = !(document.querySelector("[data-new-row]") && words.chosen());
}

document.addEventListener("selectionchange", offerChosen);

document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-add-chosen]")) event.preventDefault(); // the selection stays
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-chosen]")) words.fillNewRow();
  const cell = event.target.closest("[data-lines] [data-field]");
  if (cell && cell.matches("td")) words.showField(cell);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches(".row-edit [data-field]")) words.showField(event.target);
});
