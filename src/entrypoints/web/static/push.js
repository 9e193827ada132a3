// Signs this browser up for pushes and off again. Without a way to do so, the page says that there is none.
// Inside a form, to sign up is to send the form with the device in it.
(() => {
  const part = document.getElementById("push");
  if (!part) return;
  const find = (name) => document.getElementById(`push-${name}`);
  const form = part.closest("form"), none = find("none");
  const said = find("said"), on = find("on"), off = find("off"), trial = form || find("try");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) { if (none) none.hidden = false; return; }
  let device = null;

  const show = (state) => {
    said.textContent = said.dataset[state];
    on.hidden = state === "on" || state === "denied";
    on.disabled = state === "busy";
    if (form) return;
    off.hidden = trial.hidden = state !== "on";
    off.disabled = state === "busy";
  };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const same = (given, ours) => given && ours.length === given.byteLength && new Uint8Array(given).every((byte, place) => byte === ours[place]);
  const ask = async (path, how) => {
    const answer = await fetch(`/api/v1/${path}`, how);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.status === 204 ? null : answer.json();
  };
  const worker = async () => {
    const made = await navigator.serviceWorker.register(part.dataset.worker);
    const waiting = made.installing || made.waiting;
    if (!made.active && waiting) {
      await new Promise((done) => waiting.addEventListener("statechange", () => waiting.state === "activated" && done()));
    }
    return made;
  };
  const keep = async (subscription) => {
    const { endpoint, keys } = subscription.toJSON();
    device = await ask("devices", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ kind: "web", address: endpoint, keys }) });
    trial.elements.device.value = device.id;
    trial.elements.key.value = device.key;
  };
  const signUp = async () => {
    if (await Notification.requestPermission() !== "granted") return Notification.permission === "denied" ? "denied" : "off";
    const { pushManager } = await worker();
    const key = bytes((await ask("push-key")).key);
    let subscription = await pushManager.getSubscription();
    if (subscription && !same(subscription.options.applicationServerKey, key)) { await subscription.unsubscribe(); subscription = null; }
    await keep(subscription || await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
    return "on";
  };
  const signOff = async () => {
    const subscription = await (await worker()).pushManager.getSubscription();
    if (device) await ask(`devices/${device.id}?key=${encodeURIComponent(device.key)}`, { method: "DELETE" });
    if (subscription) await subscription.unsubscribe();
    device = null;
    return "off";
  };
  const look = async () => {
    if (Notification.permission === "denied") return "denied";
    if (Notification.permission !== "granted") return "off";
    const known = await navigator.serviceWorker.getRegistration(part.dataset.worker);
    const subscription = known && await known.pushManager.getSubscription();
    if (!subscription) return "off";
    await keep(subscription);
    return "on";
  };
  const doing = async (what) => {
    show("busy");
    try { show(await what()); } catch (trouble) { console.warn(trouble); show("failed"); }
  };
  part.hidden = false;
  if (form) {
    on.addEventListener("click", async () => { await doing(signUp); if (device) form.submit(); });
    return;
  }
  on.addEventListener("click", () => doing(signUp));
  off.addEventListener("click", () => doing(signOff));
  doing(look);
})();
