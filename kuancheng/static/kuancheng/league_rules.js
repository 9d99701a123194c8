// The sum of the weights follows what is typed, and a ladder shows its steps. Without this file both are there after 试算 or 保存.
"use strict";
{
  const sum = document.getElementById("weights-sum");
  const full = document.getElementById("id_full_marks");
  const weights = document.querySelectorAll("input[data-weight]");
  const hundredths = (input) => Math.round((Number(input.value) || 0) * 100);

  const add = () => {
    const total = Array.from(weights).reduce((found, each) => found + hundredths(each), 0);
    sum.textContent = String(total / 100);
    document.getElementById("full-marks").textContent = full.value || "—";
    sum.closest(".league-sum").classList.toggle("wrong", total !== hundredths(full));
    for (const each of weights) each.closest("fieldset").classList.toggle("used", each.value.trim() !== "");
  };

  for (const each of [full, ...weights]) each.addEventListener("input", add);
  add();

  for (const kind of document.querySelectorAll(".league-measure select[name$='_kind']")) {
    kind.addEventListener("change", () => {
      if (kind.value !== "proportion") kind.closest("fieldset").querySelector("details").open = true;
    });
  }
}
