// Sentences and numbers in the reader's language.
//
// Sentences come translated from the page, in <script type="application/json" id="words">,
// with {name} where a value goes. A word that the page lacks shows as its key.

const language = document.documentElement.lang || "tr";
let sentences;

function load() {
  const source = document.getElementById("words");
  return source ? JSON.parse(source.textContent) : {};
}

export function say(key, values = {}) {
  sentences ??= load();
  const sentence = sentences[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const upToOne = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(language, { style: "percent" });

export const number = (value) =>
  Number.isInteger(value) ? whole.format(value) : upToOne.format(value);
export const share = (value) => percent.format(value);
export const collator = new Intl.Collator(language, { numeric: true });

const twoDigits = (value) => String(value).padStart(2, "0");

/** 24-hour clock of minutes since a midnight: 750 is 12:30. */
export const clock = (minutes) =>
  `${twoDigits(Math.floor(minutes / 60) % 24)}:${twoDigits(Math.round(minutes) % 60)}`;

/** From and to on the clock: 08:30–17:30. */
export const clockSpan = ({ start, end }) => `${clock(start)}–${clock(end)}`;

/** Playing time of seconds: 75.2 is 1:15. */
export const playingTime = (seconds) =>
  `${Math.floor(seconds / 60)}:${twoDigits(Math.floor(seconds % 60))}`;

export const isRtl = () => document.documentElement.dir === "rtl";
