/* The month's bulletin edited in place. A paragraph's text stands in a textarea as ⟦key⟧ tokens;
   here it is shown with its figures as locked chips, which are moved, removed and put in again,
   never typed over. Each paragraph is sent alone, so that what is typed in another one stays.
   Without this script the textarea is edited and the buttons send the page. */
"use strict";
{
  const TOKEN = /⟦([^⟦⟧]+)⟧/;
  const GAP = "\u200b"; // where the caret stands between two chips
  const legend = new Map(
    [...document.querySelectorAll("#figures [data-figure]")].map((row) => [row.dataset.figure, row.dataset]),
  );
  const tools = document.getElementById("figure-tools");
  const note = document.getElementById("figure-note");
  const drag = { chip: null };
  let caret = null; // the last place in an editor where something can be put in
  let shown = null; // the chip whose note is open

  // Text to chips, and back

  const chipOf = (key) => {
    const figure = legend.get(key);
    const chip = document.createElement("span");
    chip.className = `figure-chip${figure && figure.printed ? "" : " figure-lost"}`;
    chip.dataset.key = key;
    chip.textContent = figure && figure.printed ? figure.printed : key;
    return chip;
  };
  const lock = (chip) => {
    chip.contentEditable = "false";
    chip.draggable = true;
    chip.tabIndex = 0;
    chip.removeAttribute("title");
    return chip;
  };
  const words = (node) => node && node.nodeType === Node.TEXT_NODE && node.data;
  const pad = (chip) => {
    if (!words(chip.previousSibling)) chip.before(GAP);
    if (!words(chip.nextSibling)) chip.after(GAP);
  };
  const partsOf = (text) => {
    const parts = document.createDocumentFragment();
    text.replaceAll("\r", "").split(TOKEN).forEach((part, place) => {
      if (part) parts.append(place % 2 ? lock(chipOf(part)) : part);
    });
    for (const chip of [...parts.children]) pad(chip);
    return parts;
  };
  const textOf = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replaceAll(GAP, "").replaceAll("\u00a0", " ");
    if (node.nodeType === Node.ELEMENT_NODE && node.dataset.key) return `⟦${node.dataset.key}⟧`;
    if (node.nodeName === "BR") return "\n";
    return [...node.childNodes].map(textOf).join("");
  };

  // A paragraph

  const editorOf = (node) => (node instanceof Element ? node : node && node.parentElement)?.closest("[data-editor][contenteditable]");
  const sourceOf = (editor) => editor.closest(".paragraph").querySelector("textarea[name=text]");
  const written = (editor) => {
    const source = sourceOf(editor);
    source.value = textOf(editor).trim();
    const changed = source.value !== source.dataset.saved;
    editor.closest(".paragraph").classList.toggle("unsaved", changed);
  };
  const unsaved = () => document.querySelector(".paragraph.unsaved");

  const begin = (paragraph) => {
    const editor = paragraph.querySelector("[data-editor]");
    const source = paragraph.querySelector("textarea[name=text]");
    if (!editor || !source) return;
    paragraph.classList.add("in-place");
    editor.replaceChildren(partsOf(source.value));
    editor.contentEditable = "true";
    editor.spellcheck = false;
    editor.setAttribute("role", "textbox");
    editor.setAttribute("aria-multiline", "false");
    editor.setAttribute("aria-label", editor.dataset.editor);
    paragraph.classList.toggle("unsaved", source.value !== source.dataset.saved);
  };

  const put = (range, ...nodes) => {
    range.deleteContents();
    const parts = document.createDocumentFragment();
    parts.append(...nodes);
    const last = parts.lastChild;
    range.insertNode(parts);
    if (last) range.setStartAfter(last);
    range.collapse(true);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const selected = () => {
    const selection = getSelection();
    return selection.rangeCount && editorOf(selection.anchorNode) ? selection.getRangeAt(0) : null;
  };
  const endOf = (editor) => {
    const range = document.createRange();
    range.selectNodeContents(editor);
    range.collapse(false);
    return range;
  };

  // The note of a chip

  const hide = () => { if (note) note.hidden = true; shown = null; };
  const tell = (chip) => {
    const figure = legend.get(chip.dataset.key) || {};
    shown = chip;
    note.querySelector("[data-source]").textContent = figure.source || "这个数现在没有，保存前请移除或换一个。";
    const link = note.querySelector("a");
    link.hidden = !figure.href;
    if (figure.href) link.href = figure.href;
    note.hidden = false;
    const box = chip.getBoundingClientRect();
    const left = Math.min(box.left + scrollX, scrollX + document.documentElement.clientWidth - note.offsetWidth - 8);
    note.style.left = `${Math.max(8, left)}px`;
    note.style.top = `${box.bottom + scrollY}px`;
  };

  // Moves past one character, or past the chip that stands there.
  const step = (chip, forward) => {
    const editor = editorOf(chip);
    const sibling = () => (forward ? chip.nextSibling : chip.previousSibling);
    while (sibling() && sibling().nodeType === Node.TEXT_NODE && !sibling().data.replaceAll(GAP, "")) sibling().remove();
    const next = sibling();
    if (!next) return;
    if (next.nodeType !== Node.TEXT_NODE) {
      if (forward) next.after(chip); else next.before(chip);
    } else {
      next.data = next.data.replaceAll(GAP, "");
      if (forward) next.splitText(1).before(chip);
      else next.splitText(next.length - 1).before(chip);
    }
    pad(chip);
    written(editor);
    chip.focus();
  };
  const remove = (chip) => {
    const editor = editorOf(chip);
    hide();
    chip.remove();
    editor.focus();
    written(editor);
  };

  document.addEventListener("focusin", (event) => {
    const editor = editorOf(event.target);
    if (editor && tools) {
      tools.hidden = false;
      editor.after(tools);
    }
    const chip = event.target.closest(".figure-chip");
    if (chip && editor) tell(chip);
    else if (note && !note.contains(event.target)) hide();
  });
  document.addEventListener("mouseover", (event) => {
    const chip = event.target.closest?.(".figure-chip");
    if (chip && editorOf(chip)) tell(chip);
    else if (shown && document.activeElement !== shown && !note.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const way = event.target.closest?.("[data-chip]");
    if (way && shown) {
      if (way.dataset.chip === "remove") remove(shown);
      else { const chip = shown; step(chip, way.dataset.chip === "forward"); tell(chip); }
    } else if (note && !note.hidden && !note.contains(event.target) && !event.target.closest(".figure-chip")) hide();
    if (event.target.closest?.("[data-insert]")) {
      const editor = tools.closest(".paragraph").querySelector("[data-editor]");
      const place = caret && editor.contains(caret.startContainer) ? caret : endOf(editor);
      put(place, GAP, lock(chipOf(tools.querySelector("select").value)), GAP);
      written(editor);
    }
    if (event.target.closest?.("[data-restore]")) {
      const paragraph = event.target.closest(".paragraph");
      const source = paragraph.querySelector("textarea[name=text]");
      source.value = source.dataset.saved;
      paragraph.querySelector("[data-editor]").replaceChildren(partsOf(source.value));
      paragraph.classList.remove("unsaved");
    }
  });
  document.addEventListener("keydown", (event) => {
    const chip = event.target.closest?.(".figure-chip");
    if (event.key === "Escape") hide();
    if (!chip || !editorOf(chip)) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      remove(chip);
    } else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      step(chip, event.key === "ArrowRight");
      tell(chip);
    }
  });

  // Typing, pasting, dragging

  document.addEventListener("selectionchange", () => { caret = selected()?.cloneRange() || caret; });
  document.addEventListener("beforeinput", (event) => {
    const editor = editorOf(event.target);
    if (!editor || !/^(insertParagraph|insertLineBreak|format)/.test(event.inputType)) return;
    event.preventDefault();
    // A line of its own within the paragraph; what stands behind the break makes it seen.
    if (event.inputType.startsWith("insert")) put(selected() || endOf(editor), "\n", GAP);
    written(editor);
  });
  document.addEventListener("input", (event) => {
    const editor = editorOf(event.target);
    if (editor) written(editor);
    else if (event.target.matches("textarea[name=text]")) {
      event.target.closest(".paragraph")?.classList.toggle("unsaved", event.target.value !== event.target.dataset.saved);
    }
  });
  const copy = (event) => {
    const range = selected();
    if (!range || range.collapsed || !editorOf(event.target)) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", textOf(range.cloneContents()));
    if (event.type === "cut") {
      const editor = editorOf(range.startContainer);
      range.deleteContents();
      written(editor);
    }
  };
  document.addEventListener("copy", copy);
  document.addEventListener("cut", copy);
  document.addEventListener("paste", (event) => {
    const editor = editorOf(event.target);
    if (!editor) return;
    event.preventDefault();
    const range = selected() || endOf(editor);
    put(range, partsOf(event.clipboardData.getData("text/plain")));
    written(editor);
  });
  document.addEventListener("dragstart", (event) => {
    hide();
    drag.chip = event.target.closest?.(".figure-chip");
    if (drag.chip && editorOf(drag.chip)) event.dataTransfer.setData("text/plain", `⟦${drag.chip.dataset.key}⟧`);
    else drag.chip = null;
  });
  document.addEventListener("dragover", (event) => { if (editorOf(event.target)) event.preventDefault(); });
  document.addEventListener("dragend", () => { drag.chip = null; });
  document.addEventListener("drop", (event) => {
    const editor = editorOf(event.target);
    if (!editor) return;
    event.preventDefault();
    const at = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const range = at ? document.createRange() : document.caretRangeFromPoint(event.clientX, event.clientY);
    if (at) range.setStart(at.offsetNode, at.offset);
    if (!range || !editor.contains(range.startContainer)) return;
    range.collapse(true);
    if (range.startContainer.parentElement.closest(".figure-chip")) range.setStartAfter(range.startContainer.parentElement.closest(".figure-chip"));
    const from = drag.chip && editorOf(drag.chip);
    if (drag.chip) drag.chip.remove();
    put(range, partsOf(event.dataTransfer.getData("text/plain")));
    written(editor);
    if (from && from !== editor) written(from);
  });

  // Sending one paragraph

  const replace = (answer, id) => {
    const fresh = answer.getElementById(id);
    const old = document.getElementById(id);
    if (fresh && old) old.replaceWith(document.importNode(fresh, true));
    return document.getElementById(id);
  };
  const complain = (paragraph, words) => {
    const line = paragraph.querySelector("[data-told]");
    line.textContent = words;
    line.hidden = !words;
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const paragraph = form.closest(".paragraph");
    if (!paragraph || !form.hasAttribute("data-in-place")) return;
    event.preventDefault();
    if (tools) { tools.hidden = true; document.getElementById("paragraphs").after(tools); }
    hide();
    complain(paragraph, "");
    const typed = paragraph.classList.contains("unsaved") && !form.querySelector("textarea[name=text]");
    if (typed) { complain(paragraph, "这一段有没保存的文字，请先保存或恢复。"); return; }
    const body = new FormData(form, event.submitter);
    paragraph.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      const answer = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!answer.getElementById(paragraph.id)) {
        location.assign(response.ok ? response.url : location.href);
        return;
      }
      for (const id of ["checks", "steps"]) replace(answer, id);
      const fresh = replace(answer, paragraph.id);
      begin(fresh);
      const said = [...answer.querySelectorAll("main > .message")].map((each) => each.textContent).join("");
      if (said) complain(fresh, said);
      fresh.querySelector("[data-editor]")?.focus({ preventScroll: true });
    } catch {
      complain(paragraph, "没有保存：没有连上服务器。文字都还在，请再按一次。");
    } finally {
      paragraph.removeAttribute("aria-busy");
    }
  });
  addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });

  for (const paragraph of document.querySelectorAll(".paragraph")) begin(paragraph);
}
