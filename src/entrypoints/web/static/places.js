// Draws the places of the list on a map, and asks the browser where it is; without this file the list says it all.
(() => {
  const box = document.getElementById("map");
  const told = box ? box.dataset : {};
  const spots = [...document.querySelectorAll(".spots li[data-lat]")];

  const nearMe = document.querySelector("[data-near-me]");
  nearMe?.addEventListener("submit", (event) => {
    if (!navigator.geolocation) return;
    event.preventDefault();
    const button = nearMe.querySelector("button");
    const word = button.textContent;
    button.textContent = button.dataset.wait;
    const ask = (fields) => { location.href = `${nearMe.action}?${new URLSearchParams(fields)}`; };
    const radius = nearMe.elements.radius.value;
    const found = ({ coords }) => ask({ lat: coords.latitude.toFixed(4), lng: coords.longitude.toFixed(4), radius });
    const refused = () => { button.textContent = word; nearMe.submit(); };
    navigator.geolocation.getCurrentPosition(found, refused, { timeout: 5000, maximumAge: 60000 });
  });

  if (!box || !window.L) return;
  box.hidden = false;
  const map = L.map(box, { zoomControl: false, minZoom: 1, maxZoom: told.tiles ? 19 : 10, worldCopyJump: true });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: told.in, zoomOutTitle: told.out }).addTo(map);
  if (told.tiles) {
    L.tileLayer(told.tiles, { attribution: told.credit, maxZoom: 19 }).addTo(map);
  } else {
    const under = map.createPane("coasts");
    under.style.zIndex = 200;
    const style = { className: "coast", weight: 0.8, pane: "coasts" };
    const draw = (coasts) => L.geoJSON(coasts, { style, interactive: false, pane: "coasts", attribution: told.ownCredit }).addTo(map);
    const read = (address) => fetch(address).then((answer) => answer.json());
    read(told.coasts).then(draw).catch(() => {});
    read(told.cities).then(nameCities).catch(() => {});
  }

  // The most populous cities in view get their names, as long as no name lies on another.
  function nameCities(cities) {
    map.createPane("cities").style.zIndex = 210;
    const names = L.layerGroup().addTo(map);
    const name = ([city, north, east]) => {
      const html = document.createElement("span");
      html.textContent = city;
      L.marker([north, east], { icon: L.divIcon({ className: "city", html, iconSize: null }), interactive: false, keyboard: false, pane: "cities" }).addTo(names);
    };
    const renew = () => {
      names.clearLayers();
      const view = map.getBounds(), taken = [];
      if (map.getZoom() < 4) return;
      for (const city of cities.filter(([, north, east]) => view.contains([north, east]))) {
        const here = map.latLngToContainerPoint(city.slice(1));
        const isFree = taken.every((there) => Math.abs(there.x - here.x) > 90 || Math.abs(there.y - here.y) > 14);
        if (isFree) { taken.push(here); name(city); }
      }
    };
    map.on("moveend", renew);
    renew();
  }

  const at = (element) => [Number(element.dataset.lat), Number(element.dataset.lng)];
  const words = (first, second) => {
    const bubble = document.createElement("div");
    const name = bubble.appendChild(document.createElement("strong"));
    name.textContent = first;
    bubble.append(document.createElement("br"), second);
    return bubble;
  };
  const marks = spots.map((item) => {
    const mark = L.circleMarker(at(item), { radius: 8, className: "spot", weight: 2 }).addTo(map);
    const [name, address] = [item.querySelector("strong"), item.querySelector(".hint")].map((one) => one.textContent.trim());
    mark.bindPopup(words(name, address)).on("popupopen", (opened) => {
      opened.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", told.close);
    });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "spot-show";
    button.textContent = told.show;
    button.setAttribute("aria-label", `${told.show}: ${name}`);
    button.addEventListener("click", () => {
      map.setView(mark.getLatLng(), Math.max(map.getZoom(), 6));
      mark.openPopup();
      box.scrollIntoView({ block: "nearest" });
    });
    item.append(button);
    return mark;
  });
  if (told.lat) {
    marks.push(L.circleMarker(at(box), { radius: 6, className: "spot here", weight: 3 }).addTo(map).bindTooltip(told.here));
  }
  if (marks.length) map.fitBounds(L.featureGroup(marks).getBounds().pad(0.2), { maxZoom: told.tiles ? 13 : 7, animate: false });
  else map.setView([30, 10], 2);
})();
