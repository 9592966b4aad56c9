// <v-timeline label="…" post-url="…">: people as rows, time across, bars with notches.
//
// Data, in <script type="application/json"> inside, or set as `element.data`. All times are
// minutes from the local midnight that begins the first day:
//   {"step": 15,                                    minutes that a move snaps to
//    "windows": [{"start": 480, "end": 1080,        the parts of time shown, side by side;
//                 "label": "Pzt 2 Mar"}, …],        one is a day, seven are a week
//    "now": 700,                                    optional
//    "people": [{"id": "12", "name": "…", "note": "…",
//      "bars": [{"id": "a1", "kind": "shift" | "training" | "leave" | "absence",
//                "start": 510, "end": 1050, "text": "08:30–17:30",
//                "movable": true, "breaches": ["…"],
//                "parts": [{"id": "l1", "kind": "lunch" | "break" | "training",
//                           "start": 720, "end": 750, "text": "…",
//                           "movable": true, "fixed": false}, …]}, …]}, …]}
//
// A move (drag, or Enter, arrows, Enter) fires `preview` on each step and `change` at its
// end, both with detail {person, id, kind, start, end, old_start}. With `post-url` the move
// is posted; an answer may update pictures (see requests.js), may hold `breaches` (bar id →
// sentences), and puts the bar back when it is refused. Rows out of view are not drawn.

import { announce, carriedData, h, icon } from "../parts/dom.js";
import { post } from "../parts/requests.js";
import { clock, clockSpan, say } from "../parts/words.js";
import { Axis } from "./timeline-axis.js";
import { Mover } from "./timeline-mover.js";

const ROW = 28;
const SPARE_ROWS = 8;

class Timeline extends HTMLElement {
  #data = { step: 15, windows: [], people: [] };
  #drawn = new Map();
  #current = null;

