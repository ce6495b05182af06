// Sign, seal, and hand the sealed letter over as a file or as four pictures.
H.sealing = (function () {
  "use strict";

  var say = H.say, make = H.make, address = "", handed = true, running = false;

  function id(name) { return document.getElementById(name); }

  function problems(keys, values) {
    var box = id("problems"), list = make("ul");
    box.textContent = "";
    if (!keys.length) { return; }
    box.appendChild(make("p", say("need"), "plain"));
    keys.forEach(function (key) { list.appendChild(make("li", say(key, values))); });
    box.appendChild(list);
  }

  // Sign `draft` with the pen that `ask(done, advance)` makes, then show what can be carried.
  function run(draft, ask) {
    problems([]);
    forget();
    running = true;
    id("running").hidden = false;
    id("bar").value = 0;
    id("running").scrollIntoView(false);
    ask(function (pen, kept) {
      if (!running) { return; }
      halt();
      if (!pen) {
        problems(["no_memory"]);
        return;
      }
      finish(draft, pen);
      if (!kept) { pen.forget(); }
    }, function (part) { id("bar").value = Math.round(1000 * part); });
  }

  function finish(draft, pen) {
    var note, sealed;
    try {
      note = H.letter.compose(draft, pen, H.random(16));
      sealed = H.seal.seal(note, H.bytes.fromHex(H.data.edition.seal.key), H.random(32));
    } catch (error) {
      problems([error.kind && H.data.say.en[error.kind] ? error.kind : "broken"], { n: say.number(H.letter.MAX_NAME) });
      return;
    }
    show(sealed, pen.receipt.length ? H.letter.number(note) : "");
  }

  // A card with the sealed letter: `number` is what receipts call it.
  function show(sealed, number) {
    var box = id("sealed"), head = make("h2", say("sealed"), "verdict"), link = make("a", say("save"), "button strong"),
      name = H.seal.fileName(), saved = make("p", say("saved", { name: name })), row = make("p", null, "row"), pictures = make("div", null, "pictures"),
      more = make("button", say("show"), "button");
    address = window.URL.createObjectURL(new Blob([sealed], { type: "application/octet-stream" }));
    link.href = address;
    link.download = name;
    link.id = "save";
    more.id = "show";
    more.type = "button";
    handed = false;
    saved.hidden = true;
    link.onclick = function () {
      saved.hidden = false;
      handed = true;
    };
    more.onclick = function () {
      if (!pictures.childNodes.length) { draw(sealed, pictures); }
      handed = true;
    };
    head.tabIndex = -1;
    row.appendChild(link);
    row.appendChild(document.createTextNode(" "));
    row.appendChild(more);
    if (H.live) { H.live.offer(row, sealed, function () { handed = true; }); }
    box.textContent = "";
    [head, make("p", say("sealed_text")), number ? make("p", say("sealed_number", { id: number }), "hint") : null, row, saved, pictures]
      .forEach(function (part) { if (part) { box.appendChild(part); } });
    box.hidden = false;
    head.focus();
  }

  function draw(sealed, box) {
    box.appendChild(make("p", say("show_how")));
    H.seal.parts(sealed).forEach(function (part, n) {
      var figure = make("figure"), svg = H.qr.draw(part), told = say("show_n", { n: say.number(n + 1) });
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", told);
      figure.appendChild(svg);
      figure.appendChild(make("figcaption", told));
      box.appendChild(figure);
    });
  }

  function halt() {
    running = false;
    id("running").hidden = true;
  }

  function forget() {
    if (address) { window.URL.revokeObjectURL(address); }
    address = "";
    handed = true;
    id("sealed").hidden = true;
    id("sealed").textContent = "";
  }

  function clear() {
    halt();
    forget();
    problems([]);
  }

  return { run: run, problems: problems, halt: halt, forget: forget, clear: clear, handed: function () { return handed; } };
}());
