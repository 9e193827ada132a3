// Shows what is typed into a message's editor as it is typed, by the same button that shows it without a script.
(() => {
  const form = document.querySelector("[data-proof]"), button = document.querySelector("[data-proof-button]");
  if (!form || !button) return;
  let waiting;
  const show = () => {
    const old = document.querySelector("iframe[name=proof]");
    old.replaceWith(old.cloneNode(false));  // what is shown first in a new frame leaves nothing in the browser's history
    form.requestSubmit(button);
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 400); });
  show();
})();
