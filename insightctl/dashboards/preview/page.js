"use strict";
(() => {
  const root = document.documentElement;
  const charts = new Map(JSON.parse(document.getElementById("data").textContent).map((each) => [String(each.w), each]));
  const tip = document.getElementById("tip");
  const SVG = "http://www.w3.org/2000/svg";

  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.dataset.theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : root.dataset.theme === "dark";
    root.dataset.theme = dark ? "light" : "dark";
  });

  const amount = (value) => {
    const size = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e4, "k"]].find(([least]) => Math.abs(value) >= least);
    const short = (number) => number.toLocaleString("en-US", { maximumSignificantDigits: 4 });
    return size ? short(value / size[0]) + size[1] : short(value);
  };
  const moment = (ms) => new Date(ms).toISOString().replace("T", " ").replace(/(:00)?\.\d+Z$/, "") + " UTC";
  const element = (name, text, css) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (css) made.className = css;
    return made;
  };

  const nearest = (times, at) => {
    let low = 0, high = times.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < at) low = middle + 1; else high = middle;
    }
    return low > 0 && at - times[low - 1] <= times[low] - at ? low - 1 : low;
  };

  const hidden = (figure, index) => figure.dataset.off?.split(" ").includes(String(index));

  const crosshair = (figure, chart, at) => {
    const svg = figure.querySelector("svg");
    let line = svg.querySelector(".cross");
    if (at === null) { line?.remove(); return; }
    const [x, y, width, height] = chart.frame;
    if (!line) {
      line = document.createElementNS(SVG, "line");
      line.setAttribute("class", "cross");
      line.setAttribute("stroke", "var(--muted)");
      line.setAttribute("pointer-events", "none");
      svg.append(line);
    }
    const here = x + ((at - chart.time[0]) / (chart.time[1] - chart.time[0])) * width;
    for (const [name, value] of [["x1", here], ["x2", here], ["y1", y], ["y2", y + height]]) line.setAttribute(name, value);
  };

  const place = (event) => {
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = event.clientX + 16 + box.width > innerWidth ? event.clientX - 16 - box.width : event.clientX + 16;
    const top = Math.min(event.clientY + 12, innerHeight - box.height - 8);
    tip.style.left = `${Math.max(left, 4)}px`;
    tip.style.top = `${Math.max(top, 4)}px`;
  };

  const row = (label, text, css) => {
    const made = element("div", undefined, css);
    made.append(element("span", label), element("em", text));
    return made;
  };

  const overTime = (figure, chart, event) => {
    const svg = figure.querySelector("svg");
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const [x, y, width, height] = chart.frame;
    const share = (point.x - x) / width;
    if (share < 0 || share > 1 || point.y < y - 30 || point.y > y + height) return leave();
    const at = chart.time[0] + share * (chart.time[1] - chart.time[0]);
    let best = null;
    for (const line of chart.lines) {
      if (!line.t.length) continue;
      const time = line.t[nearest(line.t, at)];
      if (best === null || Math.abs(time - at) < Math.abs(best - at)) best = time;
    }
    const shown = best === null ? at : best;
    const rows = [element("b", moment(shown))];
    for (const mark of chart.marks) {
      if (Math.abs(mark.t - at) < (chart.time[1] - chart.time[0]) / 80) rows.push(row(mark.n || "marked", moment(mark.t).slice(11, 16)));
    }
    const values = chart.lines
      .map((line, index) => ({ line, index, place: nearest(line.t, shown) }))
      .filter(({ line, index, place }) => line.t.length && Math.abs(line.t[place] - shown) <= 30000 && !hidden(figure, index))
      .map(({ line, place }) => ({ line, value: line.v[place] }))
      .sort((a, b) => b.value - a.value);
    for (const { line, value } of values.slice(0, 12)) rows.push(row(line.n, `${amount(value)} ${line.u}`.trim(), line.k));
    if (values.length > 12) rows.push(element("p", `and ${values.length - 12} more`));
    tip.replaceChildren(...rows);
    place(event);
    for (const other of document.querySelectorAll(".plot")) {
      const its = charts.get(other.dataset.w);
      if (its?.time) crosshair(other, its, shown >= its.time[0] && shown <= its.time[1] ? shown : null);
    }
  };

  const leave = () => {
    tip.hidden = true;
    for (const line of document.querySelectorAll(".cross")) line.remove();
  };

  for (const figure of document.querySelectorAll(".plot")) {
    const chart = charts.get(figure.dataset.w);
    if (!chart) continue;
    figure.addEventListener("pointermove", (event) => {
      if (chart.time) return overTime(figure, chart, event);
      const mark = event.target.closest?.("[data-s]");
      const slice = mark && chart.slices[Number(mark.dataset.s)];
      if (!slice) return leave();
      tip.replaceChildren(row(slice.n, slice.v, slice.k));
      return place(event);
    });
    figure.addEventListener("pointerleave", leave);

    const legend = figure.parentElement.querySelector(".legend");
    if (!legend || !chart.time) continue;
    const marks = (index) => figure.querySelectorAll(`[data-s="${index}"]`);
    for (const key of legend.children) {
      const index = key.dataset.s;
      key.addEventListener("click", () => {
        const off = key.classList.toggle("off");
        for (const mark of marks(index)) mark.classList.toggle("away", off);
        figure.dataset.off = [...legend.querySelectorAll(".off")].map((each) => each.dataset.s).join(" ");
      });
      key.addEventListener("pointerenter", () => {
        for (const mark of figure.querySelectorAll("[data-s]")) mark.classList.toggle("faint", mark.dataset.s !== index);
      });
      key.addEventListener("pointerleave", () => {
        for (const mark of figure.querySelectorAll(".faint")) mark.classList.remove("faint");
      });
    }
  }
})();
