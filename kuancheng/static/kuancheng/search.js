// The search box works without this file; with it, “/” leads there and what is found is listed
// under it as one types: arrows choose, Enter opens, Esc closes.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.find");
  if (!form) return;
  const input = form.elements.q;
  const list = document.createElement("div");
  const said = document.createElement("p");
  Object.assign(list, { id: "find-list", className: "find-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "搜索结果");
  said.className = "find-said";
  said.setAttribute("role", "status");
  form.append(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    input.setAttribute(name, value);
  }

  let waiting = 0;
  let asking = null;
  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (option) => {
    options().forEach((each) => { each.setAttribute("aria-selected", String(each === option)); });
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    clearTimeout(waiting);
    if (asking) asking.abort();
    list.hidden = true;
    said.textContent = "";
    input.setAttribute("aria-expanded", "false");
    choose(null);
  };

  const open = (fragment) => {
    list.innerHTML = fragment;
    options().forEach((option, place) => { option.id = `find-option-${place}`; });
    choose(null);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    const none = list.querySelector(".find-none");
    said.textContent = none ? none.textContent : `列出 ${options().length} 条，用上下箭头选择`;
  };

  const ask = async () => {
    const words = input.value.trim();
    if (!words) return close();
    if (asking) asking.abort();
    asking = new AbortController();
    const address = `${form.action}?${new URLSearchParams({ q: words, box: "true" })}`;
    try {
      const answer = await fetch(address, { credentials: "same-origin", signal: asking.signal });
      const fragment = await answer.text();
      // A session that has ended answers with the login page: Enter leads there in the open.
      if (answer.redirected || answer.status >= 500 || answer.status === 403) return close();
      if (document.activeElement === input) open(fragment);
    } catch {
      // Overtaken by the next letter, or the line is down: Enter asks in the open.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    if (!input.value.trim()) return close();
    waiting = setTimeout(ask, 200);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && list.hidden) {
      if (input.value.trim()) ask();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const found = options();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const start = step > 0 ? -1 : found.length;
      const now = chosen() ? found.indexOf(chosen()) : start;
      choose(found[now + step] || null);
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable], [role=textbox]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const own = document.getElementById("search-words");
    const box = input.offsetParent ? input : own;
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  form.addEventListener("submit", () => { clearTimeout(waiting); });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  // The list keeps the cursor in the box: a press on an option must not take it away first.
  list.addEventListener("mousedown", (event) => { event.preventDefault(); });
});
