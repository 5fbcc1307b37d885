// Small things every page shares.
"use strict";

const tracker = {
  /** Say a sentence to those who hear the page. */
  say(sentence) {
    document.getElementById("live").textContent = sentence;
  },

  /** True while the keys belong to a text. */
  isTyping(target) {
    return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
  },

  /** Send one preference; the page has changed already. */
  remember(url, name, value) {
    if (!url) return;
    const body = new FormData();
    body.append(name, value);
    const token = document.querySelector("input[name=csrf_token]");
    if (token) body.append("csrf_token", token.value);
    fetch(url, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => undefined);
  },
};

/** The first wrong field takes the focus, on a new page and after a refused form. */
function focusFirstError(root) {
  const wrong = root.querySelector("[aria-invalid=true]");
  if (wrong) wrong.focus();
}

document.addEventListener("DOMContentLoaded", () => focusFirstError(document));
document.addEventListener("htmx:afterSwap", (event) => focusFirstError(event.detail.target));

// The foot of the paper: who printed, when (print.css puts it in a margin box).
document.addEventListener("DOMContentLoaded", () => {
  const printed = document.querySelector("meta[name=printed-by]");
  if (printed) document.documentElement.style.setProperty("--printed-by", JSON.stringify(printed.content));
});
