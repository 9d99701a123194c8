// Keys for who reviews many reports: choose, and go on to the next. Nothing is sent before the
// button is pressed. They sleep while somebody types, and may be switched off.
"use strict";
{
  const form = document.getElementById("review-form");
  const help = document.querySelector(".review-keys");
  const wanted = document.getElementById("review-keys");
  const reports = form ? [...form.querySelectorAll(".review-report")] : [];
  let last = -1;

  const remembered = () => { try { return localStorage.getItem("review-keys"); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem("review-keys", value); } catch { /* not kept */ } };

  const at = () => {
    const place = reports.indexOf(document.activeElement.closest(".review-report"));
    return place < 0 ? last : place;
  };
  const go = (place) => {
    if (place >= reports.length) return document.getElementById("review-submit").focus();
    last = Math.max(place, 0);
    reports[last].focus();
    reports[last].scrollIntoView({ block: "nearest" });
  };
  const choose = (place, value) => { reports[place].querySelector(`input[value=${value}]`).checked = true; };

  const steps = {
    KeyT() { const place = Math.max(at(), 0); choose(place, "approve"); go(place + 1); },
    KeyH() {
      last = Math.max(at(), 0);
      choose(last, "return");
      reports[last].querySelector(".review-note input").focus();
    },
    KeyX() { go(at() + 1); },
    KeyS() { go(at() - 1); },
    KeyC() {
      const undo = document.querySelector(".undo:not([hidden]) button[value=all], .undo:not([hidden]) button");
      if (undo) undo.click();
    },
  };

  const typing = (element) => element.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Enter" && event.target.closest(".review-note")) {
      // Enter would send the whole form with what is chosen so far.
      event.preventDefault();
      return go(at() + 1);
    }
    if (event.key === "Escape" && event.target.closest(".review-note")) return go(at());
    if ((wanted && !wanted.checked) || typing(event.target) || !(event.code in steps)) return;
    if (!reports.length && event.code !== "KeyC") return;
    event.preventDefault();
    steps[event.code]();
  });

  if (help) {
    help.hidden = false;
    wanted.checked = remembered() !== "off";
    wanted.addEventListener("change", () => remember(wanted.checked ? "on" : "off"));
  }
  const refused = form && form.querySelector(".review-choice .errornote");
  if (refused) refused.closest(".review-choice").querySelector(".review-note input").focus();
}
