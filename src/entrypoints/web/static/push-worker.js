// Shows pushes while no page is open. Two of one tag are one, so what was sent twice is seen once.
addEventListener("install", () => skipWaiting());
addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* a push without words is still shown: browsers insist on it */ }
  event.waitUntil(registration.showNotification(told.title || "·", { body: told.text || "", tag: told.tag, data: { link: told.link || "/" } }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data.link));
});
