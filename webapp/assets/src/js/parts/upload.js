// .drop boxes take files dropped on them and list what was chosen; without scripts the
// file input inside works as it is.

import { h } from "./dom.js";
import { number } from "./words.js";

const dropBox = (event) => event.target.closest?.(".drop");

function listFiles(input) {
  const list = input.closest(".drop")?.querySelector(".drop-list");
  const line = (file) => h("li", {}, `${file.name} · ${number(file.size / 1024)} kB`);
  list?.replaceChildren(...[...input.files].map(line));
}

document.addEventListener("dragover", (event) => {
  const box = dropBox(event);
  if (!box) return;
  event.preventDefault();
  box.classList.add("is-over");
});

document.addEventListener("dragleave", (event) => {
  const box = dropBox(event);
  if (box && !box.contains(event.relatedTarget)) box.classList.remove("is-over");
});

document.addEventListener("drop", (event) => {
  const box = dropBox(event);
  if (!box) return;
  event.preventDefault();
  box.classList.remove("is-over");
  const input = box.querySelector('input[type="file"]');
  const files = new DataTransfer();
  for (const file of event.dataTransfer.files) {
    if (input.multiple || files.items.length === 0) files.items.add(file);
  }
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  if (event.target.matches('.drop input[type="file"]')) listFiles(event.target);
});
