// Shows the figures of the project and month picked, without touching what is typed.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector("#figures[data-url]");
  if (!panel) return;
  const project = document.getElementById("id_project");
  const month = document.getElementById("id_month");
  const show = async () => {
    const asked = new URLSearchParams({ project: project ? project.value : panel.dataset.project, month: month.value });
    const answer = await fetch(`${panel.dataset.url}?${asked}`, { credentials: "same-origin" });
    if (answer.ok) panel.innerHTML = await answer.text();
  };
  month.addEventListener("change", show);
  if (project) django.jQuery(project).on("change", show);
});
