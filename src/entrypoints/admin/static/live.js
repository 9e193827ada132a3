// Fetches the moving part of a page again every three seconds, unless it is told to stop or nobody looks.
(() => {
  const part = document.querySelector("[data-live]");
  const button = document.querySelector("[data-live-toggle]");
  const said = document.querySelector("[data-live-said]");
  if (!part || !button) return;
  let isOn = true;
  const tell = () => { button.textContent = say(isOn ? "Stop updating" : "Go on updating"); said.textContent = say(isOn ? "It is updated every three seconds." : "It is not updated."); };
  const look = async () => {
    if (!isOn || document.hidden || part.contains(document.activeElement)) return;  // a button must not go from under a finger
    try {
      const answer = await fetch(part.dataset.live, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) throw new Error(answer.statusText);
      part.innerHTML = await answer.text();
      document.getElementById("live-at").textContent = new Date().toLocaleTimeString("en-GB", { timeZone: "UTC" });
    } catch (away) { said.textContent = say("The server does not answer; what stands here is old."); return; }
    tell();
  };
  button.hidden = false;
  button.addEventListener("click", () => { isOn = !isOn; tell(); if (isOn) look(); });
  tell();
  setInterval(look, 3000);
})();
