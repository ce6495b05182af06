// What a page says, in the language that its reader chose: texts, numbers, and the buttons to choose.
H.say = (function () {
  "use strict";

  var NAMES = H.data.names, language = "en", buttons = [];

  // Values stand isolated, so that a name in another script does not turn a sentence around.
  function say(key, values) {
    var text = H.data.say[language][key] || H.data.say.en[key] || key;
    return text.replace(/\{(\w+)\}/g, function (whole, name) {
      return values && name in values ? "\u2068" + values[name] + "\u2069" : whole;
    });
  }

  say.number = function (n) {
    try {
      return n.toLocaleString(language === "ar" ? "ar-u-nu-arab" : language);
    } catch (ignored) {
      return String(n);
    }
  };

  say.direction = function (tag) { return H.data.rtl.indexOf(tag) >= 0 ? "rtl" : "ltr"; };

  // The first of `wanted`, then of the browser's languages, that this page speaks.
  say.first = function (wanted) {
    var all = wanted.concat(navigator.languages || [], navigator.language || []), i, tag;
    for (i = 0; i < all.length; i++) {
      tag = String(all[i]).split("-")[0].toLowerCase();
      if (Object.prototype.hasOwnProperty.call(NAMES, tag)) { return tag; }
    }
    return "en";
  };

  say.speak = function (tag) {
    var nodes = document.querySelectorAll("[data-say]"), i;
    language = say.language = tag;
    document.documentElement.lang = tag;
    document.documentElement.dir = say.direction(tag);
    for (i = 0; i < nodes.length; i++) { nodes[i].textContent = say(nodes[i].getAttribute("data-say")); }
    buttons.forEach(function (button) { button.setAttribute("aria-pressed", String(button.lang === tag)); });
  };

  say.buttons = function (box, choose) {
    Object.keys(NAMES).forEach(function (tag) {
      var button = document.createElement("button");
      button.textContent = NAMES[tag];
      button.type = "button";
      button.lang = tag;
      button.onclick = function () { choose(tag); };
      box.appendChild(button);
      buttons.push(button);
    });
  };

  return say;
}());

// An element with a text: never with markup.
H.make = function (name, text, cls) {
  "use strict";
  var node = document.createElement(name);
  if (text !== undefined && text !== null) { node.appendChild(document.createTextNode(text)); }
  if (cls) { node.className = cls; }
  return node;
};
