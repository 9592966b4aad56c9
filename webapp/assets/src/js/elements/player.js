// <v-player id="call" label="…"> around <audio>: waveform of each channel, marks of findings,
// and a transcript that follows the sound. Without scripts the audio's own controls work.
//
// Data, in <script type="application/json"> inside, all optional:
//   {"duration_s": 72.4,
//    "channels": [{"name": "Temsilci", "peaks": [0.1, …]}, …],    loudness 0-1, evenly spaced;
//                                                   left out, they are read from the sound
//    "marks": [{"id": "open", "start_s": 0.3, "end_s": 2.1,
//               "kind": "good" | "bad" | "warn" | "info", "label": "…"}, …]}
// On the page: .transcript[data-player=id] with .word[data-start][data-end] follows and seeks;
// [data-seek=seconds] buttons, in the transcript or with data-player=id, play from there.
// Keys: Space or K plays and pauses, ← → 5 s (with Shift 1 s), , . slower and faster, N and P
// next and previous mark - anywhere on the page outside fields, when it is the only player.
// Own drawing, not wavesurfer.js: that one writes a <style> element, which the CSP forbids.

import { carriedData, h, icon, token } from "../parts/dom.js";
import { playingTime, say } from "../parts/words.js";
import { peaksOf } from "./player-peaks.js";
import { Transcript } from "./player-transcript.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];
const CHANNEL_PX = 44;
const MARK_PX = 24;
const COLOURS = ["wave-1", "wave-2"];

class Player extends HTMLElement {
  #leave = null;

  connectedCallback() {
    this.audio = this.querySelector("audio");
    this.info = { channels: [], marks: [], ...carriedData(this) };
    this.audio.controls = false;
    this.#build();
    this.transcript = new Transcript(this);
    this.#listen();
    if (this.info.channels.some(({ peaks }) => peaks)) this.#draw();
    else this.#readPeaks();
  }

  disconnectedCallback() {
    this.#leave.abort();
    this.audio.pause();
  }

  get duration() {
    const { duration } = this.audio;
    return Number.isFinite(duration) && duration > 0 ? duration : this.info.duration_s ?? 0;
  }

  seek(seconds, { andPlay = false } = {}) {
    this.audio.currentTime = Math.min(Math.max(seconds, 0), this.duration || seconds);
    if (andPlay) this.audio.play();
    this.#follow();
  }

  #build() {
    this.playButton = h("button", { type: "button", class: "btn primary player-play" });
    this.playButton.addEventListener("click", () => this.#toggle());
    this.times = h("span", { class: "player-times" });
    this.speed = h("select", { "aria-label": say("speed"), class: "player-speed" });
    for (const speed of SPEEDS) {
      const option = h("option", { value: speed, selected: speed === 1 }, `${speed}×`);
      this.speed.append(option);
    }
    this.canvas = h("canvas", { class: "player-wave", "aria-hidden": "true" });
    this.head = h("span", { class: "player-head", "aria-hidden": "true" });
    this.slider = h("div", {
      class: "player-slider",
      role: "slider",
      tabindex: "0",
      "aria-label": say("position"),
      "aria-valuemin": "0",
    });
    this.marks = h("div", { class: "player-marks" });
    this.names = h("div", { class: "player-names", "aria-hidden": "true" });
    this.trouble = h("p", { class: "field-error", hidden: true }, icon("alert-circle"), say("audio_failed"));
    const stage = h("div", { class: "player-stage" }, this.canvas, this.head, this.slider);
    const side = h("div", { class: "player-track" }, stage, this.marks);
    this.append(
      h("div", { class: "player-bar" }, this.playButton, this.times, this.speed, this.#keysHelp()),
      h("div", { class: "player-body" }, this.names, side),
      this.trouble,
    );
    this.#showState();
  }

  #keysHelp() {
    const keys = [
      ["Space", say("play_pause")],
      ["←", say("back_5")],
      ["→", say("on_5")],
      [",", say("slower")],
      [".", say("faster")],
      ["N", say("next_mark")],
      ["P", say("previous_mark")],
    ];
    const list = h("ul", { class: "player-keys" });
    for (const [key, text] of keys) list.append(h("li", {}, h("kbd", {}, key), ` ${text}`));
    const summary = h("summary", { class: "iconlink" }, icon("keyboard"), say("keys"));
    return h("details", { class: "menu player-help" }, summary, h("div", { class: "menu-panel" }, list));
  }

