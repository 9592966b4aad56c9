// Forms: [data-autosubmit] sends itself when a choice changes, a form is sent once only,
// [data-print] prints, and the theme changes at once while its choice is being stored.

import { announce } from "./dom.js";
import { say } from "./words.js";

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-autosubmit]") && form.reportValidity()) form.requestSubmit();
});

for (const button of document.querySelectorAll("[data-autosubmit] [data-fallback]")) {
  button.hidden = true;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-choice]") && event.submitter) {
    chooseTheme(event, form);
    return;
  }
  if (form.method !== "post" || form.matches("[data-resend]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sent]");
  if (form) delete form.dataset.sent;
});

async function chooseTheme(event, form) {
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll('[data-theme-choice] [name="theme"]')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  announce(say("theme_changed"));
  const body = new FormData(form);
  body.set("theme", theme);
  await fetch(form.action, { method: "POST", body });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// Paper is light: drawings on a canvas take their colours from the page's theme.
window.addEventListener("beforeprint", () => {
  const { dataset } = document.documentElement;
  dataset.themeOnScreen = dataset.theme;
  dataset.theme = "light";
});
window.addEventListener("afterprint", () => {
  const { dataset } = document.documentElement;
  dataset.theme = dataset.themeOnScreen ?? dataset.theme;
});
