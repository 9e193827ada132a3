// Draws the course that the table on the page tells; without this file the table is opened and read.
(() => {
  const table = document.getElementById("course-table");
  const canvas = document.getElementById("chart");
  if (!table || !canvas || !window.Chart || table.tBodies[0].rows.length < 2) return;
  const rows = [...table.tBodies[0].rows].reverse();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const draw = () => new Chart(canvas, {
    type: "line",
    data: {
      labels: rows.map((row) => row.cells[0].textContent),
      datasets: [{ label: table.dataset.currency, data: rows.map((row) => Number(row.cells[1].dataset.value)), borderColor: colour("--sea"), borderWidth: 2, pointRadius: 0, pointHitRadius: 12, tension: 0.1 }],
    },
    options: {
      animation: false,
      plugins: { legend: { display: false } },
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { ticks: { color: colour("--soft"), maxTicksLimit: 8, maxRotation: 0 }, grid: { display: false } },
        y: { ticks: { color: colour("--soft") }, grid: { color: colour("--line") } },
      },
    },
  });
  canvas.hidden = false;
  let chart = draw();
  new MutationObserver(() => { chart.destroy(); chart = draw(); }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
