// The month's charts. A press on a mark goes to what is behind it; every number stands in a table as well.
"use strict";
(() => {
  const source = document.getElementById("charts");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = [];
  const with_query = (address, name, value) => `${address}${address.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
  const go = (path) => { location.href = path; };

  function base() {
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: style("--dim") },
      axis: { axisLine: { lineStyle: { color: style("--line") } }, axisTick: { show: false }, axisLabel: { color: style("--dim"), fontSize: 12 }, splitLine: { lineStyle: { color: style("--line") } }, nameTextStyle: { color: style("--dim"), fontSize: 12 } },
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

  // Means with whiskers: a stem from the lower end to the upper, a cap on either, a dot for the mean.
  function means(all, joined) {
    const { animation, textStyle, axis } = base();
    // An interval of two or three calls may span everything: the scale follows the means and lets it run out below.
    const lowest = Math.max(Math.min(...all.map((o) => o.low)), Math.min(...all.map((o) => o.mean)) - 20);
    const floor = Math.max(0, Math.floor((Math.min(lowest, 75) - 2) / 5) * 5);
    const lines = data.grades.filter((g) => g.at > floor);
    const accent = style("--accent");
    const cap = (values) => ({ type: "line", silent: true, lineStyle: { width: 0 }, symbol: "rect", symbolSize: [10, 1.5], itemStyle: { color: accent }, data: values });
    return {
      animation, textStyle,
      grid: { left: 8, right: 8, top: 26, bottom: 4, containLabel: true },
      // The last, empty place holds the names of the grades.
      xAxis: { type: "category", data: [...all.map((o) => o.name), ""], ...axis, axisLabel: { ...axis.axisLabel, interval: 0, hideOverlap: true } },
      yAxis: { type: "value", name: data.words.mean, min: floor, max: 100, ...axis },
      series: [
        { type: "bar", stack: "interval", silent: true, barWidth: 1.5, itemStyle: { color: "transparent" }, data: all.map((o) => Math.max(o.low, floor)) },
        { type: "bar", stack: "interval", silent: true, barWidth: 1.5, itemStyle: { color: accent }, data: all.map((o) => o.high - Math.max(o.low, floor)) },
        cap(all.map((o) => (o.low >= floor && o.low < o.high ? o.low : null))),
        cap(all.map((o) => (o.low < o.high ? o.high : null))),
        { type: "line", lineStyle: { width: joined ? 1.5 : 0, color: accent }, symbol: "circle", symbolSize: 9, itemStyle: { color: accent }, data: all.map((o) => o.mean), label: { show: true, position: "right", color: style("--ink"), formatter: (p) => p.value.toFixed(1) } },
        ...lines.map((g) => ({ type: "line", silent: true, symbol: "none", lineStyle: { width: 1, type: "dashed", color: style("--dim"), opacity: 0.7 }, data: [...all.map(() => g.at), g.at], endLabel: { show: true, formatter: `${g.name} ${g.at}`, color: style("--dim"), distance: -4, offset: [4, -8], align: "left" } })),
      ],
    };
  }

  function draw(id, option, press, height) {
    const place = document.getElementById(id);
    if (!place) return;
    if (height) place.style.height = `${height}px`;
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option());
    chart.on("click", (event) => press(event.dataIndex));
    charts.push([chart, option]);
  }

  const operators = data.operators_at.split("?");
  const operator_page = (id) => `${operators[0]}${encodeURIComponent(id)}${operators[1] ? `?${operators[1]}` : ""}`;
  if (data.items.length) draw("chart-items", items, (i) => go(with_query(data.calls, "item", data.items[data.items.length - 1 - i].code)), data.items.length * 26 + 12);
  if (data.operators.length) draw("chart-operators", () => means(data.operators, false), (i) => go(operator_page(data.operators[i].id)));
  if (data.months.length) draw("chart-months", () => means(data.months, true), (i) => go(location.pathname.replace(/\/months\/[^/]+/, `/months/${data.months[i].name}`) + location.search));
  window.addEventListener("resize", () => charts.forEach(([chart]) => chart.resize()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(([chart, option]) => chart.setOption(option())));
})();
