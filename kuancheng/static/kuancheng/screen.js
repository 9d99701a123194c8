// The screen works without this file: then the page loads itself anew, one panel after the other.
// With it, panels turn in place and only what is new is fetched. A lost connection is told and
// tried again, a little later each time; a deploy loads the page anew; a refusal ends it.
"use strict";
{
  const screen = document.getElementById("screen");
  const connection = document.getElementById("connection");
  const pause = document.getElementById("pause");
  const links = [...document.querySelectorAll("[data-turn]")];
  const every = Number(screen.dataset.fetchSeconds);
  const dwell = Number(screen.dataset.turnSeconds);
  const FIRST_WAIT = 5, LONGEST_WAIT = 300, PATIENCE = 20;
  const address = new URL("now/", location.origin + location.pathname);

  let turn = Number(document.querySelector(".panel.on").dataset.panel);
  let timer = null, lost = null, failures = 0;

  const show = (number) => {
    turn = number;
    document.querySelectorAll(".panel").forEach((panel) => panel.classList.toggle("on", Number(panel.dataset.panel) === turn));
    links.forEach((link) => {
      if (Number(link.dataset.turn) === turn) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  const step = (by) => show((turn - 1 + by + links.length) % links.length + 1);

  const stopped = () => pause.getAttribute("aria-pressed") === "true";
  const turnLater = () => {
    clearInterval(timer);
    if (!stopped()) timer = setInterval(() => step(1), dwell * 1000);
  };
  const choose = (number) => { show(number); turnLater(); };

  const clock = (moment) => moment.toLocaleTimeString("zh-CN", {hour: "2-digit", minute: "2-digit", hour12: false});
  const tell = () => {
    connection.textContent = lost ? `连接中断，${clock(lost)} 起没有更新，正在重试` : "";
  };

  const take = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("now");
    const kept = document.getElementById("now");
    if (!fresh) throw new Error("not a screen");
    if (fresh.dataset.assets !== kept.dataset.assets) {
      location.reload();
      return;
    }
    kept.replaceWith(fresh);
    show(turn);
  };

  const ask = async () => {
    try {
      const answer = await fetch(address, {cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE * 1000)});
      if (answer.status === 403) {
        location.reload();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      take(await answer.text());
      lost = null;
      failures = 0;
    } catch {
      lost = lost || new Date();
      failures += 1;
    }
    tell();
    askLater();
  };
  const askLater = () => {
    const wait = failures ? Math.min(FIRST_WAIT * 2 ** (failures - 1), LONGEST_WAIT) : every;
    setTimeout(ask, wait * 1000);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-turn]");
    if (!link) return;
    event.preventDefault();
    choose(Number(link.dataset.turn));
  });
  document.addEventListener("keydown", (event) => {
    const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    step(by);
    turnLater();
  });
  pause.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", String(!stopped()));
    turnLater();
  });

  pause.hidden = false;
  turnLater();
  askLater();
}
