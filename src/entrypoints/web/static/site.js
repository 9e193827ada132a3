// Small comforts; every page works without this file.
(() => {
  const ready = () => {
    document.querySelector("[data-first-error]")?.focus();
    for (const form of document.querySelectorAll("form[data-once]")) {
      form.addEventListener("submit", (event) => {
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "yes";
        const button = form.querySelector("[type=submit]");
        if (button) { button.textContent = button.dataset.busy || button.textContent; button.setAttribute("aria-disabled", "true"); }
      });
    }
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    for (const input of document.querySelectorAll("input[data-most]")) {
      input.addEventListener("change", () => {
        const large = Array.from(input.files).some((file) => file.size > Number(input.dataset.most));
        input.setCustomValidity(large ? input.dataset.tooLarge : "");
        if (large) input.reportValidity();
      });
    }
    for (const counter of document.querySelectorAll("[data-counts]")) {
      const field = document.getElementById(counter.dataset.counts);
      const language = document.documentElement.lang;
      const show = () => { counter.textContent = `${field.value.length.toLocaleString(language)} ${counter.dataset.of} ${Number(field.maxLength).toLocaleString(language)}`; };
      field.addEventListener("input", show);
      show();
    }
    for (const button of document.querySelectorAll("[data-shows]")) {
      const field = document.getElementById(button.dataset.shows), show = button.textContent;
      button.hidden = false;
      button.addEventListener("click", () => {
        const seen = field.type === "password";
        field.type = seen ? "text" : "password";
        button.textContent = seen ? button.dataset.hide : show;
        field.focus();
      });
      // What was shown is hidden again before it is sent: browsers keep what was typed into plain fields.
      field.form?.addEventListener("submit", () => { field.type = "password"; });
    }
  };
  // A page shown again from the browser's memory must be sendable again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
  });
  // The live part of a task page is fetched again and again; screen readers and the tab hear only of changes.
  let told = document.querySelector("[data-state]")?.dataset.state;
  document.addEventListener("htmx:afterSwap", () => {
    const live = document.querySelector("[data-state]");
    if (!live || live.dataset.state === told) return;
    told = live.dataset.state;
    document.title = live.dataset.title;
    const said = document.getElementById("said");
    if (said) said.textContent = live.dataset.said;
  });
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready); else ready();
})();
