// Draws the charts of a report; the same figures stand in the tables beside them.

const INK = "#1b2421";
const COLOURS = ["#0f4c42", "#b0771a", "#9c1c16"];
const DASHES = [[], [6, 4], [2, 3]]; // no colour says anything alone

Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
Chart.defaults.font.size = 14;
Chart.defaults.color = INK;
Chart.defaults.animation = false;

for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
  const { type, labels, sets } = JSON.parse(canvas.dataset.chart);
  const datasets = sets.map(({ label, data }, at) => ({
    label, data,
    borderColor: COLOURS[at], backgroundColor: type === "bar" ? COLOURS[at] : "transparent",
    borderDash: DASHES[at], borderWidth: 2, pointRadius: 2, tension: 0, maxBarThickness: 46,
  }));
  new Chart(canvas, {
    type,
    data: { labels, datasets },
    options: {
      maintainAspectRatio: false,
      indexAxis: type === "bar" ? "y" : "x",
      scales: { x: { beginAtZero: true, ticks: { precision: 0 } }, y: { beginAtZero: true, ticks: { precision: 0 } } },
      plugins: { legend: { display: sets.length > 1 } },
    },
  });
  canvas.dataset.drawn = "yes";
}
