// The map works without this file: then it shows the district whole, and a group leads to a closer map.
// With it, buttons, arrow keys, a drag and the wheel with Ctrl zoom and move what is drawn.
"use strict";
{
  const map = document.getElementById("map");
  const tools = document.getElementById("zoom");
  const MOST = 16;

  const ready = () => {
    const view = map.closest(".map-view");
    const {width, height} = map.viewBox.baseVal;
    let zoom = 1, left = 0, top = 0;

    const clamp = (value, most) => Math.min(Math.max(value, 0), most);
    const show = () => {
      left = clamp(left, width - width / zoom);
      top = clamp(top, height - height / zoom);
      map.setAttribute("viewBox", `${left} ${top} ${width / zoom} ${height / zoom}`);
      map.style.setProperty("--unit", 1 / zoom);
      map.classList.toggle("movable", zoom > 1);
    };
    const move = (across, down) => {
      left += across * width / zoom;
      top += down * height / zoom;
      show();
    };
    // `x` and `y`: the point of the drawing that stays where it is, its middle unless said otherwise.
    const zoomTo = (wanted, x = left + width / zoom / 2, y = top + height / zoom / 2) => {
      const next = Math.min(Math.max(wanted, 1), MOST);
      left = x - (x - left) * zoom / next;
      top = y - (y - top) * zoom / next;
      zoom = next;
      show();
    };
    const pointAt = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    const acts = {
      in: () => zoomTo(zoom * 2),
      out: () => zoomTo(zoom / 2),
      all: () => zoomTo(1),
    };
    const keys = {
      "+": acts.in, "=": acts.in, "-": acts.out, "0": acts.all,
      ArrowLeft: () => move(-0.2, 0), ArrowRight: () => move(0.2, 0),
      ArrowUp: () => move(0, -0.2), ArrowDown: () => move(0, 0.2),
    };

    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-zoom]");
      if (button) acts[button.dataset.zoom]();
    });
    view.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      // The whole map has nowhere to move to: the arrows then scroll the page.
      if (!act || event.ctrlKey || event.metaKey || (zoom === 1 && event.key.startsWith("Arrow"))) return;
      event.preventDefault();
      act();
    });
    view.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const {x, y} = pointAt(event);
      zoomTo(zoom * (event.deltaY < 0 ? 1.25 : 0.8), x, y);
    }, {passive: false});

    let held = null;
    map.addEventListener("pointerdown", (event) => {
      if (zoom > 1 && event.button === 0) held = {x: event.clientX, y: event.clientY, at: pointAt(event), far: false};
    });
    window.addEventListener("pointermove", (event) => {
      if (!held) return;
      held.far = held.far || Math.hypot(held.x - event.clientX, held.y - event.clientY) > 5;
      if (!held.far) return;
      const {x, y} = pointAt(event);
      left += held.at.x - x;
      top += held.at.y - y;
      show();
    });
    const drop = () => { setTimeout(() => { held = null; }); };
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", drop);
    map.addEventListener("dragstart", (event) => event.preventDefault());
    // The end of a drag over a mark is no press of it.
    map.addEventListener("click", (event) => { if (held && held.far) event.preventDefault(); }, true);

    // A mark reached by the keyboard is brought into view.
    map.addEventListener("focusin", (event) => {
      const holder = event.target.closest("[transform]");
      if (zoom === 1 || !holder) return;
      const mark = holder.transform.baseVal.consolidate().matrix;
      if (mark.e < left || mark.e > left + width / zoom || mark.f < top || mark.f > top + height / zoom) {
        left = mark.e - width / zoom / 2;
        top = mark.f - height / zoom / 2;
        show();
      }
    });
    tools.hidden = false;
    // Where there is no room for all of it, its middle is seen first.
    view.scrollLeft = (view.scrollWidth - view.clientWidth) / 2;
  };

  if (map) ready();
}
