// The verifier's page: R opens the line of reasons, Enter sends it; the chosen line of the queue is in sight.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const line = document.getElementById("return");
  if (line) line.hidden = true; // without script it is always there
  const chosen = document.querySelector(".queue [aria-current=true]");
  if (chosen) chosen.scrollIntoView({ block: "center" });
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-return]")) return;
  const line = document.getElementById("return");
  line.hidden = !line.hidden;
  const first = line.querySelector("input[type=radio]");
  if (!line.hidden && first) first.focus();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("#return input[type=radio]")) document.querySelector("#return [name=reason]").focus();
});
