// Menus work without this file; with it, one is open at a time, and Esc or a click elsewhere closes it.
"use strict";
{
  const menus = () => document.querySelectorAll("details.menu[open], details.pick[open], details.term[open]");

  document.addEventListener("click", (event) => {
    menus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    });
  });
}
