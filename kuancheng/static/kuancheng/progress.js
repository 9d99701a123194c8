// The list works without this file; with it, addresses stay short and open menus close.
document.addEventListener("htmx:configRequest", (event) => {
  const parameters = event.detail.parameters;
  for (const name of [...parameters.keys()]) {
    const values = parameters.getAll(name).filter((value) => value !== "");
    parameters.delete(name);
    values.forEach((value) => parameters.append(name, value));
  }
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.pick[open]").forEach((pick) => {
    if (!pick.contains(event.target)) pick.open = false;
  });
});
