/* 全选本页 shows itself in the boxes of the rows. Without this script it counts all the same. */
"use strict";
{
  const bar = document.getElementById("bulk");
  const every = bar && bar.elements.namedItem("every");
  const boxes = document.querySelectorAll('input[name="matter"][form="bulk"]');
  if (every) {
    every.addEventListener("change", () => {
      for (const box of boxes) box.checked = every.checked;
    });
    for (const box of boxes) {
      box.addEventListener("change", () => {
        every.checked = Array.from(boxes).every((each) => each.checked);
      });
    }
  }
}
