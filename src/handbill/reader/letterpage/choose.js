// Which story a letter is about, and which items its writer would pass on.
H.choose = (function () {
  "use strict";

  var ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, MAX_MARKS = 16, say = H.say, make = H.make, chosen = "";

  function id(name) { return document.getElementById(name); }

  function folded(text) { return (text.normalize ? text.normalize("NFKC") : text).toLowerCase(); }

  // Each story: its id, its title, its language.
  function list() {
    var words = folded(id("find").value).split(/\s+/), box = id("story"), found;
    found = H.data.stories.filter(function (story) {
      var title = folded(story[1]);
      return words.every(function (word) { return title.indexOf(word) >= 0; });
    });
    box.textContent = "";
    found.forEach(function (story) {
      var option = make("option", story[1]);
      option.value = story[0];
      option.lang = story[2];
      option.dir = "auto";
      option.selected = story[0] === chosen;
      box.appendChild(option);
    });
    id("story-none").hidden = found.length > 0;
  }

  function listMarks() {
    var box = id("marks");
    if (box.childNodes.length) { return; }
    H.data.stories.forEach(function (story) {
      var label = make("label", null, "line"), tick = make("input"), title = make("bdi", story[1]);
      tick.type = "checkbox";
      tick.value = story[0];
      tick.setAttribute("autocomplete", "off");
      tick.onchange = function () { if (marks().length > MAX_MARKS) { tick.checked = false; } };
      title.lang = story[2];
      label.appendChild(tick);
      label.appendChild(document.createTextNode(" "));
      label.appendChild(title);
      box.appendChild(label);
    });
  }

  function marks() {
    return Array.prototype.filter.call(id("marks").querySelectorAll("input"), function (tick) { return tick.checked; })
      .map(function (tick) { return tick.value; });
  }

  // The story's id, "" for none; what was typed counts more than what was chosen.
  function story() { return folded(id("story-id").value).replace(/\s+/g, "") || chosen; }

  function problem(needed) {
    var found = story();
    if (!found) { return needed ? "need_story" : ""; }
    return ID.test(found) ? "" : "need_id";
  }

  function speak() { id("marks-why").textContent = say("marks_why", { n: say.number(MAX_MARKS) }); }

  function clear() {
    chosen = "";
    id("find").value = id("story-id").value = "";
    id("marks").textContent = "";
    id("marks").parentNode.open = false;
    list();
  }

  function start() {
    id("find").oninput = list;
    id("story").onchange = function () { chosen = this.value; };
    id("marks").parentNode.addEventListener("toggle", listMarks);
    id("listed").hidden = id("step-marks").hidden = !H.data.stories.length;
    list();
  }

  return { start: start, speak: speak, story: story, problem: problem, marks: marks, clear: clear };
}());
