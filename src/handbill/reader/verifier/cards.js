// Show a report as a card: the verdict in a word, who signed, the words to compare, the details.
H.cards = (function () {
  "use strict";

  var make = H.make, LISTED = 20, SVG = "http://www.w3.org/2000/svg",
    ICONS = {
      good: ["M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19", "M7.5 12.5l3 3l6-7"],
      care: ["M12 3L22 20.5H2z", "M12 9.5v5", "M12 17.6v.1"],
      bad: ["M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19", "M8.5 8.5l7 7", "M15.5 8.5l-7 7"],
      none: ["M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19", "M8 12h8"]
    },
    ICON_OF = { genuine: "good", marked: "care", newer: "care", unvouched: "care", damaged: "bad", forged: "bad", foreign: "none" };

  function icon(verdict) {
    var svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    ICONS[ICON_OF[verdict]].forEach(function (line) {
      var path = document.createElementNS(SVG, "path");
      path.setAttribute("d", line);
      svg.appendChild(path);
    });
    return svg;
  }

  // The catalogue's keys for a report: its verdict in a word, and the sentence below.
  function keysOf(report) {
    var partial = report.verdict === "genuine" && report.absent.length > 0,
      broken = report.verdict === "damaged" && !report.number,
      word = "v." + (partial ? "partial" : report.verdict);
    if (report.alone && report.verdict === "genuine") { return [word, "v.film.text"]; }
    return [word, (broken ? "v.broken" : word) + ".text"];
  }

  function row(list, name, value, code) {
    var dd;
    if (!value) { return; }
    list.appendChild(make("dt", name));
    dd = make("dd");
    dd.appendChild(make(code ? "code" : "bdi", value));
    list.appendChild(dd);
  }

  function who(report, say) {
    var list = make("dl", null, "who"), titles = report.titles || {};
    row(list, say(report.alone ? "file" : "folder"), report.where);
    row(list, say("newsroom"), report.name);
    row(list, say("edition"), report.number ? say.number(report.number) : "");
    row(list, say("issued"), report.issued);
    if (report.alone) { row(list, say("item"), titles[report.whole[0] || report.damaged[0]]); }
    return list;
  }

  // The seven words: worked out once for each newsroom, while the page stays alive.
  function words(report, say, work) {
    var box = make("div"), list = make("ol", null, "words"), label = make("label", say("words_type")),
      typed = make("input", null, "typed"), answer = make("p", "", "answer"), wait = make("p", say("words_wait"), "small"), found;
    box.appendChild(make("h3", say("words")));
    box.appendChild(wait);
    answer.setAttribute("role", "status");
    typed.type = "text";
    typed.setAttribute("autocomplete", "off");
    typed.setAttribute("spellcheck", "false");
    typed.setAttribute("maxlength", "400");
    label.appendChild(typed);
    typed.oninput = function () {
      var numbers = found && H.words.read(typed.value), same;
      same = numbers && numbers.join() === found.join();
      answer.className = "answer " + (same ? "yes" : "no");
      answer.textContent = numbers ? say(same ? "words_yes" : "words_no") : "";
    };
    work(report, function (numbers) {
      found = numbers;
      if (!numbers) {
        wait.textContent = say("words_none");
        box.appendChild(make("code", report.newsroom));
        return;
      }
      H.words.say(numbers, say.language).forEach(function (word) { list.appendChild(make("li", word)); });
      list.setAttribute("lang", H.data.words[say.language] ? say.language : "en");
      list.setAttribute("dir", "ltr");
      box.replaceChild(list, wait);
      box.appendChild(make("p", say("words_why"), "small"));
      box.appendChild(label);
      box.appendChild(answer);
    });
    return box;
  }

  // Each line is a name from the drive, isolated, and what this page says of it.
  function details(title, lines, more, before) {
    var box = make("details"), list = make("ul");
    box.appendChild(make("summary", title));
    if (before) { box.appendChild(make("p", before, "small")); }
    lines.slice(0, LISTED).forEach(function (line) {
      var item = make("li");
      item.appendChild(make("bdi", line[0]));
      item.appendChild(document.createTextNode(line[1]));
      list.appendChild(item);
    });
    if (more) { list.appendChild(make("li", more)); }
    box.appendChild(list);
    return box;
  }

  function findingLine(finding, say) {
    var parts = finding.ranges.slice(0, 4).map(function (range) {
      return say("range", { from: say.number(range[0]), to: say.number(range[1] - 1) });
    });
    if (finding.extra) { parts.push(say("extra", { n: say.number(finding.extra) })); }
    return [finding.path, parts.length ? ": " + parts.join(", ") : ""];
  }

  function findingDetails(report, say) {
    return [["damaged", "files_damaged"], ["marked", "files_marked"]].map(function (pair) {
      var found = report.findings.filter(function (f) {
        return f.state === pair[0] || (pair[0] === "damaged" && f.state === "unsafe");
      });
      return found.length ? details(
        say(pair[1], { n: say.number(found.length) }),
        found.slice(0, LISTED).map(function (f) { return findingLine(f, say); }),
        found.length > LISTED ? say("more", { n: say.number(found.length - LISTED) }) : ""
      ) : null;
    });
  }

  function itemDetails(report, say) {
    return ["damaged", "absent", "whole"].map(function (state) {
      var keys = report.alone ? [] : report[state];
      return keys.length ? details(
        say(state, { n: say.number(keys.length) }),
        keys.slice(0, LISTED).map(function (key) { return [(report.titles || {})[key] || key, ""]; }),
        keys.length > LISTED ? say("more", { n: say.number(keys.length - LISTED) }) : ""
      ) : null;
    });
  }

  function foreignDetails(report, say) {
    var n = report.foreign_count;
    return n ? details(
      say("files_foreign", { n: say.number(n) }), report.foreign.slice(0, LISTED).map(function (path) { return [path, ""]; }),
      n > LISTED ? say("more", { n: say.number(n - LISTED) }) : "", say("foreign_why")
    ) : null;
  }

  // What `handbill verify --json` would say, for those who read that.
  function experts(report, say) {
    var box = make("details"), shown = {}, pre;
    ["where", "verdict", "reason", "newsroom", "name", "number", "issued", "whole", "absent", "damaged",
      "findings", "foreign", "foreign_count"].forEach(function (key) { shown[key] = report[key]; });
    box.appendChild(make("summary", say("experts")));
    pre = make("pre", JSON.stringify(shown, null, 1));
    pre.setAttribute("tabindex", "0");
    box.appendChild(pre);
    return box;
  }

  // One report as an article; `work(report, done)` works out the seven words.
  function show(report, say, work) {
    var card = make("article", null, "card " + report.verdict), head = make("h2", null, "verdict"), keys = keysOf(report);
    head.appendChild(icon(report.verdict));
    head.appendChild(make("span", say(keys[0])));
    head.setAttribute("tabindex", "-1");
    card.appendChild(head);
    card.appendChild(make("p", say(keys[1])));
    if (report.older) { card.appendChild(make("p", say("older"), "older")); }
    card.appendChild(who(report, say));
    if (report.firstRoot) { card.appendChild(words(report, say, work)); }
    findingDetails(report, say).concat(itemDetails(report, say), [foreignDetails(report, say), experts(report, say)])
      .forEach(function (node) { if (node) { card.appendChild(node); } });
    return card;
  }

  return { show: show, make: make };
}());
