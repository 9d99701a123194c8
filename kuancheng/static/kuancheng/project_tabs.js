// The parts of a long form as tabs; without this file they stand one below the other, and the same
// links lead to them. A part with an error is opened, else the one that the address points into.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("#project-tabs ul");
  if (!list) return;
  const tabs = [...list.querySelectorAll("a")];
  const panels = tabs.map((tab) => document.querySelector(tab.getAttribute("href")));

  const open = (place) => tabs.forEach((tab, each) => {
    tab.setAttribute("aria-selected", each === place);
    tab.tabIndex = each === place ? 0 : -1;
    panels[each].hidden = each !== place;
  });
  const choose = (place) => {
    open(place);
    history.replaceState(null, "", tabs[place].getAttribute("href"));
  };
  const pointedAt = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    return target ? panels.findIndex((panel) => panel.contains(target)) : -1;
  };

  list.setAttribute("role", "tablist");
  tabs.forEach((tab, place) => {
    tab.parentElement.setAttribute("role", "presentation");
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panels[place].id);
    panels[place].setAttribute("role", "tabpanel");
    tab.addEventListener("click", (event) => { event.preventDefault(); choose(place); });
  });
  list.addEventListener("keydown", (event) => {
    const now = tabs.indexOf(document.activeElement);
    const last = tabs.length - 1;
    const moves = { ArrowRight: now === last ? 0 : now + 1, ArrowLeft: now ? now - 1 : last, Home: 0, End: last };
    if (now < 0 || !(event.key in moves)) return;
    event.preventDefault();
    choose(moves[event.key]);
    tabs[moves[event.key]].focus();
  });
  window.addEventListener("hashchange", () => {
    const place = pointedAt();
    if (place < 0) return;
    open(place);
    document.getElementById(location.hash.slice(1)).scrollIntoView();
  });

  document.body.classList.add("with-tabs");
  const wrong = tabs.findIndex((tab) => tab.classList.contains("wrong"));
  open(Math.max(wrong < 0 ? pointedAt() : wrong, 0));
  if (wrong < 0) return;
  // An address that points elsewhere would take the cursor away again.
  history.replaceState(null, "", location.pathname + location.search);
  const field = panels[wrong].querySelector("[aria-invalid=true]");
  if (field) field.focus();
});
