// The script of every page: htmx, small behaviours, and the pictures when a page has one.

import "./parts/requests.js";
import "./parts/menus.js";
import "./parts/dialogs.js";
import "./parts/forms.js";
import "./parts/tables.js";
import "./parts/upload.js";

/** Custom elements are fetched only by pages that use them. */
const ELEMENTS = {
  "v-coverage": () => import("./elements/coverage.js"),
  "v-timeline": () => import("./elements/timeline.js"),
  "v-chart": () => import("./elements/chart.js"),
  "v-player": () => import("./elements/player.js"),
};

function loadElements(root) {
  for (const [name, load] of Object.entries(ELEMENTS)) {
    if (root.matches?.(name) || root.querySelector(name)) load();
  }
}

loadElements(document);
document.addEventListener("htmx:load", (event) => loadElements(event.target));
