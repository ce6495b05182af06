// Count words as the desk does (docs/formats/counting.md). The table is the desk's own
// counting.json, handed over as H.data.counting; the browser's Unicode has no say.
H.counting = (function () {
  "use strict";

  var starts = [], names = [];

  function load() {
    var token = /([0-9a-z]+)([A-Z])/g, at = 0, found;
    while ((found = token.exec(H.data.counting.classes))) {
      starts.push(at);
      names.push(found[2]);
      at += parseInt(found[1], 36);
    }
    starts.push(at);
    names.push("Z");
  }

  function nameOf(point) {
    var low = 0, high = starts.length - 1, middle;
    while (low < high) {
      middle = (low + high + 1) >> 1;
      if (starts[middle] <= point) { low = middle; } else { high = middle - 1; }
    }
    return names[low];
  }

  // The classes of a text's characters, one letter each; half a surrogate pair has none.
  function classesOf(text) {
    var out = [], i, unit, next;
    for (i = 0; i < text.length; i++) {
      unit = text.charCodeAt(i);
      next = unit >= 0xd800 && unit < 0xdc00 ? text.charCodeAt(i + 1) : 0;
      if (next >= 0xdc00 && next < 0xe000) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
        i++;
      }
      out.push(nameOf(unit));
    }
    return out.join("");
  }

  function count(text) {
    var weights = H.data.counting.weights, number = {}, classes, words, han, name;
    if (!starts.length) { load(); }
    classes = classesOf(text);
    words = (classes.match(/W[WM]*(?:JW[WM]*)*/g) || []).length * 1000;
    "HKTLCBD".split("").forEach(function (one) { number[one] = classes.split(one).length - 1; });
    han = number.H + number.K;
    words += han * (number.K * 8 >= han ? weights.J : weights.H);
    for (name in weights) {
      if (name !== "H" && name !== "J") { words += number[name] * weights[name]; }
    }
    return words ? Math.max(1, Math.floor((words + 500) / 1000)) : 0;
  }

  return { count: count };
}());
