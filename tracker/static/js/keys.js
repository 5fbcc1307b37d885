// Keys of lists and pages. Any element with data-key is pressed by that letter or digit; single letters rest while a text has
// the focus, while a dialog is open, and when the person has switched them off.
"use strict";

function currentList(target) {
  return target.closest("[data-list]") || document.querySelector("[data-list][data-main]") || document.querySelector("[data-list]");
}

function press(key) {
  const target = Array.from(document.querySelectorAll("[data-key]")).find(
    (element) => element.dataset.key.toLowerCase() === key && !element.disabled && element.offsetParent !== null
  );
  if (target) target.click();
  return Boolean(target);
}

function focusField(selector) {
  const field = document.querySelector(selector);
  if (field) {
    field.focus();
    field.select();
  }
  return Boolean(field);
}

function openKeys() {
  const dialog = document.getElementById("all-keys");
  const body = dialog.querySelector("[data-keys]");
  body.querySelectorAll(".of-page").forEach((row) => row.remove());
  document.querySelectorAll("[data-key]").forEach((element) => {
    const row = body.insertRow();
    row.className = "of-page";
    const head = document.createElement("th");
    const key = document.createElement("kbd");
    key.textContent = element.dataset.key.toUpperCase();
    head.append(key);
    const words = element.id && document.querySelector(`label[for="${element.id}"]`);
    const name = element.dataset.keyLabel || (words || element).textContent;
    row.append(head);
    row.insertCell().textContent = name.trim().replace(new RegExp(`\\s*${element.dataset.key}$`, "i"), "");
  });
  dialog.showModal();
  return true;
}

function goBack() {
  const link = document.querySelector("a[data-back]");
  if (link) link.click();
  return Boolean(link);
}

// What each key does in the list; a function answers true when it used the key.
const listKeys = {
  ArrowDown: (list) => rows.step(list, 1),
  ArrowUp: (list) => rows.step(list, -1),
  j: (list) => rows.step(list, 1),
  k: (list) => rows.step(list, -1),
  " ": (list) => rows.chosen(list) && rows.tick(rows.chosen(list)),
  Enter: (list) => rows.chosen(list) && rows.open(rows.chosen(list)),
};

function handleInList(event) {
  const onControl = event.target.closest("a, button, summary, input, [role=button]");
  if (onControl && (event.key === " " || event.key === "Enter")) return false;
  const list = currentList(event.target);
  const handle = listKeys[event.key];
  if (!list || !handle) return false;
  handle(list);
  return true;
}

function handlePlain(event) {
  const letters = document.body.dataset.letters !== "off";
  if (event.key.length === 1 && event.key !== " " && !letters) return false;
  if (event.key.length === 1 && event.key !== " " && press(event.key.toLowerCase())) return true;
  if (event.key === "/") return focusField("[data-find]") || focusField("[data-search]");
  if (event.key === "?") return openKeys();
  if (event.key === "Escape") return goBack();
  return handleInList(event);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  let used = false;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") used = focusField("[data-search]");
  else if (event.ctrlKey || event.metaKey || document.querySelector("dialog[open]:not(.is-inline)")) return;
  else if (tracker.isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  } else used = handlePlain(event);
  if (used) event.preventDefault();
});
