// Requests to the server: htmx under a strict CSP, the CSRF token on every change, and
// answers that update pictures.

import htmx from "htmx.org";
import { announce, h, icon } from "./dom.js";
import { say } from "./words.js";

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  flash(say(status === 403 ? "forbidden" : "request_failed", { status }), "bad");
});

document.addEventListener("htmx:sendError", () => flash(say("offline"), "bad"));

/** Shows a message above the page, as the server's own messages are shown. */
export function flash(sentence, kind = "info") {
  const list = document.getElementById("flashes");
  const marks = { good: "circle-check", bad: "alert-octagon", warn: "alert-triangle" };
  const text = h("div", { class: "verdict-text" }, sentence);
  const line = h("div", { class: `verdict is-${kind}` }, icon(marks[kind] ?? "info-circle"), text);
  list?.replaceChildren(line);
  announce(sentence);
}

/**
 * Posts fields and returns the JSON answer, with `refused` set to a sentence on failure.
 *
 * An answer may hold `update` (selector of an element with a `data` property → its new
 * data), `html` (selector → markup that replaces its content) and `message`.
 */
export async function post(url, fields) {
  let answer;
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    });
    const isJson = response.headers.get("Content-Type")?.includes("json");
    answer = isJson ? await response.json() : {};
    if (!response.ok) {
      answer.refused ??= say("request_failed", { status: response.status });
    }
  } catch {
    answer = { refused: say("offline") };
  }
  applyAnswer(answer);
  return answer;
}

function applyAnswer({ update = {}, html = {}, message, refused }) {
  for (const [selector, data] of Object.entries(update)) {
    for (const element of document.querySelectorAll(selector)) element.data = data;
  }
  for (const [selector, markup] of Object.entries(html)) {
    const element = document.querySelector(selector);
    if (element) htmx.swap(element, markup, { swapStyle: "innerHTML" });
  }
  if (refused) flash(refused, "bad");
  else if (message) flash(message, "good");
}
