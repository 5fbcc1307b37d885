// The sentences that scripts say: they stand in the page (#words, progress/_words.html), so that they can be translated.
"use strict";

const words = {
  /** The sentence called `name`, with {place} filled from `values`. */
  say(name, values = {}) {
    const sentence = document.getElementById("words").dataset[name];
    return sentence.replace(/\{(\w+)\}/g, (whole, place) => (place in values ? values[place] : whole));
  },

  /** An element of a class with a sentence in it. */
  element(tag, className, text) {
    return Object.assign(document.createElement(tag), { className, textContent: text });
  },
};
