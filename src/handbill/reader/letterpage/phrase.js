// The step where a writer makes a phrase, types one, or does without.
H.phrase = (function () {
  "use strict";

  var say = H.say, make = H.make, NUMBERS = "numbers", drawn = "", drawnFor = "", given = null, stop = null,
    picked = "", touched = false;

  function id(name) { return document.getElementById(name); }

  function mode() { return document.querySelector("input[name=pen]:checked").value; }

  // The lists to draw from; numbers for languages that have none.
  function fillLists() {
    var box = id("list"), names = H.pen.LISTS.concat(NUMBERS);
    box.textContent = "";
    names.forEach(function (name) {
      var option = make("option", name === NUMBERS ? say("pen_numbers") : H.data.names[name]);
      option.value = name;
      box.appendChild(option);
    });
    box.value = names.indexOf(picked) >= 0 ? picked : natural(names);
  }

  function natural(names) {
    return names.indexOf(say.language) >= 0 ? say.language : NUMBERS;
  }

  function draw(again) {
    var wanted = mode() + " " + id("list").value;
    if (again || drawnFor !== wanted) {
      drawn = mode() === "own" ? H.pen.addedWords(id("list").value) : H.pen.phrase(id("list").value);
      drawnFor = wanted;
      id("kept").checked = false;
    }
    id("drawn").textContent = "";
    drawn.split(" ").forEach(function (word) { id("drawn").appendChild(make("li", word)); });
    id("drawn").lang = id("list").value === NUMBERS ? "" : id("list").value;
    id("drawn").dir = id("list").value === NUMBERS ? "" : "ltr";
    id("drawn").className = id("list").value === NUMBERS ? "drawn bare" : "drawn";
  }

  // Until the writer chooses: a drawn phrase, which alone holds a state off.
  function speak() {
    if (!touched) { document.querySelector("input[name=pen][value=new]").checked = true; }
    show();
  }

  // Show what the chosen way needs.
  function show(again) {
    var way = mode(), draws = way === "new" || way === "own";
    id("pen-own").hidden = way !== "own";
    id("pen-drawn").hidden = id("pen-kept").hidden = !draws;
    id("pen-have").hidden = way !== "have";
    if (draws) {
      fillLists();
      draw(again === true);
    }
    rate();
  }

  // What the three drawn words hold, said honestly.
  function rate() {
    var way = mode(), bits = 0;
    if (way === "once") {
      id("strength").textContent = say("pen_once_why");
      return;
    }
    try {
      bits = way === "own" ? 33 : H.pen.read(typed()).bits;
    } catch (ignored) { /* not a phrase yet */ }
    id("strength").textContent = bits ? say(bits < 60 ? "pen_weak" : "pen_strong", { n: say.number(bits) }) : "";
  }

  function typed() {
    if (mode() === "have") { return id("phrase").value; }
    return mode() === "own" ? id("own").value + " " + drawn : drawn;
  }

  // The keys of what is missing.
  function problems() {
    var way = mode(), found = [];
    if (given || way === "once") { return found; }
    if (way === "own" && id("own").value.split(/\s+/).filter(Boolean).length < 3) { found.push("own_few"); }
    if (way !== "have" && !id("kept").checked) { found.push("need_kept"); }
    if (!found.length) {
      try {
        H.pen.read(typed());
      } catch (error) {
        found.push(error.kind || "broken");
      }
    }
    return found;
  }

  // Make the pen: `done` gets null where the memory is missing.
  function pen(done, advance) {
    if (given) {
      done(given, true);
    } else if (mode() === "once") {
      done(H.pen.oneLetter());
    } else {
      stop = H.pen.derive(H.pen.read(typed()).canonical, H.data.edition.newsroom, done, advance);
    }
  }

  // Sign with a pen that receipts were opened with, or no longer.
  function give(pen) {
    given = pen;
    id("step-pen").hidden = Boolean(pen);
  }

  function halt() { if (stop) { stop(); } }

  function clear() {
    halt();
    drawn = drawnFor = "";
    id("own").value = id("phrase").value = "";
    id("drawn").textContent = "";
    picked = "";
    touched = false;
    give(null);
    id("kept").checked = false;
    Array.prototype.forEach.call(document.querySelectorAll(".unveil"), function (tick) {
      tick.checked = false;
      tick.onchange();
    });
    speak();
  }

  // A phrase is veiled by style and not by type=password: no browser offers to keep it.
  function veil(tick) {
    var field = tick.parentNode.previousElementSibling;
    tick.onchange = function () { field.className = tick.checked ? "typed" : "typed veiled"; };
  }

  function start() {
    Array.prototype.forEach.call(document.querySelectorAll("input[name=pen]"), function (choice) {
      choice.onchange = function () {
        touched = true;
        show();
      };
    });
    Array.prototype.forEach.call(document.querySelectorAll(".unveil"), veil);
    id("list").onchange = function () {
      picked = this.value;
      show();
    };
    id("redraw").onclick = function () { show(true); };
    id("phrase").oninput = rate;
    id("own").oninput = function () { id("kept").checked = false; };
  }

  return { start: start, speak: speak, problems: problems, pen: pen, give: give, halt: halt, clear: clear };
}());
