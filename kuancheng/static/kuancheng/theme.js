// Light, dark, or as the computer has it; remembered in this browser. Runs before the page is drawn.
"use strict";
{
  const sheet = document.getElementById("dark");
  const media = {auto: sheet.media, dark: "screen", light: "not all"};

  const chosen = () => {
    try {
      const kept = localStorage.getItem("theme");
      return kept in media ? kept : "auto";
    } catch {
      return "auto";
    }
  };

  const apply = (theme) => {
    sheet.media = media[theme];
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    });
  };

  apply(chosen());
  document.addEventListener("DOMContentLoaded", () => {
    apply(chosen());
    document.querySelectorAll(".theme").forEach((each) => { each.hidden = false; });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem("theme", button.dataset.themeChoice);
    } catch {
      // Kept for this page only.
    }
    apply(button.dataset.themeChoice);
  });
}
