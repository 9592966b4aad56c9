// ECharts options for the two kinds of chart. Tooltips are drawn on the canvas
// ("richText"): markup with style attributes would break the Content-Security-Policy.

import { say } from "../parts/words.js";

const ROLES = {
  main: { color: "series-1", width: 2.25 },
  actual: { color: "ink", width: 1.5 },
  compare: { color: "series-2", width: 1.75, type: "dashed" },
};

function common(look) {
  const text = { color: look.ink, fontFamily: look.font, fontSize: 12 };
  return {
    animation: false,
    textStyle: text,
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: look.raised,
      borderColor: look["line-strong"],
      borderWidth: 1,
      textStyle: text,
      transitionDuration: 0,
    },
  };
}

function axisLook(look) {
  return {
    axisLine: { lineStyle: { color: look["line-strong"] } },
    axisTick: { show: false },
    axisLabel: { color: look["ink-2"], fontSize: 11, hideOverlap: true },
    splitLine: { lineStyle: { color: look.line } },
  };
}

/** The band as two stacked series: an unseen floor and the height above it. */
function bandSeries(band, look) {
  const shared = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
  const heights = band.high.map((high, i) =>
    high === null || band.low[i] === null ? null : high - band.low[i],
  );
  return [
    { ...shared, name: `${band.name} `, data: band.low },
    {
      ...shared,
      name: band.name,
      data: heights,
      itemStyle: { color: look["staffed-soft"] },
      areaStyle: { color: look["staffed-soft"], opacity: 0.8 },
    },
  ];
}

function drawnSeries({ name, role = "main", values }, look, marks) {
  const { color, width, type } = ROLES[role];
  const line = {
    name,
    type: "line",
    data: values,
    symbol: values.length > 120 ? "none" : "circle",
    symbolSize: 4,
    showSymbol: role === "actual" && values.length <= 120,
    itemStyle: { color: look[color] },
    lineStyle: { color: look[color], width, type: type ?? "solid" },
    emphasis: { disabled: true },
    z: role === "actual" ? 4 : 3,
  };
  if (marks) {
    line.markLine = {
      symbol: "none",
      silent: true,
      lineStyle: { color: look["series-4"], type: "dotted", width: 1.5 },
      label: { color: look["series-4"], fontSize: 11, formatter: ({ name: label }) => label },
      data: marks.map(({ x, label }) => ({ xAxis: x, name: label })),
    };
  }
  return line;
}

function zoom(look) {
  return [
    { type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false },
    {
      type: "slider",
      height: 22,
      bottom: 6,
      brushSelect: false,
      borderColor: look.line,
      fillerColor: look["accent-soft"],
      handleStyle: { color: look.surface, borderColor: look.accent },
      moveHandleStyle: { color: look.accent },
      dataBackground: { lineStyle: { color: look["line-strong"] }, areaStyle: { color: look.line } },
      selectedDataBackground: { lineStyle: { color: look.accent }, areaStyle: { color: look["accent-soft"] } },
      textStyle: { color: look["ink-2"], fontSize: 11 },
    },
  ];
}

export function lineOption({ x, series, band, marks, unit = "", zoom: canZoom }, look, write) {
  const option = common(look);
  const names = series.map(({ name }) => name);
  option.grid = { left: 8, right: 14, top: 42, bottom: canZoom ? 40 : 8, containLabel: true };
  option.legend = {
    data: band ? [...names, band.name] : names,
    top: 0,
    left: 0,
    itemWidth: 18,
    itemHeight: 9,
    textStyle: { color: look["ink-2"], fontSize: 12 },
  };
  option.xAxis = { type: "category", data: x, boundaryGap: false, ...axisLook(look) };
  option.yAxis = {
    type: "value",
    ...axisLook(look),
    axisLine: { show: false },
    name: unit,
    nameTextStyle: { color: look["ink-2"], fontSize: 11, align: "right" },
    nameGap: 10,
  };
  option.yAxis.axisLabel.formatter = write;
  option.series = [
    ...(band ? bandSeries(band, look) : []),
    ...series.map((one, i) => drawnSeries(one, look, i === 0 ? marks : null)),
  ];
  if (canZoom) option.dataZoom = zoom(look);
  option.tooltip.trigger = "axis";
  option.tooltip.axisPointer = { lineStyle: { color: look["line-strong"] } };
  option.tooltip.formatter = (points) => {
    const { dataIndex, axisValue } = points[0];
    const known = series.filter(({ values }) => (values[dataIndex] ?? null) !== null);
    const lines = known.map(({ name, values }) => `${name}: ${write(values[dataIndex])} ${unit}`);
    if (band && (band.low[dataIndex] ?? null) !== null) {
      const [low, high] = [write(band.low[dataIndex]), write(band.high[dataIndex])];
      lines.push(`${band.name}: ${low}–${high} ${unit}`);
    }
    return [axisValue, ...lines].join("\n");
  };
  return option;
}

export function heatOption({ columns, rows, values, unit = "" }, look, write) {
  const option = common(look);
  const cells = values.flatMap((row, r) => row.map((value, c) => [c, r, value ?? "-"]));
  const known = values.flat().filter((value) => value !== null);
  option.grid = { left: 4, right: 8, top: 6, bottom: 44, containLabel: true };
  option.xAxis = { type: "category", data: columns, ...axisLook(look), axisLine: { show: false } };
  option.yAxis = { type: "category", data: rows, inverse: true, ...axisLook(look), axisLine: { show: false } };
  option.visualMap = {
    min: Math.min(0, ...known),
    max: Math.max(1, ...known),
    calculable: false,
    orient: "horizontal",
    left: 0,
    bottom: 4,
    itemWidth: 12,
    itemHeight: 150,
    text: [`${write(Math.max(1, ...known))} ${unit}`, write(Math.min(0, ...known))],
    textStyle: { color: look["ink-2"], fontSize: 11 },
    inRange: { color: [look["heat-0"], look["heat-1"], look["heat-2"], look["heat-3"]] },
  };
  option.series = [
    {
      type: "heatmap",
      data: cells,
      itemStyle: { borderColor: look.surface, borderWidth: 1.5, borderRadius: 2 },
      emphasis: { itemStyle: { borderColor: look.ink, borderWidth: 1.5 } },
    },
  ];
  option.tooltip.formatter = ({ value: [column, row, value] }) => {
    const amount = value === "-" ? say("chart_unknown") : `${write(value)} ${unit}`;
    return `${rows[row]} ${columns[column]}\n${amount}`;
  };
  return option;
}
