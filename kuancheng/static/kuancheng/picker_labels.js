// Pickers that search as one types stand in front of a labelled select: they get its label too.
"use strict";
{
  const name = (select) => {
    const label = select.labels && select.labels[0];
    const picker = select.nextElementSibling;
    if (!label || !picker || !picker.matches(".select2")) return;
    label.id = label.id || `label-${select.id}`;
    for (const part of picker.querySelectorAll("[role=combobox], [role=textbox]")) {
      part.setAttribute("aria-labelledby", part.id ? label.id : `${label.id} select2-${select.id}-container`);
    }
  };
  const all = () => document.querySelectorAll("select.select2-hidden-accessible").forEach(name);
  // After the admin's own, which makes the pickers in the same queue.
  if (window.django && django.jQuery) django.jQuery(all);
  document.addEventListener("formset:added", () => setTimeout(all));
}
