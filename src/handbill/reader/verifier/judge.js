// Compare what lies there with what was signed, and say it in one word.
// Specification: docs/formats/verdict.md.
H.judge = (function () {
  "use strict";

  var RANK = ["genuine", "marked", "damaged", "unvouched", "newer", "forged"];

  function fail(message) { return H.bytes.fail("forged", message); }

  // Compare a file with its entry; `good` tells of each signed chunk whether it matched.
  function compare(entry, length, good) {
    var ranges = [], chunk = H.paths.CHUNK, i, last;
    for (i = 0; i < entry.chunks.length / 32; i++) {
      if (!good[i]) {
        last = ranges[ranges.length - 1];
        if (last && last[1] === i * chunk) {
          last[1] = Math.min(last[1] + chunk, entry.length);
        } else {
          ranges.push([i * chunk, Math.min((i + 1) * chunk, entry.length)]);
        }
      }
    }
    if (ranges.length) {
      return { path: entry.path, state: "damaged", ranges: ranges, extra: Math.max(0, length - entry.length) };
    }
    if (length > entry.length) {
      return { path: entry.path, state: "marked", ranges: [], extra: length - entry.length };
    }
    return null;
  }

  function ofFindings(findings) {
    var verdict = "genuine";
    findings.forEach(function (f) {
      if (f.state === "damaged" || f.state === "unsafe") { verdict = "damaged"; }
      if (f.state === "marked" && verdict === "genuine") { verdict = "marked"; }
    });
    return verdict;
  }

  function worst(a, b) { return RANK.indexOf(a) > RANK.indexOf(b) ? a : b; }

  function sortItems(manifest, findings) {
    var state = Object.create(null), sorted = { whole: [], absent: [], damaged: [] };
    findings.forEach(function (f) { state[f.path] = f.state; });
    manifest.items.forEach(function (item) {
      var verdict = "whole";
      item.files.forEach(function (i) {
        var found = state[manifest.files[i].path];
        if (found === "damaged" || found === "unsafe") { verdict = "damaged"; }
        if (found === "absent" && verdict === "whole") { verdict = "absent"; }
      });
      sorted[verdict].push(item.key);
    });
    return sorted;
  }

  // Call an edition older where a newer one of its newsroom, as good, was judged with it.
  function aged(reports) {
    var newest = Object.create(null);
    reports.forEach(function (one) {
      var good = one.verdict === "genuine" || one.verdict === "marked" || one.verdict === "damaged";
      if (good && !one.alone) { newest[one.newsroom] = Math.max(one.number, newest[one.newsroom] || 0); }
    });
    reports.forEach(function (one) { one.older = !one.alone && one.number < (newest[one.newsroom] || 0); });
    return reports;
  }

  function blank(where, verdict, reason) {
    return {
      where: where, verdict: verdict, reason: reason || "", newsroom: "", name: "", number: 0, issued: "",
      whole: [], absent: [], damaged: [], findings: [], foreign: [], foreign_count: 0
    };
  }

  // What an error while reading the proof means for the edition.
  function ofError(where, error) {
    var verdict = { newer: "newer", missing: "damaged", unreadable: "damaged" }[error.kind] || "forged",
      reason = error.kind === "missing" ? "part of what proves it is missing: " + error.message : String(error.message);
    return blank(where, verdict, reason);
  }

  // Verify all that proves an edition. `read(path, limit)` returns bytes or throws.
  function openEdition(read) {
    var roots = [], files = {}, targets = {}, n, chain, metadata, manifest, head, headBytes, tree, form, history, said,
      limits = { "edition.json": 67108864, "chunks.bin": 67108864, "newsroom.json": 1048576, "history.json": 16777216 };
    for (n = 1; n <= H.trust.MAX_ROOTS; n++) {
      try {
        roots.push(read("_edition/metadata/" + n + ".root.json", H.trust.MAX_METADATA));
      } catch (error) {
        if (error.kind !== "missing") { throw error; }
        break;
      }
    }
    chain = H.trust.readChain(roots);
    ["targets.json", "snapshot.json", "timestamp.json"].forEach(function (file) {
      files[file] = read("_edition/metadata/" + file, H.trust.MAX_METADATA);
    });
    metadata = H.trust.readMetadata(chain[chain.length - 1], files);
    Object.keys(limits).forEach(function (file) { targets[file] = read("_edition/targets/" + file, limits[file]); });
    Object.keys(limits).forEach(function (file) { H.trust.checkTarget(metadata, file, targets[file]); });
    manifest = H.manifest.parse(targets["edition.json"], targets["chunks.bin"]);
    headBytes = read("_edition/targets/head.txt", 65536);
    head = H.manifest.parseHead(headBytes);
    tree = H.proof.levels(manifest.items.map(function (item) { return H.proof.itemLeaf(manifest.newsroom, item, manifest.files); }));
    agree(head, manifest, tree, H.sha256.hex(targets["edition.json"]), metadata.version);
    if (manifest.newsroom !== H.trust.newsroomOf(chain) || head.root > chain.length || head.root < 1) {
      throw fail("head.txt: belongs to another newsroom or a later root");
    }
    if (!H.trust.checkHead(head, chain[head.root - 1])) { throw fail("head.txt: too few editors signed it"); }
    history = readHistory(targets["history.json"], manifest.newsroom);
    said = ownFormat(targets["newsroom.json"], "handbill newsroom");
    form = H.exact.headForm(head, headBytes, chain[head.root - 1]);
    return {
      chain: chain, manifest: manifest, head: head, ssh: readSsh(said.ssh),
      marks: H.exact.marks(chain, files, metadata.forms, form, headBytes),
      name: typeof said.name === "string" ? said.name.slice(0, 300) : "",
      proofs: {
        manifest: manifest, chain: chain, tree: tree, head: form, root: head.root, kept: history.kept
      },
      // The newest root's editors were asked above where it is the head's own.
      vouched: head.root === chain.length || H.sha256.hex(head.note.bytes) in history.heads || H.trust.checkHead(head, chain[chain.length - 1])
    };
  }

  function agree(head, found, tree, digest, version) {
    if (head.newsroom !== found.newsroom || head.number !== found.number || head.id !== found.id ||
      head.issued !== found.issued || head.previous !== found.previous || head.items !== found.items.length ||
      head.manifest !== digest || head.tree !== H.bytes.hex(H.proof.top(tree)) || version !== found.number) {
      throw fail("head.txt: is the head of another edition");
    }
  }

  function ownFormat(bytes, format) {
    var doc = H.json.parse(bytes, format);
    H.manifest.checkFormat(doc, format, format);
    return doc;
  }

  // The hashes of past heads, and of the proofs that are kept, by item key.
  function readHistory(bytes, newsroom) {
    var doc = ownFormat(bytes, "handbill history"), heads = Object.create(null);
    if (doc.newsroom !== newsroom || !Array.isArray(doc.heads)) { throw fail("history.json: belongs to another newsroom"); }
    if (!H.json.isObject(doc.kept)) { throw fail("history.json: does not say which proofs are kept"); }
    doc.heads.forEach(function (row) {
      if (H.json.isObject(row) && typeof row.head === "string") { heads[row.head] = true; }
    });
    return { heads: heads, kept: doc.kept };
  }

  // The key and the signature of SHA256SUMS for stock tools.
  function readSsh(row) {
    if (!H.json.isObject(row) || !/^[0-9a-f]{64}$/.test(row.key) || !/^[0-9a-f]{128}$/.test(row.signature)) {
      throw fail("newsroom.json: ssh is not a key and a signature");
    }
    return { key: H.bytes.fromHex(row.key), signature: H.bytes.fromHex(row.signature) };
  }

  return {
    compare: compare, ofFindings: ofFindings, worst: worst, sortItems: sortItems,
    aged: aged, blank: blank, ofError: ofError, openEdition: openEdition
  };
}());
