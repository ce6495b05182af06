// What became of a writer's letters, and what can still be done about each.
H.mine = (function () {
  "use strict";

  var say = H.say, make = H.make, WAITING = [1, 2, 4], DECIDED = [3, 7, 8, 9], pen = null, file = null, stop = null, begin, seal;

  function id(name) { return document.getElementById(name); }

  function phraseProblem() {
    try {
      H.pen.read(id("mine-phrase").value);
      return "";
    } catch (error) {
      return error.kind || "broken";
    }
  }

  // The pen of the phrase, made once.
  function ask(done, advance) {
    if (pen) {
      done(pen, true);
      return;
    }
    stop = H.pen.derive(H.pen.read(id("mine-phrase").value).canonical, H.data.edition.newsroom, function (made) {
      pen = made;
      done(made, true);
    }, advance);
  }

  function look() {
    var found = [file ? "" : "need_file", phraseProblem()].filter(Boolean);
    id("answers").textContent = "";
    H.sealing.problems(found);
    if (found.length) { return; }
    id("running").hidden = false;
    ask(function (made) {
      if (!made) {
        H.sealing.halt();
        H.sealing.problems(["no_memory"]);
        return;
      }
      H.receipts.lookUp(file, made.receipt, function (rows, why) {
        H.sealing.halt();
        if (!rows) { H.sealing.problems([why]); }
        else { show(rows); }
      });
    }, function (part) { id("bar").value = Math.round(1000 * part); });
  }

  function show(rows) {
    var box = id("answers"), list = make("ul", null, "rows");
    box.textContent = "";
    box.appendChild(make("h3", say(rows.length ? "mine_rows" : "mine_none")));
    rows.forEach(function (row) { list.appendChild(shown(row)); });
    if (rows.length) {
      box.appendChild(list);
      box.appendChild(make("p", say("mine_only"), "hint"));
    }
  }

  function shown(row) {
    var item = make("li"), rule = row.rule ? H.rules.title(row.rule) : "", key = "status_" + row.status;
    item.appendChild(make("strong", say(H.data.say.en[key] ? key : "status_0")));
    item.appendChild(make("span", say("row", { id: row.letter, n: say.number(row.edition) }), "hint"));
    if (row.rule) { item.appendChild(make("span", say("row_rule", { n: say.number(row.rule), title: rule }), "hint")); }
    if (WAITING.indexOf(row.status) >= 0) { item.appendChild(action("withdraw", row)); }
    if (DECIDED.indexOf(row.status) >= 0) { item.appendChild(action("appeal", row)); }
    return item;
  }

  function action(kind, row) {
    var button = make("button", say(kind), "button small");
    button.type = "button";
    button.onclick = function () {
      if (kind === "appeal") { begin(row.letter, pen); }
      else { seal({ kind: kind, parent: row.letter }, ask); }
    };
    return button;
  }

  function burn() {
    var found = [phraseProblem()].filter(Boolean);
    H.sealing.problems(found);
    if (!found.length) { seal({ kind: "burn", parent: "", erase: id("erase").checked }, ask); }
  }

  function drop() {
    if (stop) { stop(); }
    if (pen) { pen.forget(); }
    pen = null;
    id("answers").textContent = "";
  }

  function clear() {
    drop();
    file = null;
    id("mine-phrase").value = id("receipts").value = id("chosen").textContent = "";
    id("erase").checked = false;
  }

  // `appeal(letter, pen)` begins an objection, `order(draft, ask)` seals what needs no words.
  function start(appeal, order) {
    begin = appeal;
    seal = order;
    id("look").onclick = look;
    id("burn").onclick = burn;
    id("mine-phrase").oninput = drop;
    id("receipts").onchange = function () {
      file = this.files[0] || null;
      id("chosen").textContent = file ? file.name : "";
    };
  }

  return { start: start, halt: function () { if (stop) { stop(); } }, clear: clear };
}());