  connectedCallback() {
    this.heads = h("div", { class: "tl-heads", "aria-hidden": "true" });
    this.lines = h("div", { class: "tl-lines", "aria-hidden": "true" });
    this.rows = h("div", { class: "tl-rows" });
    this.corner = h("div", { class: "tl-corner", "aria-hidden": "true" }, say("timeline_person"));
    this.scroller = h(
      "div",
      { class: "tl-scroller", role: "group", "aria-label": this.getAttribute("label") },
      h("div", { class: "tl-head" }, this.corner, this.heads),
      h("div", { class: "tl-body" }, this.lines, this.rows),
    );
    this.hint = h("p", { class: "muted small no-print", hidden: true }, say("timeline_keys"));
    this.append(this.scroller, this.hint);
    this.mover = new Mover(this);
    this.scroller.addEventListener("scroll", () => this.#drawRows(), { passive: true });
    this.scroller.addEventListener("keydown", (event) => this.#key(event));
    this.scroller.addEventListener("focusin", (event) => this.#focused(event.target));
    new ResizeObserver(() => this.#drawAll()).observe(this.scroller);
    window.addEventListener("beforeprint", () => this.#drawRows({ all: true }));
    const carried = carriedData(this);
    if (carried) this.#take(carried);
  }

  get data() {
    return this.#data;
  }

  set data(data) {
    this.#take(data);
  }

  #take(data) {
    this.#data = data;
    this.axis = new Axis(data.windows);
    const parts = (bar) => [bar, ...(bar.parts ?? [])];
    this.hint.hidden = !data.people.some(({ bars }) =>
      bars.flatMap(parts).some((item) => item.movable && !item.fixed),
    );
    if (!this.find(this.#current)) {
      this.#current = data.people.find(({ bars }) => bars.length)?.bars[0].id ?? null;
    }
    this.#drawAll();
  }

  /** The bar or part with this id, with its person and, for a part, its bar. */
  find(id) {
    for (const [row, person] of this.#data.people.entries()) {
      for (const bar of person.bars) {
        if (bar.id === id) return { row, person, item: bar, bar };
        const part = bar.parts?.find((one) => one.id === id);
        if (part) return { row, person, item: part, bar };
      }
    }
    return null;
  }

  redraw(row) {
    this.#drawn.get(row)?.remove();
    this.#drawn.delete(row);
    this.#drawRows();
  }

  describe({ person, item, bar }) {
    const times = clockSpan(item);
    const text = item === bar && item.text !== times ? item.text : "";
    const rules = item.breaches?.length
      ? say("timeline_breach", { rules: item.breaches.join(", ") })
      : "";
    const state = item.fixed ? say("timeline_fixed") : "";
    return [person.name, say(item.kind), text, times, state, rules].filter(Boolean).join(", ");
  }

  /** Tells the page of a finished move, and the server where there is a post-url. */
  async finish(found, oldStart) {
    const { person, item, row, bar } = found;
    const { id, kind, start, end } = item;
    const detail = { person: person.id, id, kind, start, end, old_start: oldStart };
    this.dispatchEvent(new CustomEvent("change", { bubbles: true, detail }));
    const url = this.getAttribute("post-url");
    if (!url) return;
    const answer = await post(url, detail);
    if (answer.refused) {
      this.mover.shift(item, oldStart - start);
      announce(say("timeline_back", { start: clock(oldStart) }));
    } else {
      bar.breaches = answer.breaches?.[bar.id] ?? (answer.breaches ? [] : bar.breaches);
    }
    this.redraw(row);
    this.element(id)?.focus({ preventScroll: true });
  }

  element(id) {
    return this.rows.querySelector(`[data-id="${CSS.escape(String(id))}"]`);
  }

  #drawAll() {
    if (!this.axis || this.scroller.clientWidth === 0) return;
    this.classList.toggle("is-week", this.axis.isWeek);
    this.scroller.style.setProperty("--tl-track", `${this.axis.minWidth()}px`);
    this.scroller.style.setProperty("--tl-names", `${this.#nameWidth()}px`);
    this.rows.style.blockSize = `${this.#data.people.length * ROW}px`;
    const track = this.heads.clientWidth;
    this.heads.replaceChildren(...this.axis.heads(track));
    this.lines.replaceChildren(...this.axis.lines(track, this.#data.now));
    for (const row of this.#drawn.values()) row.remove();
    this.#drawn.clear();
    this.#drawRows();
  }

  /** Room for the longest name: names are never cut. */
  #nameWidth() {
    const pen = document.createElement("canvas").getContext("2d");
    const { fontFamily } = getComputedStyle(this);
    pen.font = `600 13px ${fontFamily}`;
    const widths = this.#data.people.map(({ name }) => pen.measureText(name).width);
    return Math.ceil(Math.max(90, ...widths)) + 22;
  }

  #drawRows({ all = false } = {}) {
    const { people } = this.#data;
    const { scrollTop, clientHeight } = this.scroller;
    const bottom = all ? Number.POSITIVE_INFINITY : scrollTop + clientHeight;
    const first = all ? 0 : Math.max(Math.floor(scrollTop / ROW) - SPARE_ROWS, 0);
    const last = Math.min(Math.ceil(bottom / ROW) + SPARE_ROWS, people.length);
    const wanted = new Set();
    for (let row = first; row < last; row += 1) wanted.add(row);
    const kept = this.find(this.#current)?.row;
    if (kept !== undefined) wanted.add(kept);
    for (const [row, element] of this.#drawn) {
      if (wanted.has(row)) continue;
      element.remove();
      this.#drawn.delete(row);
    }
    for (const row of wanted) {
      if (this.#drawn.has(row)) continue;
      const element = this.#row(people[row], row);
      this.#drawn.set(row, element);
      const next = [...this.rows.children].find((other) => Number(other.dataset.row) > row);
      this.rows.insertBefore(element, next ?? null);
    }
  }

  #row(person, row) {
    const name = h("div", { class: "tl-name", title: person.note || undefined }, person.name);
    const track = h("div", { class: "tl-track" });
    for (const bar of person.bars) {
      track.append(this.#item({ person, bar, item: bar }));
      for (const part of bar.parts ?? []) track.append(this.#item({ person, bar, item: part }));
      if (bar.breaches?.length) track.append(this.#breach(bar));
    }
    const element = h("div", { class: "tl-row", "data-row": row }, name, track);
    element.style.insetBlockStart = `${row * ROW}px`;
    return element;
  }

  #item(found) {
    const { item, bar } = found;
    const description = this.describe(found);
    const element = h(
      "button",
      {
        type: "button",
        class: `${item === bar ? "tl-bar" : "tl-part"} act-${item.kind}`,
        "data-id": item.id,
        "data-movable": item.movable && !item.fixed,
        "aria-label": description,
        title: description,
        tabindex: item.id === this.#current ? "0" : "-1",
      },
      h("span", { class: "tl-text" }, item === bar ? item.text ?? "" : ""),
    );
    if (item.fixed) element.append(icon("lock"));
    this.place(element, item.start, item.end);
    return element;
  }

  place(element, start, end) {
    const from = this.axis.share(start);
    element.style.insetInlineStart = `${from * 100}%`;
    element.style.inlineSize = `${(this.axis.share(end) - from) * 100}%`;
  }

  #breach(bar) {
    const text = bar.breaches.join(", ");
    const element = h("span", { class: "tl-breach", title: text, "aria-hidden": "true" }, icon("alert-triangle"));
    element.append(h("span", { class: "tl-breach-text" }, text));
    const at = this.axis.share(bar.end);
    if (at <= 0.82 || this.axis.isWeek) element.style.insetInlineStart = `calc(${at * 100}% + 4px)`;
    else element.style.insetInlineEnd = `calc(${(1 - at) * 100}% + 4px)`;
    return element;
  }

  #focused(element) {
    const id = element.dataset?.id;
    if (id === undefined) return;
    if (this.#current !== null) this.element(this.#current)?.setAttribute("tabindex", "-1");
    this.#current = this.#idOf(id);
    element.setAttribute("tabindex", "0");
  }

  #idOf(text) {
    for (const { bars } of this.#data.people) {
      for (const bar of bars) {
        if (String(bar.id) === text) return bar.id;
        for (const part of bar.parts ?? []) if (String(part.id) === text) return part.id;
      }
    }
    return null;
  }

  #key(event) {
    if (this.mover.key(event, this.find(this.#current))) return;
    const found = this.find(this.#current);
    if (!found || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const inRow = (person) =>
      person.bars.flatMap((bar) => [bar, ...(bar.parts ?? [])]).sort((a, b) => a.start - b.start);
    let target;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const items = inRow(found.person);
      target = items[items.indexOf(found.item) + (event.key === "ArrowRight" ? 1 : -1)];
    } else {
      target = this.#inNextRow(found, event.key === "ArrowDown" ? 1 : -1, inRow);
    }
    if (target) this.#focus(target.id);
  }

  /** The item above or below that is of the same kind if possible and nearest in time. */
  #inNextRow({ row, item }, step, inRow) {
    const { people } = this.#data;
    for (let next = row + step; next >= 0 && next < people.length; next += step) {
      const items = inRow(people[next]);
      const alike = items.filter((other) => other.kind === item.kind);
      const near = (alike.length ? alike : items).sort(
        (a, b) => Math.abs(a.start - item.start) - Math.abs(b.start - item.start),
      );
      if (near.length) return near[0];
    }
    return null;
  }

  #focus(id) {
    const before = this.#current;
    this.#current = id;
    const { row } = this.find(id);
    const top = row * ROW;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = top;
    else if (top + ROW * 3 > scrollTop + clientHeight) {
      this.scroller.scrollTop = top + ROW * 3 - clientHeight;
    }
    this.#drawRows();
    this.element(before)?.setAttribute("tabindex", "-1");
    this.element(id)?.focus({ preventScroll: true });
  }
}

customElements.define("v-timeline", Timeline);
