// Judge the editions in a folder. A tree is {count, path(i), file(i, done)}: the pages that were
// chosen or dropped, seen as paths below one folder.
H.drive = (function () {
  "use strict";

  var MAX_EDITIONS = 64, MAX_LISTED = 100,
    PROVES = /^_edition\/(?:metadata\/(?:[1-9][0-9]{0,3}\.root|targets|snapshot|timestamp)\.json|targets\/(?:(?:edition|newsroom|history)\.json|chunks\.bin|head\.txt)|SHA256SUMS(?:\.sig)?|allowed_signers)$/,
    MARK = /^(?:([^/]+)\/)?_edition\/metadata\/1\.root\.json$/;

  // The folders that hold an edition: "" for the tree itself, then the ones directly below.
  function editionsOf(tree) {
    var found = [], i, match;
    for (i = 0; i < tree.count; i++) {
      match = MARK.exec(tree.path(i));
      if (match) { found.push(match[1] ? match[1] + "/" : ""); }
    }
    return found.sort(H.bytes.compare).slice(0, MAX_EDITIONS);
  }

  // Get the File of every path that `wanted` accepts, relative to `base`.
  function collect(tree, base, wanted, done) {
    var found = Object.create(null), places = [], left, i, path;
    for (i = 0; i < tree.count; i++) {
      path = tree.path(i);
      if (path.lastIndexOf(base, 0) !== 0) { continue; }
      path = wanted(path.slice(base.length));
      if (path !== null) { places.push([path, i]); }
    }
    left = places.length;
    if (!left) { done(found); }
    places.forEach(function (place) {
      tree.file(place[1], function (file) {
        found[place[0]] = file;
        if (--left === 0) { done(found); }
      });
    });
  }

  // Read all that proves the edition at `base`, judge it, then judge its files.
  function judgeEdition(tree, base, inner, options, done) {
    var where = base.replace(/\/$/, "");
    collect(tree, base, function (path) {
      return PROVES.test(path) ? path : null;
    }, function (files) {
      var wanted = Object.keys(files).map(function (path) {
        return { path: path, file: files[path], limit: limitOf(path) };
      });
      H.reading.readWhole(wanted, function (found) {
        H.gate.settle(function () { return H.judge.openEdition(reader(found)); }, function (error, opened) {
          if (error) {
            done(H.judge.ofError(where, error));
          } else {
            opened.marks = opened.marks.concat(H.exact.repeatedMarks(found, opened.manifest, opened.ssh));
            judgeFiles(tree, base, inner, opened, options, done);
          }
        });
      });
    });
  }

  function limitOf(path) {
    if (/^_edition\/[^/]+$/.test(path)) { return 67108864; }
    if (/^_edition\/metadata/.test(path)) { return H.trust.MAX_METADATA; }
    return { edition: 67108864, chunks: 67108864, history: 16777216 }[/([a-z]+)\.[a-z]+$/.exec(path)[1]] || 1048576;
  }

  function reader(found) {
    return function (path, limit) {
      var bytes;
      if (!(path in found)) { throw H.bytes.fail("missing", path); }
      bytes = found[path];
      if (bytes === null) { throw H.bytes.fail("unreadable", path + ": cannot be read"); }
      if (bytes === "large" || bytes.length > limit) { throw H.bytes.fail("forged", path + ": larger than " + limit + " bytes"); }
      return bytes;
    };
  }

  function firstReport(where, opened) {
    var report = H.judge.blank(where, "genuine");
    report.newsroom = opened.manifest.newsroom;
    report.name = opened.name;
    report.number = opened.head.number;
    report.issued = opened.head.issued;
    report.firstRoot = opened.chain[0].bytes;
    report.titles = Object.create(null);
    opened.manifest.items.forEach(function (item) { report.titles[item.key] = item.title; });
    if (!opened.vouched) {
      report.verdict = "unvouched";
      report.reason = "signed with a key since withdrawn, and no later edition vouches for it";
    }
    return report;
  }

  function judgeFiles(tree, base, inner, opened, options, done) {
    var report = firstReport(base.replace(/\/$/, ""), opened), ours = Object.create(null), exact = Object.create(null),
      proofs = H.carried.places(opened.manifest);
    opened.manifest.files.forEach(function (entry) { ours[entry.path] = true; });
    collect(tree, base, function (path) {
      var name = H.bytes.nfc(path);
      if (!(name in ours)) {
        if (!H.exact.isExpected(name, opened.chain.length, proofs)) { countForeign(report, path, inner); }
        return null;
      }
      if (exact[name]) { return null; }
      exact[name] = path === name;
      return name;
    }, function (files) {
      check(opened, files, foldersOf(tree, base, opened, files), options, function (findings) {
        checkProofs(tree, base, opened, proofs, options, function (more) { judged(findings, opened.marks.concat(more)); });
      });
    });

    function judged(findings, marks) {
      var sorted = H.judge.sortItems(opened.manifest, findings);
      report.findings = findings.concat(marks);
      report.verdict = H.judge.worst(report.verdict, H.judge.ofFindings(report.findings));
      report.whole = sorted.whole;
      report.absent = sorted.absent;
      report.damaged = sorted.damaged;
      done(report);
    }
  }

  // Judge the proofs that are there: `where` names their places.
  function checkProofs(tree, base, opened, where, options, done) {
    collect(tree, base, function (path) {
      var name = H.bytes.nfc(path);
      return name in where ? name : null;
    }, function (files) {
      Object.keys(files).forEach(function (path) { options.total(files[path] ? files[path].size : 0); });
      H.carried.check(opened.proofs, where, files, options, done);
    });
  }

  function countForeign(report, path, inner) {
    if (inner[path.split("/")[0]]) { return; }
    report.foreign_count++;
    if (report.foreign.length < MAX_LISTED) { report.foreign.push(path); }
  }

  // Paths of absent files where a folder stands instead.
  function foldersOf(tree, base, opened, files) {
    var missing = Object.create(null), found = Object.create(null), any = false, i, parts, path;
    opened.manifest.files.forEach(function (entry) {
      if (!(entry.path in files)) {
        missing[entry.path] = true;
        any = true;
      }
    });
    for (i = 0; any && i < tree.count; i++) {
      path = tree.path(i);
      if (path.lastIndexOf(base, 0) !== 0) { continue; }
      parts = path.slice(base.length).split("/");
      while (parts.pop() && parts.length) {
        if (parts.join("/") in missing) { found[parts.join("/")] = true; }
      }
    }
    return found;
  }

  function check(opened, files, folders, options, done) {
    var entries = [], findings = [], total = 0;
    opened.manifest.files.forEach(function (entry) {
      var file = files[entry.path];
      if (file) {
        entries.push({ file: file, entry: entry, good: [] });
        total += Math.min(entry.length, file.size);
      }
    });
    options.total(total);
    options.stop(H.reading.checkChunks(entries, options.advance, function () {
      var byPath = Object.create(null);
      entries.forEach(function (one) { byPath[one.entry.path] = one; });
      opened.manifest.files.forEach(function (entry) {
        var one = byPath[entry.path], finding;
        if (one) {
          finding = H.judge.compare(entry, one.file.size, one.good);
        } else if (files[entry.path] === null || entry.path in folders) {
          finding = { path: entry.path, state: files[entry.path] === null ? "damaged" : "unsafe", ranges: [[0, entry.length]], extra: 0 };
        } else {
          finding = { path: entry.path, state: "absent", ranges: [], extra: 0 };
        }
        if (finding) { findings.push(finding); }
      });
      done(findings);
    }));
  }

  // Judge every edition in a tree, one after the other; done(reports).
  function judge(tree, options, done) {
    var bases = editionsOf(tree), reports = [], all = Object.create(null);
    bases.forEach(function (base) { if (base) { all[base.slice(0, -1)] = true; } });
    function next() {
      var base = bases.shift();
      if (base === undefined) {
        done(reports);
        return;
      }
      judgeEdition(tree, base, base ? {} : all, options, function (report) {
        reports.push(report);
        next();
      });
    }
    next();
  }

  return { judge: judge };
}());
