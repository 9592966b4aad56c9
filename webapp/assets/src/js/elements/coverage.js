// <v-coverage label="…">: required as a step line, staffed as an area, half hours that fall
// short hatched and labelled with the number missing.
//
// Data, in <script type="application/json"> inside, or set as `element.data`, or fetched from
// the address in `src`:
//   {"intervals": [{"from": "11:30", "to": "12:00",   local clock times
//                   "required": 14, "staffed": 12,    people
//                   "lunch": 3, "break": 0,           people, optional
//                   "level": 0.71,                    expected service level 0-1, or null
//                   "day": "Pzt 2 Mar"}, …],          shown where it changes, optional
//    "now": "11:40"}                                  a mark at this time, optional
// One interval is chosen by hover, touch, or the arrow keys; what it says is in the box and
// in aria-valuetext. New data keeps the chosen interval and says the new summary aloud.

import { announce, carriedData, h, svg } from "../parts/dom.js";
import { number, say, share } from "../parts/words.js";

const MARGIN = { top: 22, right: 10, bottom: 24, left: 34 };
const LABEL_CHARACTER = 7; // px a digit of a label needs
const DAY_LABEL = 16;
let made = 0;

export function sentence(interval) {
  const { from, to } = interval;
  const parts = [
    say("coverage_sentence", {
      from: interval.day ? `${interval.day} ${from}` : from,
      to,
      required: number(interval.required),
      staffed: number(interval.staffed),
    }),
  ];
  if (interval.lunch) parts.push(say("coverage_lunch", { count: number(interval.lunch) }));
  if (interval.break) parts.push(say("coverage_break", { count: number(interval.break) }));
  if (interval.level !== null && interval.level !== undefined) {
    parts.push(say("coverage_level", { level: share(interval.level) }));
  }
  return parts.join(", ");
}

const missing = (interval) => Math.max(interval.required - interval.staffed, 0);

export function summary(intervals) {
  const gaps = intervals.map(missing).filter((gap) => gap > 0);
  if (gaps.length === 0) return say("coverage_enough");
  return say("coverage_summary", {
    short: number(gaps.length),
    total: number(intervals.length),
    missing: number(Math.max(...gaps)),
  });
}

/** A round distance between grid lines that leaves three to five of them. */
function gridStep(top) {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  return Math.max(1, step);
}

class Coverage extends HTMLElement {
  #data = { intervals: [] };
  #chosen = null;
  #hatch = `hatch-${(made += 1)}`;

  connectedCallback() {
    this.drawing = h("div", { class: "coverage-drawing" });
    this.cursor = h("div", {
      class: "coverage-cursor",
      role: "slider",
      tabindex: "0",
      "aria-label": this.getAttribute("label") ?? say("coverage_label"),
    });
    this.box = h("div", { class: "coverage-box", "aria-hidden": "true", hidden: true });
    this.append(this.drawing, this.cursor, this.box);
    this.#listen();
    new ResizeObserver(() => this.#draw()).observe(this);
    const carried = carriedData(this);
    if (carried) this.#take(carried);
    else if (this.getAttribute("src")) this.#fetch();
  }

  get data() {
    return this.#data;
  }

  set data(data) {
    this.#take(data);
    announce(summary(data.intervals));
  }

  async #fetch() {
    const response = await fetch(this.getAttribute("src"));
    if (response.ok) this.#take(await response.json());
  }

  #take(data) {
    this.#data = data;
    const last = data.intervals.length - 1;
    if (this.#chosen !== null && this.#chosen > last) this.#chosen = null;
    this.cursor.setAttribute("aria-valuemin", "0");
    this.cursor.setAttribute("aria-valuemax", String(Math.max(last, 0)));
    this.#describe();
    this.#draw();
  }

