// Handbill: the discussion of a story on this page. One line places it:
// <a class="handbill" href="https://SITE/stories/STORY/index.html#letters" data-story="STORY">Letters</a><script async src="https://SITE/embed.js"></script>
// It sets no cookie, keeps nothing, sends nothing, and runs under script-src and frame-src of SITE.
(function () {
  "use strict";

  var COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i, STORY = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
    LANGUAGES = { en: "Letters", ko: "편지", es: "Cartas", fa: "نامه‌ها", ar: "الرسائل" },
    LEAST = 80, MOST = 60000, frames = [], site, own;

  function address() {
    var script = document.currentScript, all, n;
    if (script && script.src) { return script.src; }
    all = document.getElementsByTagName("script");
    for (n = all.length - 1; n >= 0; n--) {
      if (/\/embed\.js(?:[?#]|$)/.test(all[n].src)) { return all[n].src; }
    }
    return "";
  }

  function origin(url) {
    var found = /^https?:\/\/[^/?#]+/.exec(url);
    return found ? found[0].toLowerCase() : "";
  }

  function language(link) {
    var wanted = link.getAttribute("data-language") || document.documentElement.lang || "en",
      tag = wanted.toLowerCase().split("-")[0];
    return Object.prototype.hasOwnProperty.call(LANGUAGES, tag) ? tag : "en";
  }

  // The look travels behind the number sign: no server sees it, and the frame believes only colours.
  function look(link) {
    var parts = ["host=" + encodeURIComponent(own)], theme = link.getAttribute("data-theme");
    if (theme === "light" || theme === "dark") { parts.push("theme=" + theme); }
    ["ink", "quiet", "paper", "line", "accent"].forEach(function (name) {
      var value = link.getAttribute("data-" + name) || "";
      if (COLOUR.test(value)) { parts.push(name + "=" + encodeURIComponent(value)); }
    });
    return parts.join("&");
  }

  function place(link) {
    var story = link.getAttribute("data-story") || "", tag = language(link), frame;
    if (link.getAttribute("data-placed") || !STORY.test(story)) { return; }
    link.setAttribute("data-placed", "yes");
    frame = document.createElement("iframe");
    frame.src = site + "/embed/" + tag + "/" + story + "/index.html#" + look(link);
    frame.title = LANGUAGES[tag];
    frame.width = "100%";
    frame.height = "400";
    frame.setAttribute("frameborder", "0");
    frame.setAttribute("loading", "lazy");
    frame.setAttribute("referrerpolicy", "no-referrer");
    link.parentNode.insertBefore(frame, link.nextSibling);
    link.hidden = true;
    frames.push(frame);
  }

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("a.handbill[data-story]"), place);
  }

  site = origin(address());
  own = window.location.origin || origin(window.location.href);
  if (!site) { return; }
  // Only frames that this script made may say how high they are, and only from the site's origin.
  window.addEventListener("message", function (event) {
    var told = event.data, high;
    if (event.origin !== site || !told || told.handbill !== "height") { return; }
    high = Number(told.height);
    if (!(high >= 0) || !isFinite(high)) { return; }
    frames.forEach(function (frame) {
      if (frame.contentWindow === event.source) {
        frame.height = String(Math.ceil(Math.min(MOST, Math.max(LEAST, high))));
      }
    });
  });
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); }
  else { start(); }
}());
