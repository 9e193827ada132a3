// Adds further empty rows of children to a form; without it one saves and goes on.
(() => {
  for (const button of document.querySelectorAll("[data-add-row]")) {
    const block = button.closest("section"), blank = block.querySelector("template");
    button.hidden = false;
    button.addEventListener("click", () => {
      const last = block.querySelectorAll("fieldset.child").length;
      const row = document.createElement("div");
      row.innerHTML = blank.innerHTML.replaceAll(blank.dataset.name, `${blank.dataset.name.split(".")[0]}.${last + 1000}`);
      blank.before(row);
      row.dispatchEvent(new CustomEvent("rows:added", { bubbles: true }));
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
  }
})();
