// Applies the chosen light or dark before the first paint; without a choice the system's preference holds (site.css).
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* storage is refused: the system's preference holds */ }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.bsTheme = chosen || (dark.matches ? "dark" : "light");
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-toggle]");
    if (!button) return;
    const tell = () => {
      const isDark = document.documentElement.dataset.bsTheme === "dark";
      button.setAttribute("aria-label", isDark ? button.dataset.toLight : button.dataset.toDark);
    };
    button.hidden = false;
    tell();
    button.addEventListener("click", () => {
      chosen = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", chosen); } catch { /* it lasts for this page */ }
      apply();
      tell();
    });
  });
})();
