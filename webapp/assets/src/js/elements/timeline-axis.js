// The time axis of a timeline: windows of time side by side, minutes ↔ share of the width.

import { h } from "../parts/dom.js";
import { clock } from "../parts/words.js";

const PX_PER_MINUTE = { day: 0.62, week: 0.115 };
const HOURS = [1, 2, 3, 4, 6, 12];

export class Axis {
  constructor(windows) {
    this.windows = windows;
    this.total = windows.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  get isWeek() {
    return this.windows.length > 1;
  }

  minWidth() {
    const scale = this.isWeek ? PX_PER_MINUTE.week : PX_PER_MINUTE.day;
    return Math.round(this.total * scale);
  }

  /** Where an instant lies, 0-1; one between two windows lies on their border. */
  share(minutes) {
    let before = 0;
    for (const { start, end } of this.windows) {
      if (minutes <= start) break;
      before += Math.min(minutes, end) - start;
      if (minutes <= end) break;
    }
    return before / this.total;
  }

  windowOf(minutes) {
    const { windows } = this;
    return windows.find(({ end }) => minutes < end) ?? windows[windows.length - 1];
  }

  #hours(track, room) {
    const perHour = (track / this.total) * 60;
    const every = HOURS.find((hours) => hours * perHour >= room);
    if (!every) return [];
    const ticks = [];
    for (const { start, end } of this.windows) {
      for (let at = Math.ceil(start / 60) * 60; at < end; at += 60) {
        if ((at / 60) % every === 0) ticks.push(at);
      }
    }
    return ticks;
  }

  heads(track) {
    const marks = [];
    const put = (className, at, text) => {
      const mark = h("span", { class: className }, text);
      mark.style.insetInlineStart = `${this.share(at) * 100}%`;
      marks.push(mark);
    };
    for (const { start, label } of this.windows) {
      if (label) put("tl-day", start + 0.01, label);
    }
    const ticks = this.isWeek ? [] : this.#hours(track, 44);
    for (const at of ticks) put("tl-hour", at, clock(at));
    return marks;
  }

  lines(track, now) {
    const marks = [];
    const put = (className, at) => {
      const mark = h("span", { class: className });
      mark.style.insetInlineStart = `${this.share(at) * 100}%`;
      marks.push(mark);
    };
    for (const at of this.#hours(track, this.isWeek ? 24 : 30)) put("tl-line", at);
    for (const { start } of this.windows.slice(1)) put("tl-line is-day", start + 0.01);
    if (now !== undefined && now !== null) put("tl-now", now);
    return marks;
  }
}
