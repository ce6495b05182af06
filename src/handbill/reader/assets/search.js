// Search without a server: loads the few shards that a question needs, as classic scripts.
// Format: docs/formats/search.md. HB (folds, words, pairs, rtl) stands before this text.
(function () {
  "use strict";

  var DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_",
    SHOWN = 10, PAUSE = 250, MAX_TERMS = 24, FOLDER = "../assets/search/", AROUND = 90,
    WORD = 1, PAIR = 2, folds = {}, kinds = [], values = {}, heads = {}, waiting = {}, shards = {}, packs = {},
    form = document.getElementById("ask"), field = document.getElementById("q"),
    list = document.getElementById("found"), status = document.getElementById("said"), more = document.getElementById("more"),
    say = document.body.querySelectorAll("[data-say]"), language = document.documentElement.lang,
    names = form.getAttribute("data-segments").split(" ").filter(Boolean).reverse(), turn = 0, pause = 0, total = 0, broken = false;

  function setUp() {
    var i, table = { words: WORD, pairs: PAIR };
    for (i = 0; i < DIGITS.length; i++) { values[DIGITS.charCodeAt(i)] = i; }
    for (i = 0; i < HB.folds.length; i += 2) { folds[HB.folds.charAt(i)] = HB.folds.charAt(i + 1); }
    Object.keys(table).forEach(function (name) {
      var at = 0, numbers = HB[name].split(" "), k;
      for (k = 0; k < numbers.length; k += 2) {
        at += parseInt(numbers[k], 36);
        kinds.push([at, at += parseInt(numbers[k + 1], 36), table[name]]);
      }
    });
    kinds.sort(function (a, b) { return a[0] - b[0]; });
  }

  function kindOf(code) {
    var low = 0, high = kinds.length - 1, middle;
    while (low <= high) {
      middle = (low + high) >> 1;
      if (code < kinds[middle][0]) { high = middle - 1; } else if (code >= kinds[middle][1]) { low = middle + 1; } else { return kinds[middle][2]; }
    }
    return 0;
  }

  // A text folded, and where each character of it stood.
  function fold(text) {
    var out = [], places = [], i, c, to;
    if (text.normalize) { text = text.normalize("NFC"); }
    for (i = 0; i < text.length; i++) {
      c = text.charAt(i);
      to = Object.prototype.hasOwnProperty.call(folds, c) ? folds[c] : c;
      if (to !== " " || c === " ") {
        out.push(to);
        places.push(i);
      }
    }
    return { text: out.join(""), places: places, raw: text };
  }

  // A question as runs: {kind, text}.
  function runsOf(text) {
    var folded = fold(text).text, runs = [], last = 0, i, kind;
    for (i = 0; i < folded.length; i++) {
      kind = kindOf(folded.charCodeAt(i));
      if (kind && kind === last) { runs[runs.length - 1].text += folded.charAt(i); } else if (kind) { runs.push({ kind: kind, text: folded.charAt(i) }); }
      last = kind;
    }
    return runs.filter(function (run, n) {
      if (run.kind === WORD) { run.text = run.text.slice(0, 40); }
      return !runs.slice(0, n).some(function (other) { return other.text === run.text; });
    });
  }

  // North and South spell the first sound of a word differently: 로동/노동, 녀자/여자, 리발/이발.
  function spellings(syllable) {
    var code = syllable.charCodeAt(0) - 0xac00, first = Math.floor(code / 588), vowel = Math.floor(code % 588 / 28), others;
    if (code < 0 || code > 11171) { return [syllable]; }
    others = [2, 3, 6, 7, 12, 17, 20].indexOf(vowel) >= 0 ? { 2: [11], 5: [11], 11: [2, 5] }[first] : { 5: [2], 2: [5] }[first];
    return [syllable].concat((others || []).map(function (start) { return String.fromCharCode(0xac00 + start * 588 + code % 588); }));
  }

  // What to look up for a run: each wish is a list of terms or beginnings, one of which must be there.
  function wishesOf(run) {
    var wishes = [], i;
    if (run.kind === WORD) { return [[{ term: run.text, begins: run.text.length > 2 }]]; }
    if (run.text.length === 1) {
      return [spellings(run.text).map(function (s) { return { term: s, begins: true }; })];
    }
    // Every other pair, and the last: what is found is read before it is shown, and half the shards suffice.
    for (i = 0; i + 1 < run.text.length; i += 2) { wishes.push(pairAt(run.text, i)); }
    if (run.text.length % 2) { wishes.push(pairAt(run.text, run.text.length - 2)); }
    return wishes;
  }

  function pairAt(text, i) {
    return (i ? [text.charAt(i)] : spellings(text.charAt(0))).map(function (first) {
      return { term: first + text.charAt(i + 1), begins: false };
    });
  }

  // What a segment is asked for: two pairs of each run, and all that do not stand in most documents.
  function wishesIn(head, asked) {
    var all = [];
    asked.forEach(function (wishes) {
      var often = [], rare = [];
      wishes.forEach(function (wish) {
        (wish.every(function (want) { return isOften(head, want.term); }) ? often : rare).push(wish);
      });
      all = all.concat(rare, often.slice(0, Math.max(0, 2 - rare.length)));
    });
    return all.slice(0, MAX_TERMS);
  }

  function isOften(head, term) {
    var at = head.often.indexOf(term);
    while (at % 2 === 1) { at = head.often.indexOf(term, at + 1); }
    return at >= 0 && term.length === 2;
  }

  function load(file, done) {
    var script;
    if (waiting[file]) {
      if (waiting[file] === "here") { done(); } else { waiting[file].push(done); }
      return;
    }
    waiting[file] = [done];
    script = document.createElement("script");
    script.src = FOLDER + file;
    script.onload = script.onerror = function () {
      var told = waiting[file];
      waiting[file] = "here";
      script.parentNode.removeChild(script);
      told.forEach(function (tell) { tell(); });
    };
    document.body.appendChild(script);
  }

  function loadAll(files, done) {
    var left = files.length;
    if (!left) { done(); }
    files.forEach(function (file) {
      load(file, function () { if (--left === 0) { done(); } });
    });
  }

  window.HBH = function (name, head) { heads[name] = head; };
  window.HBT = function (name, k, rows) { packs[name + ".t" + k] = rows; };
  window.HBS = function (name, k, rows) { shards[name + "." + k] = rows; };

  // Give the postings of a wanted term, and of those that begin with it. Rows say how much they share
  // with the one before, so those that come earlier are passed by without being put together.
  function scan(rows, want, use) {
    var term = want.term, same = 0, at = 0, i, shared, is;
    while (at < rows.length) {
      shared = values[rows.charCodeAt(at)];
      if (shared < same) { return; }
      i = at + 1;
      if (shared === same) {
        while (same < term.length && rows.charAt(i) === term.charAt(same)) {
          same++;
          i++;
        }
        if (same < term.length && rows.charAt(i) > term.charAt(same)) { return; }
      }
      if (same === term.length) {
        is = rows.charAt(i) === " ";
        if (!is && !want.begins) { return; }
        use(is, postingsAt(rows, at));
      }
      at = rows.indexOf("|", at) + 1 || rows.length;
    }
  }

  function postingsAt(rows, at) {
    var bar = rows.indexOf("|", at);
    return rows.slice(rows.indexOf(" ", at) + 1, bar < 0 ? rows.length : bar).split("!");
  }

  // The first place in a sorted list whose value is not below `value`.
  function place(sorted, value) {
    var low = 0, high = sorted.length, middle;
    while (low < high) {
      middle = (low + high) >> 1;
      if (sorted[middle] < value) { low = middle + 1; } else { high = middle; }
    }
    return low;
  }

  function shardsFor(head, want) {
    var last = place(head.firsts, want.term + (want.begins ? "\uffff" : "\u0000")), first = Math.max(0, place(head.firsts, want.term) - 1), found = [];
    for (; first < last; first++) { found.push(first); }
    return found;
  }

  function decode(text, score, into) {
    var at = 0, value = 0, shift = 0, i, digit;
    for (i = 0; i < text.length; i++) {
      digit = values[text.charCodeAt(i)];
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit < 32) {
        at += value;
        into[at] = Math.max(into[at] || 0, score);
        value = shift = 0;
      }
    }
  }

  // The documents of a segment that have one of the terms: at their number, 1 (begins), 2 (is), 4 (in title).
  function lookUp(name, wish) {
    var found = [];
    wish.forEach(function (want, variant) {
      shardsFor(heads[name], want).forEach(function (k) {
        scan(shards[name + "." + k] || "", want, function (same, parts) {
          decode(parts[0], same && !variant ? 2 : 1, found);
          if (parts[1]) { decode(parts[1], same && !variant ? 5 : 4, found); }
        });
      });
    });
    return found;
  }

  function inSegment(name, age, asked) {
    var head = heads[name], found, hits = [];
    found = wishesIn(head, asked).map(function (wish) { return lookUp(name, wish); });
    found[0].forEach(function (ignored, doc) {
      var score = 0, own = head.languages[values[head.of.charCodeAt(doc)]] === language, i;
      for (i = 0; i < found.length; i++) {
        if (!found[i][doc]) { return; }
        score += found[i][doc];
      }
      hits.push({ segment: name, age: age, doc: doc, score: score / found.length + (own ? 1.5 : 0) });
    });
    return hits;
  }

  function search(text) {
    var runs = runsOf(text), asked = runs.map(wishesOf), mine = ++turn;
    list.textContent = "";
    more.hidden = true;
    if (!runs.length) {
      status.textContent = "";
      return;
    }
    status.textContent = words("loading");
    list.setAttribute("aria-busy", "true");
    loadAll(heading(), function () {
      var hits = [], left = names.length;
      if (!left) { rank(hits, runs, mine); }
      // Each segment is looked through as soon as its shards are here, while others are on their way.
      names.forEach(function (name, age) {
        loadAll(filesFor(name, asked), function () {
          if (mine !== turn) { return; }
          if (heads[name]) { hits = hits.concat(inSegment(name, age, asked)); }
          if (--left === 0) { rank(hits, runs, mine); }
        });
      });
    });
  }

  function heading() {
    return names.map(function (name) { return name + ".js"; });
  }

  function filesFor(name, asked) {
    var head = heads[name], files = [];
    (head ? wishesIn(head, asked) : []).forEach(function (wish) {
      wish.forEach(function (want) {
        shardsFor(head, want).forEach(function (k) { files.push(name + "." + k + ".js"); });
      });
    });
    return files.filter(function (file, i) { return files.indexOf(file) === i; });
  }

  function rank(hits, runs, mine) {
    broken = names.some(function (name) { return !heads[name]; });
    hits.sort(function (a, b) { return b.score - a.score || a.age - b.age || b.doc - a.doc; });
    total = hits.length;
    tell();
    show(hits, runs, mine);
  }

  function tell() {
    status.textContent = broken ? words("broken") : total ? words("count", total) : words("none");
  }

  function words(key, n) {
    var i, text = "", digits = "";
    for (i = 0; i < say.length; i++) {
      if (say[i].getAttribute("data-say") === key) {
        text = say[i].textContent;
        digits = say[i].getAttribute("data-digits");
      }
    }
    // A browser's own digits for a language differ with its age; the page's do not.
    return text.replace("{n}", String(n).replace(/[0-9]/g, function (digit) { return digits.charAt(Number(digit)); }));
  }

  function packOf(hit) {
    var starts = heads[hit.segment].packs, k = place(starts, hit.doc + 1) - 1;
    return { file: hit.segment + ".t" + k, at: hit.doc - starts[k] };
  }

  // Show the next results; those whose words do not really stand together are left out and not counted.
  // Who asked for more by keyboard goes on at the first of them: the button may be gone.
  function show(hits, runs, mine, asked) {
    var next = hits.splice(0, SHOWN), files = {}, before = list.childNodes.length;
    next.forEach(function (hit) {
      files[packOf(hit).file + ".js"] = true;
    });
    loadAll(Object.keys(files), function () {
      if (mine !== turn) { return; }
      next.forEach(function (hit) {
        var pack = packOf(hit), row = (packs[pack.file] || [])[pack.at];
        if (row && stands(row[0] + "\n" + row[5], runs)) { list.appendChild(result(row, row[5], runs)); } else { total--; }
        broken = broken || !row;
      });
      tell();
      more.hidden = !hits.length;
      more.onclick = function () { show(hits, runs, mine, true); };
      if (list.childNodes.length === before && hits.length) {
        show(hits, runs, mine, asked);
        return;
      }
      if (asked && list.childNodes[before]) { list.childNodes[before].firstChild.focus(); }
      list.setAttribute("aria-busy", "false");
    });
  }

  function forms(run) {
    if (run.kind !== PAIR) { return [run.text]; }
    return spellings(run.text.charAt(0)).map(function (s) { return s + run.text.slice(1); });
  }

  function stands(text, runs) {
    var folded = fold(text).text;
    return runs.every(function (run) {
      return forms(run).some(function (form) { return folded.indexOf(form) >= 0; });
    });
  }

  function make(name, text, cls) {
    var node = document.createElement(name);
    if (text) { node.appendChild(document.createTextNode(text)); }
    if (cls) { node.className = cls; }
    return node;
  }

  function result(row, text, runs) {
    var item = make("li"), link = make("a"), title = make("h2", row[0]), rtl = HB.rtl.indexOf(row[2].split("-")[0].toLowerCase()) >= 0;
    item.lang = row[2];
    item.dir = rtl ? "rtl" : "ltr";
    link.href = "../" + row[1].split("/").map(encodeURIComponent).join("/");
    link.appendChild(title);
    item.appendChild(link);
    item.appendChild(snippet(text, runs));
    item.appendChild(make("p", row[3], "note"));
    return item;
  }

  // The passage around the first run that stands in the text, the runs marked.
  function snippet(text, runs) {
    var folded = fold(text), found = [], from, to, at, node = make("p");
    runs.forEach(function (run) {
      forms(run).forEach(function (form) {
        var i = folded.text.indexOf(form);
        if (i >= 0) { found.push([i, i + form.length]); }
      });
    });
    found.sort(function (a, b) { return a[0] - b[0]; });
    from = found.length ? Math.max(0, folded.places[found[0][0]] - AROUND) : 0;
    from = from ? folded.raw.indexOf(" ", from) + 1 || from : 0;
    to = Math.min(folded.raw.length, from + 3 * AROUND);
    at = from;
    if (from) { node.appendChild(document.createTextNode("… ")); }
    found.forEach(function (pair) {
      var a = folded.places[pair[0]], b = folded.places[pair[1] - 1] + 1;
      if (a < at || b > to) { return; }
      node.appendChild(document.createTextNode(folded.raw.slice(at, a)));
      node.appendChild(make("mark", folded.raw.slice(a, b)));
      at = b;
    });
    node.appendChild(document.createTextNode(folded.raw.slice(at, to) + (to < folded.raw.length ? " …" : "")));
    return node;
  }

  setUp();
  form.hidden = false;
  form.onsubmit = function (event) {
    (event || window.event).preventDefault();
    search(field.value.slice(0, 200));
  };
  // Shards come while the question is still being typed. What it ends in may not be its end yet.
  field.oninput = function () {
    clearTimeout(pause);
    pause = setTimeout(function () {
      var asked = runsOf(field.value.slice(0, 200)).map(wishesOf);
      names.forEach(function (name) { loadAll(filesFor(name, asked), function () {}); });
    }, PAUSE);
  };
  window.HB.search = search;
  // What every question needs is small: have it before the first is asked.
  loadAll(heading(), function () { words("count", 0); });
}());
