// Photos open over the page, with arrows and Esc; without this file their links open the picture.
"use strict";
{
  const viewer = document.querySelector("dialog.viewer");
  const picture = viewer.querySelector("img");
  const [caption, place, original] = ["figcaption", ".viewer-tools span", ".viewer-tools a"].map((each) => viewer.querySelector(each));
  let photos = [];
  let shown = 0;

  const show = (number) => {
    shown = (number + photos.length) % photos.length;
    const photo = photos[shown];
    picture.src = photo.href;
    picture.alt = photo.dataset.photo;
    caption.textContent = photo.dataset.photo;
    place.textContent = `第 ${shown + 1} 张，共 ${photos.length} 张`;
    original.href = photo.href;
  };

  document.addEventListener("click", (event) => {
    const photo = event.target.closest("a[data-photo]");
    if (!photo || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    photos = [...photo.closest("[data-photos]").querySelectorAll("a[data-photo]")];
    viewer.querySelectorAll("[data-step]").forEach((button) => { button.hidden = photos.length < 2; });
    show(photos.indexOf(photo));
    viewer.showModal();
  });

  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (event.target === viewer || (button && "close" in button.dataset)) viewer.close();
    else if (button) show(shown + Number(button.dataset.step));
  });

  viewer.addEventListener("keydown", (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!step) return;
    event.preventDefault();
    show(shown + step);
  });
}
