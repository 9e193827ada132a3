// Makes a field that takes a record's key a combobox: one types a name, chooses, and the key is sent.
// Without it the field takes the key itself. Roles, states and keys as in the WAI-ARIA Authoring Practices, "Combobox".
(() => {
  const PAUSE = 200;
  let number = 0;

  const element = (name, attributes, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };

  const enhance = (place) => {
    const key = place.querySelector("input");
    if (!key || place.dataset.done) return;
    place.dataset.done = "yes";
    number += 1;
    const box = key.cloneNode();
    const list = element("ul", { role: "listbox", id: `look-up-${number}`, class: "choices", hidden: "", "aria-label": "Suggestions" });
    const told = element("span", { role: "status", class: "visually-hidden" });
    let waiting = 0, asked = null, active = -1;

    box.removeAttribute("name");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": list.id })) box.setAttribute(name, value);
    box.value = place.dataset.called || key.value;
    key.type = "hidden";
    key.removeAttribute("id");
    key.after(box, list, told);
    for (const words of place.querySelectorAll("[data-without]")) words.hidden = true;

    const options = () => [...list.children];
    const close = () => {
      list.hidden = true;
      active = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const open = () => { list.hidden = false; box.setAttribute("aria-expanded", "true"); };
    const move = (to) => {
      const all = options();
      if (!all.length) return;
      active = (to + all.length) % all.length;
      all.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
      box.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    };
    const choose = (option) => {
      key.value = option.dataset.key;
      box.value = option.textContent;
      close();
    };
    const show = (results) => {
      list.replaceChildren(...results.map((one, at) => {
        const option = element("li", { role: "option", id: `${list.id}-${at}`, "aria-selected": "false", "data-key": one.key }, one.name);
        option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(option); });
        return option;
      }));
      told.textContent = results.length ? `${results.length} ${say("found")}.` : say("Nothing found.");
      if (results.length) open(); else close();
    };
    const ask = async () => {
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${place.dataset.lookUp}?${new URLSearchParams({ q: box.value })}`, { signal: asked.signal });
        const said = await answer.json();
        if (said.error) { show([]); told.textContent = said.error; } else show(said.results);
        active = -1;
      } catch (stopped) { /* another question took its place, or the server is away: the field still takes a key */ }
    };

    box.addEventListener("input", () => {
      key.value = box.value.trim();  // what is not chosen is sent as it is; it may be a key
      clearTimeout(waiting);
      if (!key.value) { asked?.abort(); close(); return; }
      waiting = setTimeout(ask, PAUSE);
    });
    box.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && list.hidden) { event.preventDefault(); ask().then(() => move(step > 0 ? 0 : -1)); }
      else if (step) { event.preventDefault(); move(active < 0 && step < 0 ? -1 : active + step); }
      else if (event.key === "Enter" && !list.hidden && active >= 0) { event.preventDefault(); choose(options()[active]); }
      else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    });
    box.addEventListener("blur", () => { clearTimeout(waiting); asked?.abort(); close(); });
  };

  const all = (root) => { for (const place of root.querySelectorAll("[data-look-up]")) enhance(place); };
  all(document);
  document.addEventListener("htmx:afterSettle", () => all(document));
  document.addEventListener("rows:added", (event) => all(event.target));
})();
