// Runs a meeting from one page: one key to the next item, which is there before it is asked for,
// the time against what was allotted, and what others write on the same meeting. Without this file
// the same links lead from item to item.
"use strict";
{
  const meeting = document.getElementById("meeting");
  const told = document.getElementById("told");
  const kept = new Map();
  const { slide: slideAddress, now: nowAddress, user } = meeting.dataset;
  const places = Number(meeting.dataset.places);
  const EVERY = 3000, LONGEST_WAIT = 30000, PATIENCE = 20000, DIGITS = 900;

  const current = () => document.getElementById("slide");
  const at = () => Number(current().dataset.place);
  const emit = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const say = (text) => { told.textContent = text; };
  const asking = { cache: "no-store", redirect: "manual", credentials: "same-origin" };

  // Items: kept as they were fetched, pictures and all, and renewed when they are shown.
  const fetched = async (place) => {
    const answer = await fetch(`${slideAddress}?item=${place}`, { ...asking, signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("slide");
    if (!found) throw new Error("not an item");
    return document.importNode(found, true);
  };
  const prefetch = async (place) => {
    if (place < 1 || place > places || kept.has(place)) return;
    try { kept.set(place, await fetched(place)); } catch { /* asked again when it is wanted */ }
  };
  const ahead = async (place) => {
    await prefetch(place + 1);
    await prefetch(place - 1);
  };
  const renew = async (place) => {
    try {
      const fresh = await fetched(place);
      const old = kept.get(place);
      if (!old) return;
      const [now, then] = [fresh.querySelector(".facts"), old.querySelector(".facts")];
      if (now.innerHTML !== then.innerHTML && !then.contains(document.activeElement)) then.replaceWith(now);
      renewVersions(fresh, old);
    } catch { /* what is shown stays */ }
  };
  // A form in which nothing is typed follows the record; one that is being filled in keeps what its
  // author saw, so that the server can tell him who came between.
  const renewVersions = (fresh, old) => {
    for (const form of old.querySelectorAll('form[data-keep="mark"]')) {
      const other = fresh.querySelector('form[data-keep="mark"]');
      const box = form.querySelector("textarea");
      if (other && box && box.value === box.defaultValue && box !== document.activeElement) {
        const held = form.contains(document.activeElement);
        form.replaceWith(other);
        if (held) other.querySelector("button").focus();
        emit("meeting:shown");
      }
    }
  };

  const mark = (place) => {
    for (const link of document.querySelectorAll("#rail a")) {
      const here = Number(link.dataset.place) === place;
      if (here) {
        link.setAttribute("aria-current", "true");
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else link.removeAttribute("aria-current");
    }
    for (const [id, by] of [["back", -1], ["next", 1]]) {
      const link = document.getElementById(id), to = place + by;
      link.href = `?item=${Math.min(Math.max(to, 1), places)}`;
      link.toggleAttribute("aria-disabled", to < 1 || to > places);
    }
  };

  let wanted = 0;
  const show = async (place, { push = true, focus = true } = {}) => {
    if (place < 1 || place > places) {
      say(place < 1 ? "已经是第一项" : "已经是最后一项");
      return;
    }
    wanted = place;
    const prepared = kept.has(place);
    if (!prepared) {
      say("正在取这一项");
      await prefetch(place);
      if (wanted !== place) return;
      if (!kept.has(place)) {
        wanted = 0;
        say(`断网：第 ${place} 项还没有取到，恢复后再看。`);
        return;
      }
    }
    keepTime();
    if (place !== at()) current().replaceWith(kept.get(place));
    if (push) history.pushState({ place }, "", `?item=${place}`);
    mark(place);
    document.title = current().dataset.title;
    for (const each of document.querySelectorAll(".top [name=item]")) each.value = current().dataset.item;
    const head = current().querySelector("h1");
    if (focus) head.focus({ preventScroll: true });
    say(`第 ${place} 项，共 ${places} 项：${current().dataset.name}`);
    emit("meeting:shown");
    look(true);
    if (prepared) renew(place);
    tick();
    ahead(place);
  };
  const step = (by) => show((wanted || at()) + by);

  // Time: what is spent on each item is counted here, what is left of the meeting by the server.
  const SPENT = `meeting-spent|${user}|${meeting.dataset.review}`;
  const readSpent = () => { try { return JSON.parse(sessionStorage.getItem(SPENT)) ?? {}; } catch { return {}; } };
  const spent = readSpent();
  const running = meeting.dataset.running === "true";
  const opened = performance.now();
  let since = opened;
  const keepTime = () => {
    const item = current().dataset.item, now = performance.now();
    if (running) spent[item] = (spent[item] ?? 0) + (now - since) / 1000;
    since = now;
    try { sessionStorage.setItem(SPENT, JSON.stringify(spent)); } catch { /* counted until the page is left */ }
  };
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  const left = (seconds) => seconds >= 0 ? `还有 ${clock(seconds)}` : `超 ${clock(-seconds)}`;
  const write = (id, text, over) => {
    const place = document.getElementById(id);
    if (!place) return;
    if (place.textContent !== text) place.textContent = text;
    place.hidden = false;
    place.classList.toggle("over", over);
  };
  const tick = () => {
    if (!running) return;
    const item = current().dataset.item, allotted = Number(current().dataset.minutes) * 60;
    const used = (spent[item] ?? 0) + (performance.now() - since) / 1000;
    write("item-spent", `${clock(used)}，${left(allotted - used)}`, used > allotted);
    const elapsed = Number(meeting.dataset.elapsed) + (performance.now() - opened) / 1000;
    const whole = Number(meeting.dataset.minutes) * 60;
    write("whole-left", left(whole - elapsed), elapsed > whole);
  };

  // What others write: asked for every few seconds, answered with nothing while nothing changed.
  let failures = 0, timer = null, active = false, looking = false, again = false;
  const take = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("now");
    const old = document.getElementById("now");
    if (!fresh) throw new Error("not a meeting");
    const known = ["assets", "state", "agenda"];
    if (known.some((each) => fresh.dataset[each] !== old.dataset[each])) {
      const same = fresh.querySelector(`#rail a[data-item="${current().dataset.item}"]`);
      location.replace(`?item=${same ? same.dataset.place : fresh.dataset.place}`);
      return;
    }
    const before = new Set([...old.querySelectorAll("[data-decision]")].map((each) => each.dataset.decision));
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const open = new Set([...old.querySelectorAll("details[open]")].map((each) => each.id));
    old.replaceWith(document.importNode(fresh, true));
    for (const each of document.querySelectorAll("#now details")) each.open = open.has(each.id);
    if (focused) document.querySelector(`#now a[href="${CSS.escape(focused)}"]`)?.focus();
    mark(at());
    if (old.dataset.item === fresh.dataset.item) {
      const news = [...document.querySelectorAll("#now [data-decision]")].filter((each) => !before.has(each.dataset.decision));
      if (news.length) say(`新的议定事项：${news.map((each) => each.dataset.said).join("；")}`);
    }
    renew(at());
  };
  const look = async (atOnce = false) => {
    if (looking) {
      again ||= atOnce;
      return;
    }
    clearTimeout(timer);
    if (document.hidden && !atOnce) return;
    looking = true;
    again = false;
    const place = at(), seen = atOnce ? "0" : document.getElementById("now").dataset.mark;
    const asked = new URLSearchParams({ item: place, seen, reader: user, active: String(active) });
    active = false;
    try {
      const answer = await fetch(`${nowAddress}?${asked}`, { ...asking, signal: AbortSignal.timeout(PATIENCE) });
      if ([401, 403].includes(answer.status) || answer.type === "opaqueredirect") emit("meeting:line", "ended");
      else if (answer.status === 409) emit("meeting:line", "other");
      else if ([400, 404].includes(answer.status)) location.replace(location.pathname);
      else if (answer.ok) {
        const text = answer.status === 204 ? "" : await answer.text();
        if (text && place === at()) take(text);
        emit("meeting:line", "ok");
      } else throw new Error(String(answer.status));
      failures = 0;
    } catch {
      failures += 1;
      emit("meeting:line", "lost");
    }
    looking = false;
    timer = setTimeout(look, Math.min(EVERY * 2 ** Math.max(failures - 2, 0), LONGEST_WAIT));
    if (again || place !== at()) look(true);
  };

  // Keys: they sleep while somebody types, on a control, and while something lies over the page.
  const keys = document.getElementById("meeting-keys");
  const remembered = () => { try { return localStorage.getItem("meeting-keys"); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem("meeting-keys", value); } catch { /* not kept */ } };
  const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  let typed = "", digits = null;
  const digit = (key) => {
    clearTimeout(digits);
    typed += key;
    say(`第 ${typed} 项`);
    const go = () => { const place = Number(typed); typed = ""; show(place); };
    if (Number(typed) * 10 > places) go();
    else digits = setTimeout(go, DIGITS);
  };
  const steps = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
  document.addEventListener("keydown", (event) => {
    active = true;
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && event.ctrlKey && event.target.form?.matches("[data-keep]")) {
      event.preventDefault();
      event.target.form.requestSubmit(event.target.form.querySelector("button.primary"));
      return;
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.drawer[open]").forEach((each) => {
        each.open = false;
        each.querySelector("summary").focus();
      });
      if (typing(event.target)) current().querySelector("h1").focus({ preventScroll: true });
      return;
    }
    if (event.ctrlKey || event.defaultPrevented || document.querySelector("dialog[open]") || typing(event.target)) return;
    if (event.key in steps) {
      if (event.key === " " && (event.shiftKey || event.target.matches("a, button, summary, input"))) return;
      event.preventDefault();
      step(steps[event.key]);
    } else if (!keys.checked || event.shiftKey) {
      return;
    } else if (/^[0-9]$/.test(event.key)) {
      event.preventDefault();
      digit(event.key);
    } else if (event.key.toLowerCase() === "n") {
      const box = current().querySelector('form[data-keep="decide"] textarea');
      if (!box) return;
      event.preventDefault();
      box.focus();
    } else if (event.key.toLowerCase() === "g") {
      current().querySelector("[data-opens]")?.click();
    }
  });
  keys.checked = remembered() !== "off";
  keys.addEventListener("change", () => remember(keys.checked ? "on" : "off"));
  document.querySelectorAll(".with-script").forEach((each) => { each.hidden = false; });

  document.addEventListener("click", (event) => {
    active = true;
    const link = event.target.closest("a[data-place], #back, #next");
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (link && plain) {
      event.preventDefault();
      if (link.id) step(link.id === "next" ? 1 : -1);
      else show(Number(link.dataset.place));
      return;
    }
    const opens = event.target.closest("[data-opens]");
    if (opens && plain) {
      const dialog = current().querySelector(opens.dataset.opens);
      if (!dialog) return;
      event.preventDefault();
      dialog.showModal();
    }
    if (event.target.closest("[data-shuts]") || event.target.matches("dialog.chart-over")) event.target.closest("dialog").close();
  });
  // A day that is picked is written out; one that is typed takes the pick back.
  document.addEventListener("change", (event) => {
    if (event.target.name !== "pick") return;
    const box = event.target.form.elements.due;
    box.value = event.target.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("input", (event) => {
    if (event.target.name !== "due") return;
    for (const each of event.target.form.querySelectorAll("[name=pick]")) each.checked = each.value === event.target.value;
  }, true);
  window.addEventListener("popstate", () => {
    show(Number(new URLSearchParams(location.search).get("item") ?? 1), { push: false });
  });
  document.addEventListener("meeting:saved", () => look(true));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  window.addEventListener("pagehide", keepTime);

  kept.set(at(), current());
  mark(at());
  tick();
  setInterval(tick, 1000);
  timer = setTimeout(look, EVERY);
  ahead(at());
}
