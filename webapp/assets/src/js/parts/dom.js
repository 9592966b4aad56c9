// Making elements without markup strings, so that data is never read as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export const h = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

export function icon(name) {
  const sprite = document.querySelector('meta[name="icons"]')?.content ?? "";
  const use = svg("use", { href: `${sprite}#${name}` });
  return svg("svg", { class: "icon", "aria-hidden": "true" }, use);
}

/** The JSON that a custom element carries in its data script, or null. */
export function carriedData(element) {
  const source = element.querySelector(':scope > script[type="application/json"]');
  return source ? JSON.parse(source.textContent) : null;
}

/** Says a sentence to screen readers, without moving focus. */
export function announce(sentence) {
  const region = document.getElementById("live");
  if (region) region.textContent = sentence;
}

export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
