// The command palette: Ctrl+K or Cmd+K, or its button. What fits comes from the page /admin/find, which does without it.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog || !dialog.showModal) return;
  const input = dialog.querySelector("[role=combobox]");
  const list = dialog.querySelector("[role=listbox]");
  const said = dialog.querySelector("[data-palette-said]");
  let asking, waiting;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${dialog.dataset.palette}&q=${encodeURIComponent(input.value)}`, { signal: asking.signal, redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      list.innerHTML = await answer.text();
      const number = options().length;
      said.textContent = number ? `${number} ${say("found")}` : say("Nothing fits. Try fewer words, or a part of one.");
      choose(options()[0]);
    } catch (away) {
      if (away.name !== "AbortError") said.textContent = say("The server does not answer. Try again in a moment.");
    }
  };
  const open = () => { input.value = ""; dialog.showModal(); input.focus(); ask(); };

  for (const opener of document.querySelectorAll("[data-palette-open]")) opener.addEventListener("click", (event) => { event.preventDefault(); open(); });
  dialog.querySelector("[data-palette-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close(); else open();
  });
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 120); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && chosen()) { const to = chosen().href; dialog.close(); location.assign(to); }
    else return;
    event.preventDefault();
  });
})();
