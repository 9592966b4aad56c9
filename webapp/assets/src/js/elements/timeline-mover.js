// Moving bars of a timeline by pointer or keys: snapping, a ghost where the bar came from,
// Escape to put it back.

import { announce, h } from "../parts/dom.js";
import { clock, clockSpan, say } from "../parts/words.js";

const DRAG_AFTER_PX = 4;

export class Mover {
  #held = null;

  constructor(timeline) {
    this.timeline = timeline;
    timeline.scroller.addEventListener("pointerdown", (event) => this.#press(event));
    timeline.scroller.addEventListener("focusout", (event) => {
      if (this.#held?.byKeys && !this.#held.isRedrawing && event.relatedTarget) this.#drop();
    });
  }

  shift(item, minutes) {
    const saysItsTimes = item.text === clockSpan(item);
    item.start += minutes;
    item.end += minutes;
    if (saysItsTimes) item.text = clockSpan(item);
    for (const part of item.parts ?? []) this.shift(part, minutes);
  }

  /** Handles a key for the chosen item; true when the key was for moving. */
  key(event, found) {
    if (!found) return false;
    const { timeline } = this;
    const isFree = found.item.movable && !found.item.fixed;
    const held = this.#held?.byKeys ? this.#held : null;
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (held && steps) this.#step(steps * timeline.data.step);
    else if (held && (event.key === "Enter" || event.key === " ")) this.#drop();
    else if (event.key === "Escape" && this.#held) this.#putBack();
    else if (!held && isFree && (event.key === "Enter" || event.key === " ")) {
      this.#hold(found, true);
      announce(say("timeline_grab", { item: timeline.describe(found) }));
    } else return Boolean(held) && event.key.startsWith("Arrow");
    event.preventDefault();
    return true;
  }

  #hold(found, byKeys) {
    this.#held = { ...found, byKeys, from: found.item.start };
    this.#show();
  }

  #step(minutes) {
    const { item } = this.#held;
    this.#moveTo(item.start + minutes);
    const { person } = this.#held;
    announce(
      say("timeline_moved", {
        kind: say(item.kind),
        person: person.name,
        start: clock(item.start),
        end: clock(item.end),
      }),
    );
  }

  /** Moves the held item as near to `start` as its shift or window lets it. */
  #moveTo(start) {
    const { timeline } = this;
    const { item, bar, person, from } = this.#held;
    const bounds = item === bar ? timeline.axis.windowOf(item.start) : bar;
    const latest = bounds.end - (item.end - item.start);
    const { step } = timeline.data;
    const snapped = Math.round(start / step) * step;
    const target = Math.max(Math.min(snapped, latest), bounds.start);
    if (target === item.start) return;
    this.shift(item, target - item.start);
    const { id, kind, end } = item;
    const detail = { person: person.id, id, kind, start: target, end, old_start: from };
    timeline.dispatchEvent(new CustomEvent("preview", { bubbles: true, detail }));
    this.#show();
  }

  #show() {
    const { timeline } = this;
    const held = this.#held;
    const { item, row, from } = held;
    held.isRedrawing = true;
    timeline.redraw(row);
    const element = timeline.element(item.id);
    element.classList.add("is-held");
    if (held.byKeys) element.focus({ preventScroll: true });
    held.isRedrawing = false;
    const times = h("span", { class: "tl-times" }, clockSpan(item));
    element.append(times);
    if (item.start === from) return;
    const ghost = h("span", { class: "tl-ghost" });
    timeline.place(ghost, from, from + item.end - item.start);
    element.parentElement.append(ghost);
  }

  #drop() {
    const held = this.#held;
    this.#held = null;
    this.timeline.redraw(held.row);
    this.timeline.element(held.item.id)?.focus({ preventScroll: true });
    if (held.item.start === held.from) return;
    announce(say("timeline_dropped", { start: clock(held.item.start) }));
    this.timeline.finish(held, held.from);
  }

  #putBack() {
    const held = this.#held;
    this.#held = null;
    this.shift(held.item, held.from - held.item.start);
    this.timeline.redraw(held.row);
    this.timeline.element(held.item.id)?.focus({ preventScroll: true });
    announce(say("timeline_back", { start: clock(held.from) }));
  }

  #press(event) {
    const pressed = event.target.closest?.("[data-movable]");
    if (!pressed || event.button !== 0 || this.#held) return;
    const found = this.#foundBy(pressed.dataset.id);
    const origin = { x: event.clientX, start: found.item.start };
    const track = pressed.parentElement.clientWidth;
    const { total } = this.timeline.axis;
    const move = (moved) => {
      const dx = moved.clientX - origin.x;
      if (!this.#held && Math.abs(dx) < DRAG_AFTER_PX) return;
      if (!this.#held) this.#hold(found, false);
      this.#moveTo(origin.start + (dx / track) * total);
    };
    const stop = new AbortController();
    const { signal } = stop;
    const finish = (drop) => () => {
      stop.abort();
      if (!this.#held) return;
      if (drop) this.#drop();
      else this.#putBack();
    };
    window.addEventListener("pointermove", move, { signal });
    window.addEventListener("pointerup", finish(true), { signal });
    window.addEventListener("pointercancel", finish(false), { signal });
    window.addEventListener(
      "keydown",
      (key) => key.key === "Escape" && finish(false)(),
      { signal },
    );
  }

  #foundBy(text) {
    const { people } = this.timeline.data;
    for (const { bars } of people) {
      for (const bar of bars) {
        for (const one of [bar, ...(bar.parts ?? [])]) {
          if (String(one.id) === text) return this.timeline.find(one.id);
        }
      }
    }
    return null;
  }
}
