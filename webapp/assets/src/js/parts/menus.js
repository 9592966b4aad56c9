// Menus are <details class="menu">: here they close on Escape and on a press elsewhere.
// The phone's drawer (#side, opened by its address) takes focus, and Escape closes it.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest?.("details.menu"));
  if (location.hash === "#side" && !event.target.closest("#side")) location.hash = "main";
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest("input, select, textarea, [contenteditable]")) {
    const search = document.querySelector('.topbar input[type="search"]');
    if (!search) return;
    event.preventDefault();
    search.focus();
  }
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (location.hash === "#side") {
    location.hash = "main";
    document.querySelector('a[href="#side"]')?.focus();
  }
});

window.addEventListener("hashchange", () => {
  if (location.hash === "#side") document.querySelector("#side a[href]")?.focus();
});
