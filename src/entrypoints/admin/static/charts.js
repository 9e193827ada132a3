// Draws the tables of a page that have a canvas, and folds them; without this file the tables are read as they are.
(() => {
  if (!window.Chart) return;
  const colour = (name) => {  // the variables hold light-dark(): only a computed colour is one that a canvas knows
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(${name})`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const COLOURS = ["--accent", "--busy", "--bad"];
  const number = (cell) => Number(cell.textContent.replace(/[^0-9]/g, ""));

  const draw = (canvas, table) => {
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const rows = [...table.tBodies[0].rows];
    return new Chart(canvas, {
      type: "bar",
      data: {
        labels: rows.map((row) => row.cells[0].dataset.short),
        datasets: heads.map((head, index) => ({ label: head.textContent, data: rows.map((row) => number(row.cells[index + 1])), backgroundColor: colour(head.dataset.colour ?? COLOURS[index]), maxBarThickness: 14 })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        onClick: (event, hits) => { const link = hits.length && rows[hits[0].index].cells[hits[0].datasetIndex + 1].querySelector("a"); if (link) location.assign(link.href); },
        plugins: { legend: { labels: { color: colour("--ink"), boxWidth: 12 } } },
        scales: {
          x: { ticks: { color: colour("--soft"), maxTicksLimit: 7, maxRotation: 0 }, grid: { display: false } },
          y: { beginAtZero: true, ticks: { color: colour("--soft"), precision: 0, maxTicksLimit: 5 }, grid: { color: colour("--line") } },
        },
      },
    });
  };

  for (const canvas of document.querySelectorAll("[data-chart]")) {
    const table = document.getElementById(canvas.dataset.chart);
    canvas.parentElement.hidden = false;
    table.closest("details").open = false;
    let chart = draw(canvas, table);
    const again = () => { chart.destroy(); chart = draw(canvas, table); };
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  }
})();