  #listen() {
    const { audio } = this;
    for (const name of ["play", "pause", "ended"]) {
      audio.addEventListener(name, () => this.#showState());
    }
    for (const name of ["timeupdate", "seeked", "loadedmetadata", "durationchange"]) {
      audio.addEventListener(name, () => this.#follow());
    }
    audio.addEventListener("loadedmetadata", () => this.#placeMarks());
    audio.addEventListener("error", () => (this.trouble.hidden = false));
    this.speed.addEventListener("change", () => (audio.playbackRate = Number(this.speed.value)));
    this.slider.addEventListener("pointerdown", (event) => this.#scrub(event));
    this.slider.addEventListener("keydown", (event) => {
      const end = { Home: 0, End: this.duration }[event.key];
      if (end === undefined) return;
      event.preventDefault();
      this.seek(end);
    });
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    const seekFrom = (event) => {
      const button = event.target.closest(`[data-seek][data-player="${this.id}"]`);
      if (button) this.seek(Number(button.dataset.seek), { andPlay: true });
    };
    document.addEventListener("click", seekFrom, { signal });
    new ResizeObserver(() => {
      this.#draw();
      this.#placeMarks();
    }).observe(this.canvas.parentElement);
    const themes = { attributeFilter: ["data-theme"] };
    new MutationObserver(() => this.#draw()).observe(document.documentElement, themes);
  }

  #toggle() {
    if (this.audio.paused) this.audio.play();
    else this.audio.pause();
  }

  #key(event) {
    const isElsewhere = event.target.closest?.(
      "input, select, textarea, dialog, summary, [contenteditable], v-timeline, .coverage-cursor",
    );
    if (event.defaultPrevented || isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.contains(event.target) && document.querySelectorAll("v-player").length > 1) return;
    const isOnButton = event.key === " " && event.target.closest?.("button, a");
    if (isOnButton) return;
    const at = this.audio.currentTime;
    const leap = event.shiftKey ? 1 : 5;
    const acts = {
      " ": () => this.#toggle(),
      k: () => this.#toggle(),
      ArrowLeft: () => this.seek(at - leap),
      ArrowRight: () => this.seek(at + leap),
      ",": () => this.#changeSpeed(-1),
      ".": () => this.#changeSpeed(1),
      n: () => this.#toMark(1),
      p: () => this.#toMark(-1),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #changeSpeed(step) {
    const index = SPEEDS.indexOf(this.audio.playbackRate) + step;
    if (!SPEEDS[index]) return;
    this.audio.playbackRate = SPEEDS[index];
    this.speed.value = String(SPEEDS[index]);
  }

  #toMark(step) {
    const at = this.audio.currentTime;
    const starts = this.info.marks.map((mark) => mark.start_s).sort((a, b) => a - b);
    const next = step > 0 ? starts.find((start) => start > at + 0.1) : starts.findLast((start) => start < at - 0.5);
    if (next !== undefined) this.seek(next);
  }

  #scrub(event) {
    const box = this.slider.getBoundingClientRect();
    const go = ({ clientX }) => this.seek(((clientX - box.left) / box.width) * this.duration);
    go(event);
    this.slider.setPointerCapture(event.pointerId);
    this.slider.addEventListener("pointermove", go);
    const stop = () => this.slider.removeEventListener("pointermove", go);
    this.slider.addEventListener("lostpointercapture", stop, { once: true });
  }

  #showState() {
    const isPaused = this.audio.paused;
    const word = say(isPaused ? "play" : "pause");
    this.playButton.replaceChildren(icon(isPaused ? "player-play" : "player-pause"), word);
    this.#follow();
    if (!isPaused) this.#animate();
  }

  #animate() {
    if (this.audio.paused || !this.isConnected) return;
    this.#follow();
    requestAnimationFrame(() => this.#animate());
  }

  #follow() {
    const at = this.audio.currentTime;
    const { duration } = this;
    const [now, total] = [playingTime(at), playingTime(duration)];
    this.times.textContent = `${now} / ${total}`;
    this.slider.setAttribute("aria-valuemax", String(Math.round(duration)));
    this.slider.setAttribute("aria-valuenow", String(Math.round(at)));
    this.slider.setAttribute("aria-valuetext", say("position_of", { at: now, total }));
    this.head.style.insetInlineStart = `${duration ? (at / duration) * 100 : 0}%`;
    this.transcript?.follow(at);
  }

  /** Marks that would overlap go to a lane below, so that each can be pressed. */
  #placeMarks() {
    const { duration } = this;
    if (!duration) return;
    const width = this.marks.clientWidth;
    const laneEnds = [];
    const inOrder = [...this.info.marks].sort((a, b) => a.start_s - b.start_s);
    const buttons = inOrder.map((mark) => {
      const left = (mark.start_s / duration) * width;
      const size = Math.max(((mark.end_s - mark.start_s) / duration) * width, MARK_PX);
      const free = laneEnds.findIndex((end) => end <= left);
      const lane = free < 0 ? laneEnds.length : free;
      laneEnds[lane] = left + size;
      const label = say("mark_at", { label: mark.label, at: playingTime(mark.start_s) });
      const button = h("button", {
        type: "button",
        class: `player-mark is-${mark.kind}`,
        "aria-label": label,
        title: label,
        "data-mark": mark.id,
      });
      button.style.insetInlineStart = `${Math.min(left, width - MARK_PX)}px`;
      button.style.inlineSize = `${size}px`;
      button.style.insetBlockStart = `${lane * MARK_PX}px`;
      button.addEventListener("click", () => this.seek(mark.start_s, { andPlay: true }));
      return button;
    });
    this.marks.style.blockSize = `${Math.max(laneEnds.length, 1) * MARK_PX}px`;
    this.marks.replaceChildren(...buttons);
  }

  async #readPeaks() {
    const found = await peaksOf(this.audio.src);
    const names = this.info.channels.map(({ name }) => name);
    this.info.channels = found.map((peaks, i) => ({ name: names[i] ?? "", peaks }));
    this.#draw();
  }

  #draw() {
    const channels = this.info.channels.filter(({ peaks }) => peaks?.length);
    const width = this.canvas.parentElement.clientWidth;
    const height = CHANNEL_PX * Math.max(channels.length, 1);
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.blockSize = `${height}px`;
    this.names.replaceChildren(...channels.map(({ name }) => h("span", {}, name)));
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    for (const [index, { peaks }] of channels.entries()) {
      pen.fillStyle = token(COLOURS[index % COLOURS.length]);
      const middle = CHANNEL_PX * (index + 0.5);
      const bars = Math.floor(width / 3);
      for (let bar = 0; bar < bars; bar += 1) {
        const from = Math.floor((bar / bars) * peaks.length);
        const to = Math.max(Math.floor(((bar + 1) / bars) * peaks.length), from + 1);
        const loudest = Math.max(...peaks.slice(from, to));
        const size = Math.max(loudest * (CHANNEL_PX - 6), 1);
        pen.fillRect(bar * 3, middle - size / 2, 2, size);
      }
    }
  }
}

customElements.define("v-player", Player);
