// The list works without this file; with it, addresses stay short, the panel says how many of its
// filters are on, and an error or an ended session shows its own page.
"use strict";
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  const parameters = event.detail.parameters;
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name).filter((value) => value !== "");
    parameters.delete(name);
    values.forEach((value) => parameters.append(name, value));
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  const asked = new URL(event.detail.pathInfo.finalRequestPath, location.href);
  if (answer.status < 400 && new URL(answer.responseURL).pathname === asked.pathname) return;
  event.detail.shouldSwap = false;
  if (event.detail.requestConfig.verb === "get") location.assign(asked);
  else location.reload();
});

document.addEventListener("change", (event) => {
  const panel = event.target.closest("#filters .panel");
  if (!panel) return;
  const on = [...new FormData(panel.closest("form"))].filter(([name, value]) => {
    const field = panel.querySelector(`:not([type=hidden])[name="${name}"]`);
    return value && field && name !== "ordering";
  });
  const names = new Set(on.map(([name]) => name));
  panel.querySelector("b").textContent = names.size ? `（${names.size}）` : "";
});