  #listen() {
    this.cursor.addEventListener("pointermove", (event) => {
      const box = this.cursor.getBoundingClientRect();
      const index = Math.floor(((event.clientX - box.left) / box.width) * this.#count);
      this.#choose(Math.min(Math.max(index, 0), this.#count - 1));
    });
    this.cursor.addEventListener("pointerleave", () => {
      if (document.activeElement !== this.cursor) this.#choose(null);
    });
    this.cursor.addEventListener("focus", () => this.#choose(this.#chosen ?? this.#firstShort()));
    this.cursor.addEventListener("blur", () => this.#choose(null));
    this.cursor.addEventListener("keydown", (event) => {
      const at = this.#chosen ?? 0;
      const target = {
        ArrowRight: at + 1,
        ArrowLeft: at - 1,
        Home: 0,
        End: this.#count - 1,
        PageDown: this.#nextShort(at, 1),
        PageUp: this.#nextShort(at, -1),
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      this.#choose(Math.min(Math.max(target, 0), this.#count - 1));
    });
  }

  get #count() {
    return this.#data.intervals.length;
  }

  #firstShort() {
    return Math.max(this.#data.intervals.findIndex(missing), 0);
  }

  #nextShort(at, step) {
    for (let i = at + step; i >= 0 && i < this.#count; i += step) {
      if (missing(this.#data.intervals[i])) return i;
    }
    return at;
  }

  #choose(index) {
    this.#chosen = index;
    this.#describe();
    this.#point();
  }

  #describe() {
    const { intervals } = this.#data;
    const interval = intervals[this.#chosen];
    this.cursor.setAttribute("aria-valuenow", String(this.#chosen ?? 0));
    const text = interval ? sentence(interval) : summary(intervals);
    this.cursor.setAttribute("aria-valuetext", text);
  }

  #geometry() {
    const width = Math.max(this.clientWidth, 240);
    const height = this.drawing.clientHeight || 200;
    const { intervals } = this.#data;
    const hasDays = intervals.some((interval) => interval.day);
    const bottom = MARGIN.bottom + (hasDays ? DAY_LABEL : 0);
    const peak = Math.max(4, ...intervals.map((i) => Math.max(i.required, i.staffed)));
    const step = gridStep(peak);
    const top = Math.ceil(peak / step) * step;
    const inner = width - MARGIN.left - MARGIN.right;
    return {
      width,
      height,
      step,
      top,
      base: height - bottom,
      x: (index) => MARGIN.left + (inner * index) / intervals.length,
      y: (people) => height - bottom - ((height - bottom - MARGIN.top) * people) / top,
    };
  }

  #draw() {
    const { intervals } = this.#data;
    if (intervals.length === 0 || this.clientWidth === 0) return;
    const g = this.#geometry();
    const { width, height } = g;
    const image = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    image.append(this.#pattern(), ...this.#grid(g), ...this.#areas(g), ...this.#lines(g));
    image.append(...this.#axis(g), ...this.#now(g));
    this.highlight = svg("rect", { class: "coverage-highlight", y: MARGIN.top, height: g.base - MARGIN.top });
    image.append(this.highlight);
    this.drawing.replaceChildren(image);
    this.cursor.style.insetInlineStart = `${MARGIN.left}px`;
    this.cursor.style.insetInlineEnd = `${MARGIN.right}px`;
    this.#point();
  }

  #pattern() {
    const line = svg("path", { d: "M-1 7L7 -1M5 9L9 5", class: "coverage-hatch" });
    const ground = svg("rect", { width: 8, height: 8, class: "coverage-hatch-ground" });
    const attributes = { id: this.#hatch, width: 8, height: 8, patternUnits: "userSpaceOnUse" };
    return svg("defs", {}, svg("pattern", attributes, ground, line));
  }

  #grid(g) {
    const marks = [];
    for (let people = 0; people <= g.top; people += g.step) {
      const y = Math.round(g.y(people)) + 0.5;
      marks.push(svg("line", { class: "coverage-grid", x1: MARGIN.left, x2: g.width - MARGIN.right, y1: y, y2: y }));
      marks.push(svg("text", { class: "coverage-tick", x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, number(people)));
    }
    return marks;
  }

  #areas(g) {
    const area = (index, from, to, attributes) =>
      svg("rect", {
        x: g.x(index),
        width: g.x(index + 1) - g.x(index) + 0.4,
        y: g.y(to),
        height: Math.max(g.y(from) - g.y(to), 0),
        ...attributes,
      });
    const marks = [];
    for (const [index, interval] of this.#data.intervals.entries()) {
      const { required, staffed } = interval;
      marks.push(area(index, 0, Math.min(required, staffed), { class: "coverage-staffed" }));
      if (staffed > required) marks.push(area(index, required, staffed, { class: "coverage-over" }));
      if (staffed < required) {
        marks.push(area(index, staffed, required, { fill: `url(#${this.#hatch})`, class: "coverage-short" }));
      }
    }
    return marks;
  }

  #lines(g) {
    const { intervals } = this.#data;
    const path = (key) =>
      intervals
        .map((interval, i) => `${i ? "L" : "M"}${g.x(i)} ${g.y(interval[key])}H${g.x(i + 1)}`)
        .join("");
    const marks = [
      svg("path", { class: "coverage-staffed-line", d: path("staffed") }),
      svg("path", { class: "coverage-required-line", d: path("required") }),
    ];
    for (const run of this.#shortRuns()) {
      const text = `−${number(run.gap)}`;
      if (g.x(run.to) - g.x(run.from) < LABEL_CHARACTER * text.length) continue;
      const x = (g.x(run.from) + g.x(run.to)) / 2;
      const label = svg("text", { class: "coverage-missing", x, y: g.y(run.top) - 6, "text-anchor": "middle" });
      label.append(text);
      marks.push(label);
    }
    return marks;
  }

  /** Neighbouring intervals of one day that miss the same number, as one label each. */
  #shortRuns() {
    const runs = [];
    for (const [index, interval] of this.#data.intervals.entries()) {
      const gap = missing(interval);
      const last = runs.at(-1);
      if (last && last.to === index && last.gap === gap && last.day === interval.day) {
        last.to = index + 1;
        last.top = Math.max(last.top, interval.required);
      } else if (gap) {
        runs.push({ from: index, to: index + 1, gap, day: interval.day, top: interval.required });
      }
    }
    return runs;
  }

  #axis(g) {
    const { intervals } = this.#data;
    const slot = g.x(1) - g.x(0);
    const isHour = (i) => intervals[i].from.endsWith(":00");
    const every = [1, 2, 3, 4, 6, 12].find((hours) => {
      const perHour = intervals.filter((_, i) => isHour(i)).length / intervals.length || 1;
      return (slot / perHour) * hours >= 44;
    }) ?? 24;
    const marks = [];
    for (const [index, interval] of intervals.entries()) {
      const x = g.x(index);
      if (isHour(index) && Number.parseInt(interval.from, 10) % every === 0) {
        marks.push(svg("line", { class: "coverage-notch", x1: x, x2: x, y1: g.base, y2: g.base + 4 }));
        marks.push(svg("text", { class: "coverage-tick", x, y: g.base + 17, "text-anchor": "middle" }, interval.from));
      }
      if (interval.day && interval.day !== intervals[index - 1]?.day) {
        marks.push(svg("line", { class: "coverage-day", x1: x, x2: x, y1: MARGIN.top - 8, y2: g.height }));
        marks.push(svg("text", { class: "coverage-day-label", x: x + 5, y: g.height - 5 }, interval.day));
      }
    }
    return marks;
  }

