// Tables marked data-sort sort in the browser; without scripts their headers are plain.
//
// <table data-sort>
//   <th data-kind="text | number | none">   text is compared in the reader's language
//   <td data-value="raw value">             else the cell's text is the value
// A table that the server sorts has links in its headers instead, and no data-sort.

import { announce, h, icon } from "./dom.js";
import { collator, say } from "./words.js";

function cellValue(row, column, kind) {
  const cell = row.cells[column];
  const raw = cell?.dataset.value ?? cell?.textContent.trim() ?? "";
  if (kind !== "number") return raw;
  return raw === "" ? Number.NEGATIVE_INFINITY : Number(raw);
}

function sortBy(table, header) {
  const column = header.cellIndex;
  const { kind } = header.dataset;
  const direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const compare = kind === "number" ? (a, b) => a - b : collator.compare;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [cellValue(row, column, kind), row]);
  rows.sort(([a], [b]) => direction * compare(a, b));
  body.append(...rows.map(([, row]) => row));
  for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  const label = header.textContent.trim();
  announce(say(direction === 1 ? "sorted_up" : "sorted_down", { column: label }));
}

function enhance(root) {
  const tables = [...root.querySelectorAll("table[data-sort]")];
  if (root.matches?.("table[data-sort]")) tables.push(root);
  for (const table of tables) {
    const headers = table.tHead?.rows[table.tHead.rows.length - 1].cells ?? [];
    for (const header of headers) {
      const isPlain = header.dataset.kind === "none" || header.querySelector(".sort");
      if (isPlain || !header.textContent.trim()) continue;
      const button = h("button", { type: "button", class: "sort" }, ...header.childNodes);
      button.append(icon("arrow-up"));
      button.addEventListener("click", () => sortBy(table, header));
      header.append(button);
    }
  }
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
