// What is typed at a meeting stays in this browser until the server has confirmed it: drafts by
// item, and what was saved, which is sent in order as soon as there is a line. Everything is under
// the account's own name; each entry carries a token, so that sending it twice saves it once.
// Without this file the same forms are posted plainly.
"use strict";
{
  const meeting = document.getElementById("meeting");
  const line = document.getElementById("keeping");
  const { user, review, login } = meeting.dataset;
  const PREFIX = `meeting|${user}|${review}|`;
  const RETRY = 3000, PATIENCE = 20000;

  const memory = new Map();
  let keeps = true;
  const store = {
    read(key) {
      try { return JSON.parse(localStorage.getItem(PREFIX + key) ?? "null") ?? memory.get(key) ?? null; } catch { return memory.get(key) ?? null; }
    },
    write(key, value) {
      try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { keeps = false; memory.set(key, value); }
    },
    drop(key) {
      memory.delete(key);
      try { localStorage.removeItem(PREFIX + key); } catch { /* it was in memory only */ }
    },
    keys(start) {
      let found = [...memory.keys()];
      try { found = found.concat(Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length))); } catch { /* memory only */ }
      return [...new Set(found)].filter((key) => key.startsWith(start)).sort();
    },
  };
  const entries = () => store.keys("send|").map((key) => ({ key, ...store.read(key) })).filter((entry) => entry.fields);
  const waiting = () => entries().filter((entry) => !entry.refused);

  // `crypto.randomUUID` is there on https alone.
  const newToken = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };
  const nextKey = (token) => {
    const last = store.keys("send|").at(-1);
    const number = last ? Number(last.split("|")[1]) + 1 : 1;
    return `send|${String(number).padStart(9, "0")}|${token}`;
  };

  // Where an entry belongs: its item's place; items that left the agenda have none.
  const linkOf = (item) => document.querySelector(`#rail a[data-item="${item}"]`);
  const where = (some) => [...new Set(some.map((each) => linkOf(each.item)?.dataset.place))].map((place) => place ? `第 ${place} 项` : "已撤下的议题").join("、");

  // The line below: how things stand, in words.
  let state = navigator.onLine ? "ok" : "lost", sending = false;
  const words = () => {
    const [left, back] = [waiting().length, entries().length - waiting().length];
    if (state === "ended") return `登录已结束：${left} 条保存在这台电脑上，重新登录后自动发送。`;
    if (state === "other") return `现在登录的是另一个账号，这一页的 ${left} 条不会以那个账号发送；请换回原来的账号。`;
    if (state === "lost") return left ? `断网：${left} 条待发送，恢复后自动发送。` : "断网：可以照常记录，恢复后自动发送。";
    if (left) return `正在发送 ${left} 条`;
    if (back) return `${back} 条没有保存（${where(entries().filter((each) => each.refused))}），请改后再存。`;
    const drafts = store.keys("draft|").length;
    return drafts ? `${drafts} 处还没有按保存，已暂存在这台电脑上。` : "已全部保存";
  };
  const tell = () => {
    const said = words() + (keeps ? "" : "（这台电脑不能暂存，请勿关闭本页。）");
    if (line.dataset.said !== said) {
      line.dataset.said = said;
      line.textContent = said;
      if (state === "ended" || state === "other") {
        const link = document.createElement("a");
        link.href = login;
        link.textContent = "重新登录";
        line.append(" ", link);
      }
    }
    line.dataset.state = state !== "ok" || entries().length ? "open" : "done";
    list();
  };
  const warn = (said) => {
    line.textContent = line.dataset.said = said;
    line.dataset.state = "open";
  };
  const stand = (now) => {
    const before = state;
    state = now;
    tell();
    if (state === "ok" && before !== "ok") flush();
  };

  // Beside the form: what waits, and what came back.
  const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const list = () => {
    for (const place of document.querySelectorAll("[data-waiting]")) {
      const own = entries().filter((entry) => entry.item === place.dataset.waiting || !linkOf(entry.item));
      const drawn = JSON.stringify(own);
      if (place.dataset.drawn === drawn) continue;
      place.dataset.drawn = drawn;
      place.replaceChildren(...own.map((entry) => {
        const row = make("li", "");
        row.append(make("b", entry.refused ? "没有保存" : "待发送"), " ", make("span", entry.summary));
        if (entry.refused) {
          row.className = "refused";
          row.append(" ", make("span", Object.values(entry.refused).flat().join(""), { className: "error" }), " ");
          const again = make("button", "取回修改", { type: "button" });
          const away = make("button", "不要了", { type: "button" });
          again.addEventListener("click", () => takeBack(entry));
          away.addEventListener("click", () => { store.drop(entry.key); tell(); });
          row.append(...(formOf(entry) ? [again, " "] : []), away);
        }
        return row;
      }));
    }
  };

  // Forms: what is typed, what is missing, what was said against it.
  const draftKey = (form) => `draft|${form.dataset.item}|${form.dataset.keep}`;
  const inputs = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
  const isTyped = (field) => {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      const usual = Math.max([...field.options].findIndex((each) => each.defaultSelected), 0);
      return field.selectedIndex !== usual;
    }
    return field.value !== field.defaultValue;
  };
  const isBlank = (form) => !inputs(form).some(isTyped);
  const shown = (form) => Object.fromEntries(inputs(form).filter((field) => field.type !== "radio" || field.checked).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]));
  const fill = (form, fields) => {
    for (const field of inputs(form)) {
      if (!(field.name in fields)) continue;
      if (field.type === "radio") field.checked = field.value === fields[field.name];
      else if (field.type === "checkbox") field.checked = fields[field.name] === true;
      else field.value = fields[field.name];
    }
  };
  const object = (form, said) => {
    for (const place of form.querySelectorAll("[data-error]")) {
      const name = place.dataset.error, field = form.elements[name];
      place.textContent = (said[name] ?? []).join("");
      place.hidden = !place.textContent;
      if (field && field.setAttribute) field.toggleAttribute("aria-invalid", !place.hidden);
      if (!place.hidden) for (let box = place.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    }
    const known = new Set([...form.querySelectorAll("[data-error]")].map((place) => place.dataset.error));
    const rest = Object.entries(said).filter(([name]) => !known.has(name)).flatMap(([, each]) => each);
    const general = form.querySelector('[data-error=""]');
    if (general && rest.length) {
      general.textContent = rest.join("");
      general.hidden = false;
    }
  };
  const missing = (form) => Object.fromEntries(inputs(form).filter((field) => field.dataset.needed && !field.value.trim()).map((field) => [field.name, [field.dataset.needed]]));
  const keep = (form, said = {}) => {
    if (isBlank(form)) store.drop(draftKey(form));
    else store.write(draftKey(form), { fields: shown(form), said });
    tell();
  };
  const formOf = (entry) => document.querySelector(`form[data-keep="${entry.kind}"][data-item="${entry.item}"]`);
  const takeBack = (entry) => {
    const form = formOf(entry);
    if (!form) return;
    form.reset();
    fill(form, Object.fromEntries(entry.fields));
    object(form, entry.refused);
    if (entry.version && form.elements.seen_version) form.elements.seen_version.value = entry.version;
    store.drop(entry.key);
    keep(form, entry.refused);
    const field = inputs(form).find((each) => each.hasAttribute("aria-invalid")) ?? form.querySelector("textarea");
    if (field) field.focus();
  };
  // What came back returns into its form where nothing else has been begun there.
  const bringBack = () => {
    for (const entry of entries().filter((each) => each.refused)) {
      const form = formOf(entry);
      if (form && form.querySelector("textarea") && isBlank(form)) takeBack(entry);
    }
  };
  const restore = () => {
    for (const form of document.querySelectorAll("form[data-keep]")) {
      const draft = store.read(draftKey(form));
      if (draft) {
        fill(form, draft.fields);
        object(form, draft.said ?? {});
      }
    }
    bringBack();
    tell();
  };

  // Sending: one after the other, the first first.
  const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const send = async (entry) => {
    const answer = await fetch(entry.url, {
      method: "POST",
      body: new URLSearchParams(entry.fields),
      headers: { Accept: "application/json", "X-CSRFToken": cookie(meeting.dataset.csrfCookie) },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "ended";
    if (answer.status === 409) return "other";
    if (answer.status >= 500) return "lost";
    if (answer.ok) {
      store.drop(entry.key);
    } else {
      const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      const { key, ...kept } = entry;
      store.write(key, { ...kept, version: said?.version, refused: said?.errors ?? { "": [`没有收下（${answer.status}），请刷新页面后再存。`] } });
    }
    return "ok";
  };
  // Two pages of one account send by turns, where the browser can tell.
  const alone = (work) => navigator.locks ? navigator.locks.request(`${PREFIX}send`, work) : work();
  const flush = () => {
    if (sending || state === "ended" || state === "other" || !waiting().length) return;
    sending = true;
    alone(sendAll);
  };
  const sendAll = async () => {
    let sent = false;
    try {
      for (let next = waiting()[0]; next; next = waiting()[0]) {
        tell();
        let came = "lost";
        try { came = await send(next); } catch { /* no line */ }
        state = came;
        if (came !== "ok") break;
        sent = true;
      }
    } finally {
      sending = false;
    }
    if (sent) {
      bringBack();
      document.dispatchEvent(new CustomEvent("meeting:saved"));
    }
    tell();
    if (waiting().length) setTimeout(flush, RETRY);
  };

  const queue = (form, submitter) => {
    const said = missing(form);
    object(form, said);
    if (Object.keys(said).length) {
      inputs(form).find((field) => field.name in said)?.focus();
      return;
    }
    const token = newToken();
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "token");
    if (submitter?.name) fields.push([submitter.name, submitter.value]);
    fields.push(["token", token]);
    const text = form.querySelector("textarea")?.value.trim();
    store.write(nextKey(token), { kind: form.dataset.keep, item: form.dataset.item, url: form.action, fields, summary: text || submitter?.textContent.trim() || "", refused: null });
    const box = form.querySelector("textarea");
    if (form.dataset.keep === "decide") {
      form.reset();
      form.querySelectorAll("details").forEach((each) => { each.open = false; });
      box.focus();
    } else if (box) {
      box.defaultValue = box.value;
    }
    store.drop(draftKey(form));
    tell();
    flush();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form[data-keep]")) {
      event.preventDefault();
      queue(form, event.submitter);
    } else if (form.matches("form[data-after-all]") && waiting().length) {
      event.preventDefault();
      warn(`还有 ${waiting().length} 条没有发送，发送后再${form.dataset.afterAll}。`);
    } else if (form.method === "post" && state === "lost") {
      event.preventDefault();
      warn("断网：这一步要等恢复后再按，填写的内容还在。");
    }
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-keep]");
    if (form) keep(form);
  });
  document.addEventListener("meeting:shown", restore);
  document.addEventListener("meeting:line", (event) => stand(event.detail));
  window.addEventListener("online", flush);
  window.addEventListener("offline", () => stand("lost"));
  window.addEventListener("storage", tell);
  restore();
  flush();
}
