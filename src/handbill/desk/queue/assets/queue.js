// Keys and small comforts. Everything here presses what stands in the page; nothing needs it.
(function () {
  "use strict";

  var FIELDS = /^(INPUT|TEXTAREA|SELECT)$/;
  var sent = false;

  function typing(node) {
    return FIELDS.test(node.tagName) && node.type !== "radio" && node.type !== "checkbox";
  }

  function find(selector) {
    return document.querySelector(selector);
  }

  function opened() {
    return find(".deciding details[open]");
  }

  function open(details) {
    details.open = true;
    var field = details.querySelector("input:checked, input[type=radio], textarea");
    if (field) field.focus();
  }

  /** What is open covers the lower part of the window: the letter's words move above it. */
  function lift(event) {
    var text = find("#text");
    if (event.target.open && event.target.parentNode.className === "deciding" && text) text.scrollIntoView();
  }

  function close() {
    var details = opened();
    if (details) {
      details.open = false;
      details.querySelector("summary").focus();
    }
    if (document.activeElement && typing(document.activeElement)) document.activeElement.blur();
  }

  /** Press what belongs to a key; false where the page has nothing for it. */
  function press(key) {
    var nodes = document.querySelectorAll("[data-key]");
    for (var i = 0; i < nodes.length; i += 1) {
      if (nodes[i].getAttribute("data-key") !== key) continue;
      if (nodes[i].tagName === "DETAILS") open(nodes[i]);
      else nodes[i].click();
      return true;
    }
    return false;
  }

  /** While a removal is open, a rule's key chooses it, so that a slip of the finger approves nothing. */
  function choose(details, key) {
    var inputs = details.querySelectorAll("[data-rule]");
    for (var i = 0; i < inputs.length; i += 1) {
      if (inputs[i].getAttribute("data-rule") === key) {
        inputs[i].checked = true;
        inputs[i].focus();
        inputs[i].dispatchEvent(new window.Event("change", { bubbles: true }));
        return;
      }
    }
  }

  function step(by) {
    var links = document.querySelectorAll("[data-line]");
    if (!links.length) return false;
    var at = Array.prototype.indexOf.call(links, document.activeElement);
    var next = links[Math.min(links.length - 1, Math.max(0, at + by))];
    next.focus();
    return true;
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    // Held down, a key would go on in the next page, which nobody has read yet.
    if (event.repeat && !typing(event.target) && (event.key === "Enter" || /^[^ ]$/.test(event.key))) {
      event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      close();
      return;
    }
    if (typing(event.target)) return;
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    var details = opened();
    if (details && key.length === 1 && key !== " ") {
      event.preventDefault();
      choose(details, key);
      return;
    }
    if (key === "t" && find("#text")) {
      find("#text").focus();
      event.preventDefault();
      return;
    }
    if (key === "/" && find("[data-focus]")) {
      find("[data-focus]").focus();
      event.preventDefault();
      return;
    }
    if (key.length === 1 && press(key)) {
      event.preventDefault();
      return;
    }
    if ((key === "j" && step(1)) || (key === "k" && step(-1))) event.preventDefault();
  }

  /** A second press while the first is on its way is none. */
  function onSubmit(event) {
    if (sent) event.preventDefault();
    sent = true;
    window.setTimeout(function () { sent = false; }, 5000);
  }

  function post(address, form, done) {
    var request = new window.XMLHttpRequest();
    var pairs = [];
    var fields = form.querySelectorAll("input, select, textarea");
    for (var i = 0; i < fields.length; i += 1) {
      if (!fields[i].name || ((fields[i].type === "radio" || fields[i].type === "checkbox") && !fields[i].checked)) continue;
      pairs.push(encodeURIComponent(fields[i].name) + "=" + encodeURIComponent(fields[i].value));
    }
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("X-Requested-With", "desk");
    request.onload = function () { done(request.status); };
    request.send(pairs.join("&"));
  }

  /** Tell colleagues that one reads this letter, once the page is really looked at. */
  function claim() {
    var form = find("form[data-auto]");
    if (!form || document.visibilityState !== "visible") return;
    form.removeAttribute("data-auto");
    post(form.action, form, function (status) {
      if (status === 204) form.hidden = true;
    });
  }

  /** Keep what is typed a moment after the last key. */
  function keepDrafts() {
    var form = find("form[data-draft]");
    if (!form || !find("form[action$='let-go/']")) return;
    var timer = 0;
    function later() {
      window.clearTimeout(timer);
      timer = window.setTimeout(function () {
        if (!sent) post(form.getAttribute("data-draft"), form, function () {});
      }, 1200);
    }
    form.addEventListener("input", later);
    form.addEventListener("change", later);
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("toggle", lift, true);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("visibilitychange", claim);
  window.addEventListener("pageshow", function () { sent = false; });
  claim();
  keepDrafts();
})();
