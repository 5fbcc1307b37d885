// Keeps --bars at the true height of what sticks at the top, so that the heads of lists stick right below it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const bars = document.querySelector("[data-bars]");
  const measure = () => {
    const sticks = getComputedStyle(bars).position === "sticky";
    document.documentElement.style.setProperty("--bars", `${sticks ? bars.offsetHeight : 0}px`);
  };
  new ResizeObserver(measure).observe(bars);
  window.addEventListener("resize", measure);
  measure();
});
