// Judge single files by the proofs chosen with them.
H.film = (function () {
  "use strict";

  var SUFFIX = /\.proof\.txt$/, MAX_PROOFS = 200;

  function split(files) {
    var proofs = [], films = [];
    files.forEach(function (file) { (SUFFIX.test(file.name) ? proofs : films).push(file); });
    proofs.sort(function (a, b) { return H.bytes.compare(a.name, b.name); });
    return { proofs: proofs, films: films };
  }

  function readProof(file, bytes) {
    var blank = H.judge.blank(file.name, "forged"), read;
    try {
      if (bytes === null) { throw H.bytes.fail("forged", "cannot be read"); }
      if (bytes === "large") { throw H.bytes.fail("forged", "larger than " + H.proof.MAX_PROOF + " bytes"); }
      read = H.proof.read(bytes);
      return { file: file, read: read, marks: H.exact.compared(file.name, bytes, read.form) };
    } catch (error) {
      blank.verdict = error.kind === "newer" ? "newer" : "forged";
      blank.reason = file.name + ": " + error.message;
      return { file: file, broken: { verdict: blank.verdict, reason: blank.reason } };
    }
  }

  // Which proofs to try for a film: the one of its own name first, then the others.
  function order(film, proofs) {
    var own = film.name.replace(/\.[^.]*$/, "") + ".proof.txt";
    return proofs.filter(function (p) { return p.file.name === own; })
      .concat(proofs.filter(function (p) { return p.file.name !== own; }));
  }

  function reportOf(film, proof, entry, finding) {
    var findings = (finding ? [finding] : []).concat(proof.marks),
      report = H.judge.blank(film.name, H.judge.ofFindings(findings)), item = proof.read.item;
    report.whole = report.verdict === "damaged" ? [] : [item.key];
    report.damaged = report.verdict === "damaged" ? [item.key] : [];
    report.findings = findings;
    report.newsroom = item.newsroom;
    report.number = proof.read.head.number;
    report.issued = proof.read.head.issued;
    report.firstRoot = proof.read.chain[0].bytes;
    report.titles = {};
    report.titles[item.key] = item.title;
    report.alone = true;
    return report;
  }

  // Compare a film with each file of a proof; done(null) where it is none of them.
  function byProof(film, proof, options, done) {
    var rows = proof.read.item.files.map(function (entry) { return { file: film, entry: entry, good: [] }; });
    // Most films name their entry by length: try those first, and all only where none fits.
    rows.sort(function (a, b) { return likely(b, film) - likely(a, film); });
    function next(close) {
      var row = rows.shift();
      if (!row) {
        done(close);
        return;
      }
      options.total(Math.min(row.entry.length, film.size));
      options.stop(H.reading.checkChunks([row], options.advance, function () {
        var finding = H.judge.compare(row.entry, film.size, row.good), bad = 0, report;
        report = reportOf(film, proof, row.entry, finding);
        if (!finding || (finding.state === "marked" && row.entry.length)) {
          done(report);
          return;
        }
        finding.ranges.forEach(function (range) { bad += range[1] - range[0]; });
        next(close || (likely(row, film) > 1 || bad * 2 < row.entry.length ? report : null));
      }));
    }
    next(null);
  }

  function likely(row, film) {
    return (row.entry.path.split("/").pop() === film.name ? 2 : 0) + (row.entry.length === film.size ? 1 : 0);
  }

  function judgeOne(film, proofs, options, done) {
    var left = order(film, proofs), own = film.name.replace(/\.[^.]*$/, "") + ".proof.txt", best = null;
    function next() {
      var proof = left.shift();
      if (!proof) {
        done(best || H.judge.blank(film.name, "foreign", "no proof chosen with it names it"));
        return;
      }
      function settle(report) {
        report.where = film.name;
        if (report.verdict === "genuine" || report.verdict === "marked" || proof.file.name === own) {
          done(report);
          return;
        }
        if (!best || best.verdict === "foreign") { best = report; }
        next();
      }
      if (proof.broken) {
        settle(H.judge.blank(film.name, proof.broken.verdict, proof.broken.reason));
        return;
      }
      byProof(film, proof, options, function (report) {
        settle(report || H.judge.blank(film.name, "foreign", proof.file.name + " is of another item"));
      });
    }
    next();
  }

  // Judge files chosen together; proofs among them serve the others. done(reports).
  function judge(files, options, done) {
    var sorted = split(files), reports = [];
    H.reading.readWhole(sorted.proofs.slice(0, MAX_PROOFS).map(function (file, i) {
      return { path: String(i), file: file, limit: H.proof.MAX_PROOF };
    }), function (found) {
      var proofs = sorted.proofs.slice(0, MAX_PROOFS).map(function (file, i) { return readProof(file, found[i]); });
      function next() {
        var film = sorted.films.shift();
        if (!film) {
          done(reports);
          return;
        }
        judgeOne(film, proofs, options, function (report) {
          reports.push(report);
          next();
        });
      }
      next();
    });
  }

  return { judge: judge };
}());
