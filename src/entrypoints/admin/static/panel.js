// What the panel's pages do better with JavaScript: the theme switch, ticking all, what to do only once something is ticked, short addresses, closing the menu.
// All of them work without it.
// What scripts say, in the language of the page; its words stand on the body.
const said = JSON.parse(document.body.dataset.said ?? "{}");
const say = (text) => said[text] ?? text;
(() => {
  const root = document.documentElement;
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch (refused) { /* it lasts for this page */ }
    });
  }

  const offer = () => { for (const box of document.querySelectorAll("[data-tick-all]")) box.hidden = false; };
  offer();
  document.addEventListener("htmx:afterSwap", offer);

  const count = (form) => {
    const ticked = form.querySelectorAll("input[name=rowid]:checked").length;
    for (const place of form.querySelectorAll("[data-ticked]")) place.textContent = ticked ? ticked.toLocaleString("en") : "";
    const any = ticked || form.querySelector("input[name=all]:checked");
    for (const deeds of form.querySelectorAll("[data-deeds]")) deeds.hidden = !any;
  };
  const countAll = () => { for (const form of document.querySelectorAll("form:has([data-ticked])")) count(form); };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-tick-all], input[name=rowid], .all-fit input")) return;
    const form = event.target.closest("form");
    if (event.target.matches("[data-tick-all]")) for (const box of form.querySelectorAll("input[name=rowid]")) box.checked = event.target.checked;
    count(form);
  });
  // The browser may bring ticks back when one returns to a list.
  addEventListener("pageshow", countAll);
  document.addEventListener("htmx:afterSwap", countAll);
  countAll();

  // What was left empty does not belong into the address of a list.
  document.addEventListener("htmx:configRequest", (event) => {
    for (const [name, value] of [...event.detail.formData.entries()]) if (value === "") event.detail.formData.delete(name);
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.drop[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.drop[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
