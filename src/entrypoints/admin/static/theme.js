// Puts the chosen theme on the page before it is painted; without a choice the system's is used.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch (refused) { /* storage may be switched off; then the system's theme is used */ }
