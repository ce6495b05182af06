// Inside the frame: wear the colours that were asked for, and tell the page around how high this is.
(function () {
  "use strict";

  var COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i,
    ORIGIN = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]+)?$/,
    root = document.documentElement, asked = {}, shown = 0;

  location.hash.slice(1).split("&").forEach(function (part) {
    var at = part.indexOf("=");
    try { asked[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1)); } catch (ignored) { return; }
  });

  if (asked.theme === "light" || asked.theme === "dark") {
    root.className = asked.theme;
    document.body.className += " " + asked.theme;
  }
  ["ink", "quiet", "paper", "line", "accent"].forEach(function (name) {
    if (COLOUR.test(asked[name] || "")) {
      root.style.setProperty("--" + name, asked[name]);
      document.body.style.setProperty("--" + name, asked[name]);
    }
  });

  if (window.parent === window || !ORIGIN.test(asked.host || "")) { return; }

  // Links that stay in the frame carry the look and the host on.
  Array.prototype.forEach.call(document.querySelectorAll("a[href]:not([target])"), function (link) {
    var href = link.getAttribute("href"), at = href.indexOf("#"), page = at < 0 ? href : href.slice(0, at);
    if (page) { link.href = href + (at < 0 ? "#" : "&") + location.hash.slice(1); }
  });

  function fit() {
    var high = root.scrollHeight;
    if (document.body.getBoundingClientRect) {
      high = Math.ceil(document.body.getBoundingClientRect().height) + 2;
    }
    if (high === shown) { return; }
    shown = high;
    window.parent.postMessage({ handbill: "height", height: high }, asked.host);
  }

  fit();
  window.addEventListener("load", fit);
  window.addEventListener("resize", fit);
}());
