// The page itself: language, choosing and dropping, progress, and the cards of what was found.
(function () {
  "use strict";

  var MAX_SEEN = 1200000, MAX_FILMS = 2000, say = H.say,
    reports = null, job = null, drawn = {}, message = "";

  function id(name) { return document.getElementById(name); }

  function size(bytes) {
    var units = ["kB", "MB", "GB", "TB"], value = bytes / 1000, i = 0;
    while (value >= 1000 && i < 3) {
      value /= 1000;
      i++;
    }
    return say.number(Number(value.toPrecision(3))) + "\u00a0" + units[i];
  }

  function speak(tag) {
    say.speak(tag);
    document.title = "Handbill: " + say("title");
    show(false);
  }

  // The words of a newsroom, worked out once; every card of it that waits is told.
  function work(report, done) {
    var known = drawn[report.newsroom];
    if (known && "numbers" in known) {
      done(known.numbers);
      return;
    }
    if (known) {
      known.waiting.push(done);
      return;
    }
    known = drawn[report.newsroom] = { waiting: [done] };
    H.words.draw(report.firstRoot, function (bytes) {
      known.numbers = bytes && H.words.numbers(bytes);
      known.waiting.forEach(function (told) { told(known.numbers); });
    });
  }

  function show(focus) {
    var box = id("results"), first;
    box.textContent = "";
    if (message) { box.appendChild(H.cards.make("p", say(message), "plain")); }
    (reports || []).forEach(function (report) { box.appendChild(H.cards.show(report, say, work)); });
    first = box.querySelector(".verdict");
    if (focus && first) { first.focus(); }
  }

  function tick() {
    var seconds = (Date.now() - job.from) / 1000, rate = job.done / Math.max(seconds, 0.001), left;
    id("bar").value = job.total ? Math.round(1000 * job.done / job.total) : 0;
    if (!job.total || seconds < 0.5) { return; }
    left = Math.max(0, (job.total - job.done) / Math.max(rate, 1));
    id("now").textContent = say("checking");
    id("speed").textContent = say("speed", { done: size(job.done), total: size(job.total), speed: size(rate) }) + " · " +
      (left < 90 ? say("left_s", { n: say.number(Math.ceil(left)) }) : say("left_min", { n: say.number(Math.round(left / 60)) }));
  }

  // Run one check; `begin(options, done)` gets what reports progress and may be stopped.
  function run(begin) {
    var mine;
    if (job) { job.stop(); }
    mine = job = { from: Date.now(), done: 0, total: 0, stop: function () {}, seen: 0 };
    reports = null;
    message = "";
    show(false);
    id("running").hidden = false;
    id("now").textContent = say("reading");
    id("speed").textContent = "";
    id("bar").value = 0;
    begin({
      total: function (n) { mine.total += n; },
      advance: function (n) {
        mine.done += n;
        if (mine === job && Date.now() - mine.seen > 100) {
          mine.seen = Date.now();
          tick();
        }
      },
      stop: function (stop) { mine.stop = stop; }
    }, function (found, why) {
      if (mine !== job) { return; }
      job = null;
      id("running").hidden = true;
      reports = H.judge.aged(found || []);
      message = why || "";
      show(true);
    });
  }

  function cancel() {
    if (!job) { return; }
    job.stop();
    job = null;
    id("running").hidden = true;
    message = "stopped";
    show(false);
  }

  function judgeTree(tree, name) {
    run(function (options, done) {
      H.drive.judge(tree, options, function (found) {
        if (found.length) {
          found.forEach(function (report) { report.where = [name, report.where].filter(Boolean).join("/"); });
          done(found);
          return;
        }
        judgeLoose(tree, name, options, done);
      });
    });
  }

  // A folder without an edition: the films in it that have a proof beside them.
  function judgeLoose(tree, name, options, done) {
    var stems = Object.create(null), chosen = [], files = [], i, path;
    function stem(path) { return path.replace(/\.proof\.txt$|\.[^./]*$/, ""); }
    for (i = 0; i < tree.count; i++) {
      path = tree.path(i);
      if (/\.proof\.txt$/.test(path)) { stems[stem(path)] = true; }
    }
    for (i = 0; i < tree.count && chosen.length < MAX_FILMS; i++) {
      if (stems[stem(tree.path(i))]) { chosen.push(i); }
    }
    if (!chosen.length) {
      done([H.judge.blank(name, "foreign", "no edition in it or directly below it")]);
      return;
    }
    chosen.forEach(function (n) {
      tree.file(n, function (file) {
        files.push(file);
        if (files.length === chosen.length) { H.film.judge(files.filter(Boolean), options, done); }
      });
    });
  }

  function judgeFiles(files) {
    var films = files.filter(function (file) { return !/\.proof\.txt$/.test(file.name); });
    if (!files.length) { return; }
    run(function (options, done) {
      if (films.length) {
        H.film.judge(files, options, done);
      } else {
        done([], "only_proof");
      }
    });
  }

  function listOf(chosen) { return Array.prototype.slice.call(chosen); }

  // Files chosen as a folder: the first part of every path is the folder's own name.
  function treeOfFiles(files) {
    return {
      count: Math.min(files.length, MAX_SEEN),
      path: function (i) { return files[i].webkitRelativePath.replace(/^[^/]*\//, ""); },
      file: function (i, done) { done(files[i]); }
    };
  }

  function treeOfEntries(entries, cut) {
    return {
      count: entries.length,
      path: function (i) { return entries[i].fullPath.slice(cut); },
      file: function (i, done) { entries[i].file(done, function () { done(null); }); }
    };
  }

  // Every file below what was dropped, folder after folder.
  function gather(folders, found, done) {
    var folder = folders.pop(), reader;
    if (!folder || found.length >= MAX_SEEN) {
      done();
      return;
    }
    reader = folder.createReader();
    function more() {
      reader.readEntries(function (part) {
        part.forEach(function (entry) { (entry.isDirectory ? folders : found).push(entry); });
        if (part.length && found.length < MAX_SEEN) { more(); } else { gather(folders, found, done); }
      }, function () { gather(folders, found, done); });
    }
    more();
  }

  function dropped(event) {
    var items = listOf(event.dataTransfer.items || []), files = listOf(event.dataTransfer.files), entries, folders, found;
    entries = items.map(function (item) { return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null; }).filter(Boolean);
    folders = entries.filter(function (entry) { return entry.isDirectory; });
    if (!folders.length) {
      judgeFiles(files);
      return;
    }
    found = entries.filter(function (entry) { return !entry.isDirectory; });
    gather(folders.slice(), found, function () {
      var alone = entries.length === 1;
      judgeTree(treeOfEntries(found, alone ? folders[0].fullPath.length + 1 : 1), alone ? folders[0].name : "");
    });
  }

  function listen() {
    id("folder").onchange = function () {
      var files = listOf(this.files), path = files.length ? files[0].webkitRelativePath : "";
      if (files.length) { judgeTree(treeOfFiles(files), path.split("/")[0]); }
      this.value = "";
    };
    id("files").onchange = function () {
      judgeFiles(listOf(this.files));
      this.value = "";
    };
    id("cancel").onclick = cancel;
    document.ondragover = function (event) {
      event.preventDefault();
      document.body.className = "over";
    };
    document.ondragleave = function (event) {
      if (!event.relatedTarget) { document.body.className = ""; }
    };
    document.ondrop = function (event) {
      event.preventDefault();
      document.body.className = "";
      dropped(event);
    };
  }

  say.buttons(id("languages"), speak);
  listen();
  id("choose").hidden = false;
  if (!("webkitdirectory" in id("folder"))) { id("folder").parentNode.hidden = true; }
  speak(say.first([location.hash.slice(1)]));
}());
