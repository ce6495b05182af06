// The page itself: what to do, the words and their count, what is missing, clearing, leaving.
(function () {
  "use strict";

  // The page from which one comes names its language behind the address's number sign.
  var say = H.say, make = H.make, objection = "", timer = 0, asked = location.hash.slice(1).split("&");

  function id(name) { return document.getElementById(name); }

  function mode() { return document.querySelector("input[name=mode]:checked").value; }

  function kind() {
    if (objection) { return "appeal"; }
    return mode() === "letter" && H.choose.answers() ? "reply" : mode();
  }

  // A letter under a story, whether or not it answers another.
  function isLetter(what) { return what === "letter" || what === "reply"; }

  // Show the steps that the chosen kind needs.
  function show() {
    var what = kind();
    ["words", "name", "rules"].forEach(function (step) { id("step-" + step).hidden = what === "mine"; });
    id("step-story").hidden = what === "mine" || what === "appeal";
    id("story-free").hidden = what !== "request";
    id("step-marks").hidden = !isLetter(what) || !H.data.stories.length;
    id("replying").hidden = !isLetter(what);
    id("step-mine").hidden = what !== "mine";
    id("step-pen").hidden = what === "mine" || what === "appeal";
    id("go").parentNode.hidden = what === "mine";
    id("objecting").hidden = what !== "appeal";
    id("objected").textContent = objection ? say("appeal_of", { id: objection }) : "";
    H.sealing.problems([]);
  }

  function text() { return H.letter.tidyBody(id("body").value); }

  // Count when the typing rests: what is far too long is told before it is signed.
  function count() {
    var body = "", words, note, excess;
    timer = 0;
    try {
      body = text();
    } catch (error) {
      id("long").textContent = say(error.kind);
      return;
    }
    words = H.counting.count(body);
    // Header and signature take about this many bytes that do not compress.
    note = H.bytes.concat([H.bytes.encode(body), H.random(620)]);
    excess = body ? H.seal.tooMuch(note) : 0;
    id("count").textContent = say("words_count", { n: say.number(words) });
    id("long").textContent = excess ? say("words_excess", { n: say.number(Math.ceil(100 * excess / note.length)) }) :
      words > H.data.rules.words ? say("words_many", { n: say.number(H.data.rules.words) }) : "";
  }

  function typing() {
    H.sealing.forget();
    if (!timer) { timer = setTimeout(count, 250); }
  }

  function draft() {
    var what = kind();
    return {
      kind: what, story: what === "appeal" ? "" : H.choose.story(), parent: what === "reply" ? H.choose.answers() : objection, language: id("language").value,
      name: H.letter.tidyName(id("name").value), body: text(), marks: isLetter(what) ? H.choose.marks() : [], erase: false
    };
  }

  function problems() {
    var what = kind(), found = [], wanted;
    try {
      wanted = draft();
    } catch (error) {
      return [error.kind];
    }
    if (what !== "appeal") { found.push(H.choose.problem(isLetter(what))); }
    if (!wanted.body) { found.push("need_words"); }
    if (!wanted.name && what !== "request") { found.push("need_name"); }
    if (H.bytes.count(wanted.name) > H.letter.MAX_NAME) { found.push("name_long"); }
    found = found.concat(H.phrase.problems());
    if (!id("agree").checked) { found.push("need_agree"); }
    return found.filter(Boolean);
  }

  function submit(event) {
    var found;
    event.preventDefault();
    if (kind() === "mine") { return; }
    found = problems();
    if (found.length) { H.sealing.problems(found, { n: say.number(H.letter.MAX_NAME) }); }
    else { H.sealing.run(draft(), H.phrase.pen); }
  }

  // What needs no words: taking back and burning.
  function order(what, ask) {
    H.sealing.run({
      kind: what.kind, story: "", parent: what.parent, language: say.language, name: "", body: "", marks: [], erase: Boolean(what.erase)
    }, ask);
  }

  function object(letter, pen) {
    objection = letter;
    H.phrase.give(pen);
    show();
    id("objecting").scrollIntoView();
    id("body").focus();
  }

  function unobject() {
    objection = "";
    H.phrase.give(null);
    show();
  }

  function fillLanguages() {
    var box = id("language"), was = box.value, tags = H.data.languages, kept;
    box.textContent = "";
    tags.forEach(function (pair) {
      var option = make("option", pair[1] || say("language_other"));
      option.value = pair[0];
      if (pair[1]) { option.lang = pair[0]; }
      box.appendChild(option);
    });
    kept = tags.filter(function (pair) { return pair[0] === was; }).length > 0;
    box.value = kept ? was : say.language;
  }

  function speak(tag) {
    say.speak(tag);
    id("newsroom").textContent = H.data.titles[tag] || H.data.titles[""];
    fillLanguages();
    H.choose.speak();
    H.rules.speak();
    H.phrase.speak();
    show();
    count();
  }

  function clear() {
    clearTimeout(timer);
    timer = 0;
    objection = "";
    id("form").reset();
    id("body").value = id("name").value = "";
    id("language").value = say.language;
    id("agree").checked = false;
    id("rules").open = false;
    H.choose.clear();
    H.phrase.clear();
    H.mine.clear();
    H.sealing.clear();
    show();
    count();
  }

  // Something was written that nobody has in hand yet.
  function unsaved() {
    return !H.sealing.handed() || Boolean(id("sealed").hidden && (id("body").value || id("own").value));
  }

  function listen() {
    var modes = document.querySelectorAll("input[name=mode]");
    Array.prototype.forEach.call(modes, function (one) { one.onchange = unobject; });
    id("form").onsubmit = submit;
    // Who presses Enter in a line means that line, not the whole letter.
    id("form").onkeydown = function (event) {
      if (event.keyCode === 13 && event.target.tagName === "INPUT" && event.target.type === "text") { event.preventDefault(); }
    };
    id("body").oninput = typing;
    id("name").oninput = H.sealing.forget;
    id("form").addEventListener("change", H.sealing.forget);
    id("unobject").onclick = unobject;
    id("stop").onclick = function () {
      H.phrase.halt();
      H.mine.halt();
      H.sealing.halt();
    };
    id("clear").onclick = function () {
      clear();
      id("said").textContent = say("cleared");
      id("top").focus();
    };
    window.addEventListener("beforeunload", function (event) {
      if (unsaved()) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
    window.addEventListener("pagehide", clear);
  }

  if (!(window.crypto || window.msCrypto || {}).getRandomValues) {
    say.buttons(id("languages"), function (tag) {
      say.speak(tag);
      id("said").textContent = say("no_random");
    });
    say.speak(say.first(asked));
    id("said").textContent = say("no_random");
    id("without").hidden = true;
    return;
  }
  say.buttons(id("languages"), speak);
  H.choose.start();
  H.phrase.start();
  H.mine.start(object, order);
  listen();
  // Only a page that runs takes back what stands there for those where it does not.
  id("without").hidden = true;
  id("page").hidden = false;
  clear();
  speak(say.first(asked));
}());
