// Counts down the seconds in which a decision may be taken back. The server decides; without this
// file the button stays, and is refused in words when it is too late.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const offer of document.querySelectorAll("[data-undo-seconds]")) {
    const ends = Date.now() + Number(offer.dataset.undoSeconds) * 1000;
    const count = () => {
      const left = Math.max(Math.ceil((ends - Date.now()) / 1000), 0);
      offer.querySelector(".undo-left b").textContent = left;
      if (left) setTimeout(count, 250);
      else offer.hidden = true;
    };
    count();
  }
});