  #now(g) {
    const { now, intervals } = this.#data;
    const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
    const index = intervals.findIndex((i) => now >= i.from && (now < i.to || i.to === "00:00"));
    if (!now || index < 0) return [];
    const { from, to } = intervals[index];
    const part = (minutes(now) - minutes(from)) / (minutes(to) - minutes(from));
    const x = g.x(index + part);
    return [
      svg("line", { class: "coverage-now", x1: x, x2: x, y1: MARGIN.top - 4, y2: g.base }),
      svg("circle", { class: "coverage-now-dot", cx: x, cy: MARGIN.top - 6, r: 3.5 }),
    ];
  }

  #point() {
    const interval = this.#data.intervals[this.#chosen];
    this.box.hidden = !interval;
    this.highlight?.toggleAttribute("hidden", !interval);
    if (!interval || !this.highlight) {
      this.highlight?.setAttribute("width", "0");
      return;
    }
    const g = this.#geometry();
    const left = g.x(this.#chosen);
    const right = g.x(this.#chosen + 1);
    this.highlight.setAttribute("x", left);
    this.highlight.setAttribute("width", right - left);
    this.#fillBox(interval);
    const width = this.box.offsetWidth;
    const wanted = right + 10 + width > g.width ? left - width - 10 : right + 10;
    this.box.style.insetInlineStart = `${Math.max(wanted, 4)}px`;
  }

  #fillBox(interval) {
    const [head, ...rest] = sentence(interval).split(/: (.+)/).filter(Boolean);
    const gap = interval.required - interval.staffed;
    const lines = [h("strong", {}, head), h("div", {}, rest.join(": "))];
    if (gap > 0) lines.push(h("div", { class: "chip is-short" }, say("coverage_short", { count: number(gap) })));
    if (gap < 0) lines.push(h("div", { class: "chip is-over" }, say("coverage_over", { count: number(-gap) })));
    this.box.replaceChildren(...lines);
  }
}

customElements.define("v-coverage", Coverage);
