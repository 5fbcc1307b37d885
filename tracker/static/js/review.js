// The review page: choosing on either side scrolls the other; J K 1–3 Enter settle the questions.
"use strict";

const review = {
  busy: false,
  waiting: false,

  source: () => document.querySelector("[data-source]"),

  /** Elements of `root` that stand for the row with this id. */
  of(root, id) {
    return Array.from(root.querySelectorAll("[data-of]")).filter((element) => element.dataset.of.split(" ").includes(id));
  },

  /** Bring the middle of an element into its pane, moving nothing else. */
  bring(element, pane) {
    const box = element.getBoundingClientRect();
    const room = pane.getBoundingClientRect();
    if (box.top >= room.top + 40 && box.bottom <= room.bottom) return;
    pane.scrollBy(0, box.top - room.top - (room.height - Math.min(box.height, room.height)) / 2);
  },

  /** Frame a row's words in the document; with a field (task lead partner limit) the words of that field alone. */
  mark(id, field) {
    const source = review.source();
    source.querySelectorAll(".is-here").forEach((element) => element.classList.remove("is-here"));
    let found = id ? review.of(source, id) : [];
    const own = found.filter((element) => (element.dataset.kinds || "").split(" ").includes(field));
    if (own.length) found = own;
    found.forEach((element) => element.classList.add("is-here"));
    if (found.length) review.bring(found[0], source);
  },

  questions() {
    return Array.from(document.querySelectorAll("[data-question]")).filter((one) => one.offsetParent !== null);
  },

  current() {
    return document.querySelector("[data-question].is-current");
  },

  /** Make a question the current one, and show its place in the document. */
  turnTo(question) {
    document.querySelectorAll("[data-question]").forEach((other) => {
      other.classList.toggle("is-current", other === question);
      other.querySelector("[data-take]").classList.toggle("btn-primary", other === question);
    });
    review.bring(question, question.closest(".pane"));
    review.mark(question.dataset.of);
  },

  step(by) {
    const all = review.questions();
    const at = all.indexOf(review.current());
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    if (next) review.turnTo(next);
  },

  /** The box of 另填 is open while 另填 is chosen. */
  showOwn(question) {
    const box = question.querySelector("[data-own]");
    const own = question.querySelector("input[value=own]").checked;
    if (box) box.hidden = !own;
    if (own) question.querySelector("[name=own]").focus();
  },

  /** Of a name's two boxes only the one that belongs to what it is taken for. */
  showNames(root) {
    root.querySelectorAll("[data-as-select]").forEach((select) => {
      const line = select.closest("tr");
      line.dataset.as = select.value;
      const kind = line.querySelector(".for-kind select");
      const wanted = select.value === "group" ? "1" : "0";
      Array.from(kind.options).forEach((option) => {
        option.hidden = option.dataset.group !== wanted;
        option.disabled = option.hidden;
      });
      if (kind.selectedOptions[0].disabled) kind.value = Array.from(kind.options).find((option) => !option.disabled).value;
    });
  },

  /** What is settled is no longer amber in the document. */
  settle() {
    const open = new Set(document.getElementById("work").dataset.openDoubts.split(" "));
    document.querySelectorAll("[data-doubt-id]").forEach((mark) => {
      mark.classList.toggle("is-doubt", open.has(mark.dataset.doubtId));
    });
  },

  /** Press 采用; while the last answer is on its way, as soon as it has come. */
  take() {
    review.waiting = review.busy;
    if (!review.busy && review.current()) review.current().querySelector("[data-take]").click();
  },

  prepare() {
    document.querySelectorAll("[data-question] [data-own]").forEach((box) => {
      box.hidden = !box.closest("[data-question]").querySelector("input[value=own]").checked;
    });
    review.showNames(document);
    review.settle();
    const question = review.current();
    if (question) review.mark(question.dataset.of);
  },
};

document.addEventListener("DOMContentLoaded", () => {
  review.prepare();
});
document.addEventListener("htmx:beforeRequest", () => {
  review.busy = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.failed && !event.detail.xhr.status) review.busy = false;
});
document.addEventListener("htmx:afterSettle", (event) => {
  review.busy = false;
  if (event.detail.target.id === "work" || event.detail.elt.id === "work") review.prepare();
  if (!review.waiting) return;
  review.waiting = false;
  setTimeout(review.take); // one answer settles in several places, and tells of each: the next begins after the last of them
});

document.addEventListener("change", (event) => {
  const question = event.target.closest("[data-question]");
  if (question && event.target.name === "choice") review.showOwn(question);
  if (event.target.matches("[data-as-select]")) review.showNames(event.target.closest("tr"));
});

document.addEventListener("click", (event) => {
  const question = event.target.closest("[data-question]");
  if (question && !question.classList.contains("is-current")) review.turnTo(question);
  const name = event.target.closest("[data-names] tr[data-of]");
  if (name) review.mark(name.dataset.of);
  const place = event.target.closest("[data-show]");
  if (place) review.mark(place.dataset.show);
  const mark = event.target.closest("[data-source] [data-of]");
  if (!mark) return;
  words.turnToField(mark);
});

document.addEventListener("tracker:chosen", (event) => review.mark(event.target.dataset.of));

// A click on a row's text chooses the row; it is opened by a double click or Enter.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("[data-lines] a[data-open]");
    if (!link || !event.isTrusted || event.detail === 0) return;
    event.preventDefault();
    event.stopPropagation();
    rows.choose(link.closest("[data-row]"), true);
    words.showField(link.closest("[data-field]"));
  },
  true
);
document.addEventListener("dblclick", (event) => {
  const link = event.target.closest("[data-lines] a[data-open]");
  if (link) rows.open(link.closest("[data-row]"));
});

const questionKeys = {
  j: () => review.step(1),
  k: () => review.step(-1),
  Enter: () => review.take(),
};

// Before the keys of lists (keys.js): while a question is open and the rows do not have the focus, the keys are its own.
document.addEventListener(
  "keydown",
  (event) => {
    const question = review.current();
    if (!question || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]") || event.target.closest("[data-lines], [data-names], details form, summary")) return;
    if (tracker.isTyping(event.target)) return;
    if (event.key === "Enter" && event.target.closest("a, button")) return;
    if (event.key.length === 1 && document.body.dataset.letters === "off") return;
    if (/^[1-9]$/.test(event.key)) {
      const way = question.querySelectorAll("input[name=choice]")[Number(event.key) - 1];
      if (way) way.click();
    } else if (questionKeys[event.key]) questionKeys[event.key]();
    else return;
    event.preventDefault();
  },
  true
);
