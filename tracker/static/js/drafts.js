// Rows that save themselves: 1 s after the last key and on leaving the cell. Without signal the row is kept in this browser and
// sent again by itself. A holder ([data-draft]) is a row or a page; its controls belong to the form draft-<id>.
"use strict";

const drafts = {
  pause: 1000, // ms after the last key
  retry: 10000, // ms between tries without signal
  waiting: new Map(), // holder -> timer
  running: new Map(), // holder -> promise
  line: Promise.resolve(), // the last save of the page

  form: (holder) => document.getElementById(`draft-${holder.dataset.item}`),
  key: (holder) => `tracker:draft:${holder.dataset.owner}:${holder.dataset.item}`,

  holderOf(control) {
    const form = control.form;
    const found = form && /^draft-(\d+)$/.exec(form.id);
    return found ? document.querySelector(`[data-draft][data-item="${found[1]}"]`) : null;
  },

  values(holder) {
    const values = {};
    new FormData(drafts.form(holder)).forEach((value, name) => {
      if (name !== "csrf_token") values[name] = value;
    });
    return values;
  },

  later(holder) {
    clearTimeout(drafts.waiting.get(holder));
    drafts.waiting.set(holder, setTimeout(() => drafts.save(holder), drafts.pause));
  },

  /** Save now. Saves of a page go one after another, so that the last answer's counts are the newest. */
  save(holder, extra = {}) {
    clearTimeout(drafts.waiting.get(holder));
    drafts.waiting.delete(holder);
    const next = drafts.line.then(() => drafts.send(holder, extra));
    drafts.line = next.catch(() => undefined);
    drafts.running.set(holder, next);
    return next.finally(() => {
      if (drafts.running.get(holder) === next) drafts.running.delete(holder);
    });
  },

  async send(holder, extra) {
    const body = new FormData(drafts.form(holder));
    Object.entries(extra).forEach(([name, value]) => body.set(name, value));
    let answer;
    try {
      answer = await fetch(holder.dataset.draft, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    } catch (error) {
      return drafts.keep(holder, extra);
    }
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (!isJson) return drafts.keep(holder, extra, answer.redirected || answer.status === 400);
    const said = await answer.json();
    drafts.forget(holder);
    if (answer.ok) drafts.done(holder, said);
    else if (said.theirs) drafts.conflict(holder, said);
    else drafts.refused(holder, said);
    return answer.ok;
  },

  done(holder, said) {
    const form = drafts.form(holder);
    form.elements.seen_version.value = said.version;
    if (form.elements.percent && form.elements.percent.value === "" && said.percent !== null) form.elements.percent.value = said.percent;
    if (form.elements.self_state.value === "") form.elements.self_state.value = said.self_state;
    drafts.note(holder, "");
    holder.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
    drafts.saved(holder, "", words.say("isSaved", { at: said.saved }));
    const isEmpty = !said.written;
    document.querySelectorAll(`[data-item="${holder.dataset.item}"] [data-no-news]`).forEach((button) => {
      button.hidden = !isEmpty;
    });
    const status = holder.querySelector("[data-status]");
    if (status) {
      status.innerHTML = said.status;
      status.append(words.element("span", "saved", words.say("isSaved", { at: said.saved })));
    }
    drafts.advise(holder, said.advice);
    const tally = document.getElementById("tally");
    if (tally) {
      tally.innerHTML = said.foot;
      drafts.countTheRest(tally.querySelector("[data-missing]").dataset.missing);
    }
    holder.classList.remove("is-local");
    drafts.offline();
  },

  /** What to look at again in this row, and in how many rows of the page there is something. */
  advise(holder, advice) {
    const place = holder.querySelector("[data-advice]");
    if (!place) return;
    const before = place.childElementCount > 0;
    place.innerHTML = advice;
    const count = document.querySelector("[data-advised]");
    if (!count) return;
    const number = count.querySelector("span");
    number.textContent = Number(number.textContent) + (place.childElementCount > 0) - before;
    count.hidden = number.textContent === "0";
  },

  /* 其余 n 项均无新进展: n is what is missing now, and without any the button goes. */
  countTheRest(missing) {
    const count = document.querySelector("[data-missing-count]");
    if (!count) return;
    count.textContent = missing;
    count.closest("form").hidden = missing === "0";
  },

  saved(holder, kind, sentence) {
    const place = document.querySelector("[data-saved]");
    if (!place) return;
    place.className = `saved ${kind}`;
    place.textContent = sentence;
  },

  note(holder, sentence, kind = "amber") {
    const place = holder.querySelector("[data-note]");
    place.textContent = "";
    if (!sentence) return place;
    const box = document.createElement("div");
    box.className = `message message-${kind}`;
    box.setAttribute("role", kind === "red" ? "alert" : "status");
    const said = document.createElement("div");
    said.textContent = sentence;
    box.append(said);
    place.append(box);
    return said;
  },

  /** No signal, or the login ended: the row stays in this browser until it could be sent. */
  keep(holder, extra, mustSignIn) {
    const now = new Date();
    const at = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
    try {
      localStorage.setItem(drafts.key(holder), JSON.stringify({ ...drafts.values(holder), ...extra }));
    } catch (error) {
      drafts.note(holder, words.say("noRoomHere"), "red");
      return false;
    }
    const sentence = words.say(mustSignIn ? "loginEnded" : "noSignal");
    holder.classList.add("is-local");
    const status = holder.querySelector("[data-status]");
    if (status) status.replaceChildren(words.element("span", "saved is-local", sentence));
    drafts.saved(holder, "is-local", `${sentence} ${at}`);
    drafts.offline();
    clearTimeout(drafts.timer);
    if (!mustSignIn) drafts.timer = setTimeout(drafts.again, drafts.retry);
    return false;
  },

  forget: (holder) => localStorage.removeItem(drafts.key(holder)),

  kept: () => Array.from(document.querySelectorAll("[data-draft]")).filter((holder) => localStorage.getItem(drafts.key(holder))),

  again() {
    drafts.kept().forEach((holder) => drafts.save(holder, drafts.extra(holder)));
  },

  extra(holder) {
    const kept = JSON.parse(localStorage.getItem(drafts.key(holder)));
    return kept.no_news ? { no_news: kept.no_news } : {};
  },

  offline() {
    const place = document.getElementById("offline");
    if (!place) return;
    const n = document.querySelectorAll("[data-draft].is-local").length;
    place.textContent = "";
    if (!n) return;
    const said = document.createElement("div");
    said.append(words.element("b", "", words.say("keptHere")), words.say("howKept", { n }));
    const box = words.element("div", "message message-amber", "");
    box.setAttribute("role", "status");
    box.append(said);
    place.append(box);
  },

  refused(holder, said) {
    const control = said.field && drafts.form(holder).elements[said.field];
    if (control && control.setAttribute) control.setAttribute("aria-invalid", "true");
    drafts.note(holder, said.message, "red");
    drafts.saved(holder, "is-local", words.say("oneRefused"));
  },

  /** Two people on a row: 看对方的, 用我的, 两段合并. */
  conflict(holder, said) {
    const place = drafts.note(holder, said.message);
    if (!said.open) return;
    const form = drafts.form(holder);
    const progress = form.elements.progress;
    const take = (text) => {
      progress.value = text;
      form.elements.seen_version.value = said.version;
      return drafts.save(holder);
    };
    const offer = (name, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn-link-plain";
      button.textContent = words.say(name);
      button.addEventListener("click", act);
      place.append("　", button);
    };
    offer("seeTheirs", () => {
      if (place.querySelector("[data-theirs]")) return;
      const theirs = document.createElement("p");
      theirs.dataset.theirs = "";
      theirs.textContent = words.say("theirs", { text: said.theirs.progress || words.say("nothing") });
      place.append(theirs);
      offer("takeTheirs", () => {
        form.elements.problems.value = said.theirs.problems;
        form.elements.next_steps.value = said.theirs.next_steps;
        take(said.theirs.progress);
      });
    });
    offer("useMine", () => take(progress.value));
    offer("joinBoth", () => take([said.theirs.progress, progress.value].filter(Boolean).join("\n")));
  },

  /** After a new start of the page: what was kept is put back and sent. */
  restore() {
    drafts.kept().forEach((holder) => {
      const kept = JSON.parse(localStorage.getItem(drafts.key(holder)));
      Object.entries(kept).forEach(([name, value]) => {
        const control = drafts.form(holder).elements[name];
        if (control && control.tagName !== "BUTTON" && control.type !== "checkbox") control.value = value;
        if (control && control.type === "checkbox") control.checked = control.value === value;
      });
      drafts.save(holder, drafts.extra(holder));
    });
  },

  /** Everything typed is with the server: true; something could not be sent: false. */
  async settle() {
    Array.from(drafts.waiting.keys()).forEach((holder) => drafts.save(holder));
    await Promise.all(Array.from(drafts.running.values()));
    return !document.querySelector("[data-draft].is-local, [data-note] .message");
  },
};

document.addEventListener("input", (event) => {
  const holder = drafts.holderOf(event.target);
  if (holder && event.target.name) drafts.later(holder);
});

document.addEventListener("change", (event) => {
  const holder = drafts.holderOf(event.target);
  if (holder && event.target.name) drafts.save(holder);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-no-news]");
  const holder = button && drafts.holderOf(button);
  if (holder) {
    event.preventDefault();
    drafts.save(holder, { no_news: "1" });
  }
  const carry = event.target.closest("[data-carry]");
  if (!carry) return;
  const owner = carry.closest("[data-draft]");
  const progress = drafts.form(owner).elements.progress;
  progress.value = progress.dataset.last;
  progress.focus();
  drafts.save(owner);
});

// A step with the whole page waits until what was typed is saved.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-after-save]");
  if (!form || form.dataset.isSettled) return;
  event.preventDefault();
  drafts.settle().then((isAll) => {
    if (!isAll) {
      drafts.saved(null, "is-local", words.say("unsaved"));
      return;
    }
    form.dataset.isSettled = "1";
    setTimeout(() => {
      form.requestSubmit(); // a form cannot be sent again while its first submit event is being told
      delete form.dataset.isSettled;
    });
  });
});

window.addEventListener("online", drafts.again);
document.addEventListener("DOMContentLoaded", drafts.restore);
window.addEventListener("pagehide", () => {
  Array.from(drafts.waiting.keys()).forEach((holder) => {
    clearTimeout(drafts.waiting.get(holder));
    fetch(holder.dataset.draft, { method: "POST", body: new FormData(drafts.form(holder)), keepalive: true, headers: { "X-Requested-With": "fetch" } }).catch(() => undefined);
  });
});
