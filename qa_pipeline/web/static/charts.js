// The month's two charts. A press on a bar goes to the calls behind it; the numbers stand in the tables as well.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("charts").textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];
  const calls = (name, value) => `${data.calls}&${name}=${encodeURIComponent(value)}`;

  function base() {
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: style("--dim") },
      axis: { axisLine: { lineStyle: { color: style("--line") } }, axisTick: { show: false }, axisLabel: { color: style("--dim"), fontSize: 12 }, splitLine: { lineStyle: { color: style("--line") } } },
    };
  }

  function items() {
    const { animation, textStyle, axis } = base();
    const worst = [...data.items].reverse();
    return {
      animation, textStyle,
      grid: { left: 8, right: 44, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: "value", ...axis, axisLabel: { show: false }, splitLine: { show: false }, axisLine: { show: false } },
      yAxis: { type: "category", data: worst.map((i) => i.name), ...axis, axisLabel: { ...axis.axisLabel, width: 150, overflow: "truncate" } },
      series: [{ type: "bar", data: worst.map((i) => i.value), barMaxWidth: 14, itemStyle: { color: style("--bad"), opacity: 0.75 }, label: { show: true, position: "right", color: style("--ink"), formatter: (p) => `−${p.value.toFixed(2)}` } }],
    };
  }

  function operators() {
    const { animation, textStyle, axis } = base();
    const all = data.operators;
    // An interval of two or three calls may span everything: the scale follows the means and lets it run out below.
    const lowest = Math.max(Math.min(...all.map((o) => o.low)), Math.min(...all.map((o) => o.mean)) - 20);
    const floor = Math.max(0, Math.floor((Math.min(lowest, 75) - 2) / 5) * 5);
    const lines = data.grades.filter((g) => g.at > floor);
    return {
      animation, textStyle,
      grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
      // The last, empty place holds the names of the grades.
      xAxis: { type: "category", data: [...all.map((o) => o.name), ""], ...axis, axisLabel: { ...axis.axisLabel, interval: 0, hideOverlap: true } },
      yAxis: { type: "value", min: floor, max: 100, ...axis },
      series: [
        { type: "bar", stack: "interval", silent: true, barMaxWidth: 10, itemStyle: { color: "transparent" }, data: all.map((o) => Math.max(o.low, floor)) },
        { type: "bar", stack: "interval", barMaxWidth: 10, itemStyle: { color: style("--accent"), opacity: 0.35, borderRadius: 3 }, data: all.map((o) => o.high - Math.max(o.low, floor)) },
        { type: "line", lineStyle: { width: 0 }, symbol: "circle", symbolSize: 9, itemStyle: { color: style("--accent") }, data: all.map((o) => o.mean), label: { show: true, position: "right", color: style("--ink"), formatter: (p) => p.value.toFixed(1) } },
        ...lines.map((g) => ({ type: "line", silent: true, symbol: "none", lineStyle: { width: 1, type: "dashed", color: style("--dim"), opacity: 0.7 }, data: [...all.map(() => g.at), g.at], endLabel: { show: true, formatter: `${g.name} ${g.at}`, color: style("--dim"), distance: -4, offset: [4, -8], align: "left" } })),
      ],
    };
  }

  function draw(id, option, key, height) {
    const place = document.getElementById(id);
    if (!place) return;
    if (height) place.style.height = `${height}px`;
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option());
    chart.on("click", (press) => { location.href = key(press.dataIndex); });
    charts.push([chart, option]);
  }

  if (data.items.length) draw("chart-items", items, (i) => calls("item", data.items[data.items.length - 1 - i].code), data.items.length * 26 + 12);
  if (data.operators.length) draw("chart-operators", operators, (i) => calls("operator", data.operators[i].id));
  window.addEventListener("resize", () => charts.forEach(([chart]) => chart.resize()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(([chart, option]) => chart.setOption(option())));
})();
