// <v-chart label="…">: lines with a band and zoom, or a heat map, drawn by ECharts.
//
// Data, in <script type="application/json"> inside, or set as `element.data`; labels come
// formatted, numbers come raw:
//   {"kind": "lines", "x": ["01.03", …], "unit": "çağrı", "zoom": true,
//    "series": [{"name": "…", "role": "main" | "actual" | "compare", "values": [1, null, …]}],
//    "band": {"name": "…", "low": […], "high": […]},       optional
//    "marks": [{"x": "15.03", "label": "…"}]}              special days, optional
//   {"kind": "heat", "unit": "çağrı", "columns": […], "rows": […], "values": [[…], …]}
// Add "percent": true where the values are shares (0-1).
// The chart follows the theme, and is described in words for those who do not see it.

import { HeatmapChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { carriedData, h, token } from "../parts/dom.js";
import { number, say, share } from "../parts/words.js";
import { heatOption, lineOption } from "./chart-options.js";

use([
  AriaComponent,
  CanvasRenderer,
  DataZoomComponent,
  GridComponent,
  HeatmapChart,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
]);

const TOKENS = [
  "ink", "ink-2", "line", "line-strong", "surface", "raised", "accent", "accent-soft",
  "staffed-soft", "series-1", "series-2", "series-3", "series-4", "heat-0", "heat-1",
  "heat-2", "heat-3",
];

class Chart extends HTMLElement {
  #data = null;
  #chart = null;

  connectedCallback() {
    this.drawing = h("div", { class: "chart-drawing", role: "img" });
    this.table = h("details", { class: "explain picture-table" });
    this.table.addEventListener("toggle", () => this.table.open && this.#fillTable());
    this.table.append(h("summary", {}, say("as_table")));
    this.append(this.drawing, this.table);
    this.#chart = init(this.drawing, null, { renderer: "canvas" });
    new ResizeObserver(() => this.#chart.resize()).observe(this.drawing);
    const redraw = () => this.#draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    const themes = { attributeFilter: ["data-theme"] };
    new MutationObserver(redraw).observe(document.documentElement, themes);
    const carried = carriedData(this);
    if (carried) this.data = carried;
  }

  get data() {
    return this.#data;
  }

  set data(data) {
    this.#data = data;
    this.#draw();
    this.table.querySelector(".table-wrap")?.remove();
  }

  get #say() {
    return this.#data.percent ? share : number;
  }

  #draw() {
    if (!this.#data) return;
    const look = Object.fromEntries(TOKENS.map((name) => [name, token(name)]));
    look.font = getComputedStyle(document.body).fontFamily;
    look.isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const option = (this.#data.kind === "heat" ? heatOption : lineOption)(
      this.#data,
      look,
      this.#say,
    );
    this.#chart.setOption(option, { notMerge: true });
    this.#chart.getZr().flush();
    this.drawing.setAttribute("aria-label", this.#description());
  }

  #description() {
    const { kind, series, rows, columns, values, unit = "" } = this.#data;
    const label = this.getAttribute("label") ?? "";
    const range = (name, numbers) => {
      const known = numbers.filter((value) => value !== null);
      if (known.length === 0) return name;
      const [low, high] = [Math.min(...known), Math.max(...known)].map(this.#say);
      return say("chart_range", { name, low, high, unit });
    };
    if (kind !== "heat") {
      return [label, ...series.map((one) => range(one.name, one.values))].join(". ");
    }
    const flat = values.flatMap((row, r) => row.map((value, c) => [value ?? -1, r, c]));
    const [top, row, column] = flat.reduce((a, b) => (b[0] > a[0] ? b : a));
    const where = `${rows[row]} ${columns[column]}`;
    return `${label}. ${say("chart_peak", { where, value: this.#say(top), unit })}`;
  }

  #fillTable() {
    if (this.table.querySelector(".table-wrap")) return;
    const { kind, x, series, band, rows, columns, values } = this.#data;
    const show = (value) => (value === null || value === undefined ? "–" : this.#say(value));
    const cell = (text) => h("td", { class: "num" }, text);
    const header = (text) => h(text ? "th" : "td", { scope: text ? "col" : null, class: "num" }, text);
    const lines = (heads, names, at) => {
      const head = h("thead", {}, h("tr", {}, ...["", ...heads].map(header)));
      const body = names.map((name, i) =>
        h("tr", {}, h("th", { scope: "row" }, name), ...at(i).map((v) => cell(show(v)))),
      );
      const attributes = { class: "table-wrap tall", tabindex: "0", role: "region" };
      attributes["aria-label"] = this.getAttribute("label");
      this.table.append(h("div", attributes, h("table", { class: "table" }, head, h("tbody", {}, ...body))));
    };
    if (kind === "heat") return lines(columns, rows, (i) => values[i]);
    const all = [...series];
    if (band) {
      all.push({ name: `${band.name} ↓`, values: band.low }, { name: `${band.name} ↑`, values: band.high });
    }
    return lines(all.map(({ name }) => name), x, (i) => all.map((one) => one.values[i]));
  }
}

customElements.define("v-chart", Chart);
