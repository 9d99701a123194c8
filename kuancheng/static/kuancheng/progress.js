// The list works without this file; with it, addresses stay short, menus say how many
// of their boxes are ticked, and an error or an ended session shows its own page.
document.addEventListener("htmx:configRequest", (event) => {
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
  if (answer.status >= 400 || new URL(answer.responseURL).pathname !== asked.pathname) {
    event.detail.shouldSwap = false;
    location.assign(asked);
  }
});

document.addEventListener("change", (event) => {
  const pick = event.target.closest("details.pick");
  if (!pick) return;
  const number = pick.querySelectorAll("input:checked").length;
  pick.querySelector("b").textContent = number ? `（${number}）` : "";
});
