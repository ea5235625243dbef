// Charts from the tables beside them: a table with data-chart holds the figures, also for those
// who cannot see a picture.
(() => {
  "use strict";
  const colours = ["#1d4f7c", "#b3541e", "#17643a", "#7a4fa3"];
  const style = getComputedStyle(document.documentElement);
  const soft = style.getPropertyValue("--ink-soft").trim();
  const line = style.getPropertyValue("--line-soft").trim();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const bright = ["#8dbde8", "#f0a878", "#86d6a7", "#c9a7ea"];

  const number = (cell) => {
    const text = cell.dataset.value ?? "";
    return text === "" ? null : Number(text);
  };
  const draw = (table) => {
    const place = document.getElementById(table.dataset.chart);
    const rows = [...table.tBodies[0].rows];
    // Several nights of one day are no line: the axis would span months to show them.
    if (!place || new Set(rows.map((row) => row.cells[0].dataset.day)).size < 2) return;
    const heads = [...table.tHead.rows[0].cells];
    const days = rows.map((row) => Date.parse(`${row.cells[0].dataset.day}T00:00:00Z`) / 1000);
    const picked = heads.map((_, index) => index).filter((index) => "series" in heads[index].dataset);
    const unit = table.dataset.unit ?? "";
    const wide = Math.max(260, place.clientWidth);
    new uPlot(
      {
        width: wide,
        height: Number(table.dataset.height ?? 210),
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "UTC"),
        legend: { live: false },
        cursor: { drag: { x: false, y: false } },
        scales: { y: { range: (_, low, high) => [0, Math.max(high || 0, unit === "%" ? 10 : 4) * 1.08] } },
        axes: [
          { stroke: soft, grid: { stroke: line, width: 1 }, incrs: [1, 2, 3, 7, 14, 28, 91, 182, 364].map((days) => days * 86400), values: (_, ticks) => ticks.map((t) => new Date(t * 1e3).toISOString().slice(5, 10)) },
          { stroke: soft, grid: { stroke: line, width: 1 }, values: (_, ticks) => ticks.map((t) => t + unit) },
        ],
        series: [
          {},
          ...picked.map((index, n) => ({
            label: heads[index].textContent.trim(),
            stroke: (dark ? bright : colours)[n % 4],
            width: 2,
            points: { size: 5 },
            spanGaps: true,
          })),
        ],
      },
      [days, ...picked.map((index) => rows.map((row) => number(row.cells[index])))],
      place,
    );
  };
  document.querySelectorAll("table[data-chart]").forEach(draw);
})();
