// Shows the figures of the project and month picked, and takes over last month's texts where
// nothing is typed yet. Without this script the same button asks the server.
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

  const copy = document.getElementById("copy-texts");
  if (!copy) return;
  copy.addEventListener("click", (event) => {
    event.preventDefault();
    const found = [...panel.querySelectorAll("[data-copy]")];
    let taken = 0;
    for (const text of found) {
      const field = document.getElementById(`id_${text.dataset.copy}`);
      if (field.value.trim()) continue;
      field.value = text.dataset.text;
      taken += 1;
    }
    const kept = found.length - taken;
    document.getElementById("copy-told").textContent = found.length
      ? `已带入 ${taken} 项，请改成本月情况。${kept ? `${kept} 项已有内容，没有改动。` : ""}`
      : "没有上月文字可带入。";
  });
});
