// The Merkle tree over an edition's items (RFC 6962), item texts, and the proof beside a film.
// Format: docs/formats/proof.md.
H.proof = (function () {
  "use strict";

  var MAX_ITEM = 8388608, MAX_PROOF = 33554432, MAX_PACK = 268435456, PACKED = 400, MAX_ROOTS = 1024, HEX64 = /^[0-9a-f]{64}$/,
    NAMES = ["newsroom", "id", "kind", "language", "title"];

  function fail(message) { return H.bytes.fail("forged", message); }

  function node(left, right) {
    return new H.sha256.Hasher().update(new Uint8Array([1])).update(left).update(right).digest();
  }

  function leaf(bytes) { return new H.sha256.Hasher().update(new Uint8Array([0])).update(bytes).digest(); }

  // The tree level by level, leaves first; a lone last node moves up as it is.
  function levels(leaves) {
    var tree = [leaves], level = leaves, above, i;
    while (level.length > 1) {
      above = [];
      for (i = 0; i + 1 < level.length; i += 2) { above.push(node(level[i], level[i + 1])); }
      if (level.length % 2) { above.push(level[level.length - 1]); }
      level = above;
      tree.push(level);
    }
    return tree;
  }

  function top(tree) {
    var last = tree[tree.length - 1];
    return last.length ? last[0] : H.sha256.digest(new Uint8Array(0));
  }

  // Rebuild the root from one leaf and its path (RFC 9162 §2.1.3.2).
  function rootFrom(found, index, size, audit) {
    var last = size - 1;
    if (index >= size) { throw fail("proof: index " + index + ", expected less than " + size); }
    audit.forEach(function (sibling) {
      if (last === 0) { throw fail("proof: path is longer than the tree is high"); }
      if (index % 2 || index === last) {
        found = node(sibling, found);
        while (index % 2 === 0 && index) {
          index = Math.floor(index / 2);
          last = Math.floor(last / 2);
        }
      } else {
        found = node(found, sibling);
      }
      index = Math.floor(index / 2);
      last = Math.floor(last / 2);
    });
    if (last) { throw fail("proof: path is shorter than the tree is high"); }
    return found;
  }

  // The text of an item of a manifest, in parts: it can be many megabytes.
  function writeItem(newsroom, item, files, write) {
    var values = [newsroom, item.id, item.kind, item.language, item.title];
    write("handbill item 1\nneeds:\n" + NAMES.map(function (name, i) {
      return values[i] ? name + ": " + values[i] + "\n" : name + ":\n";
    }).join("") + "\n");
    item.files.forEach(function (index) {
      var file = files[index], lines = [], at;
      write("file " + file.length + " " + file.sha256 + " " + file.path + "\n");
      if (file.length <= H.paths.CHUNK) { return; }
      for (at = 0; at < file.chunks.length; at += 32) {
        lines.push("chunk " + H.bytes.hex(file.chunks.subarray(at, at + 32)) + "\n");
      }
      write(lines.join(""));
    });
  }

  function itemLeaf(newsroom, item, files) {
    var hasher = new H.sha256.Hasher().update(new Uint8Array([0]));
    writeItem(newsroom, item, files, function (text) { hasher.update(H.bytes.encode(text)); });
    return hasher.digest();
  }

  function itemText(newsroom, item, files) {
    var parts = [];
    writeItem(newsroom, item, files, function (text) { parts.push(text); });
    return H.bytes.encode(parts.join(""));
  }

  function parseItem(bytes) {
    var text, at, found;
    if (bytes.length > MAX_ITEM) { throw fail("item: " + bytes.length + " bytes, expected at most " + MAX_ITEM); }
    text = H.note.checkText(bytes, "item");
    at = text.indexOf("\n\n");
    if (at < 0) { throw fail("item: has no empty line after its header"); }
    found = H.note.fields(text.slice(0, at + 1), "item", NAMES);
    if (!HEX64.test(found.newsroom) || !H.manifest.isItem(found)) {
      throw fail("item: a field is not of the form that the specification gives");
    }
    found.files = itemFiles(text.slice(at + 2));
    found.key = found.kind + " " + found.id;
    return found;
  }

  function itemFiles(body) {
    var lines = body ? body.replace(/\n$/, "").split("\n") : [], files = [], before = "", at = 0, match, length, count;
    function chunkOf(line) {
      var chunk = /^chunk ([0-9a-f]{64})$/.exec(line);
      if (!chunk) { throw fail("item: " + match[3] + " lacks a chunk line"); }
      return H.bytes.fromHex(chunk[1]);
    }
    while (at < lines.length) {
      match = /^file (0|[1-9][0-9]{0,11}) ([0-9a-f]{64}) (.+)$/.exec(lines[at++]);
      if (!match) { throw fail("item: line '" + lines[at - 1].slice(0, 80) + "' is not a file line"); }
      length = Number(match[1]);
      if (length > H.paths.MAX_FILE || !H.paths.isPath(match[3]) || H.paths.isUnsigned(match[3])) {
        throw fail("item: no path or length that an edition holds");
      }
      if (H.bytes.compare(match[3], before) <= 0) { throw fail("item: " + match[3] + " is out of order, or stands twice"); }
      before = match[3];
      count = length > H.paths.CHUNK ? Math.ceil(length / H.paths.CHUNK) : 0;
      if (lines.length - at < count) { throw fail("item: " + match[3] + " lacks a chunk line"); }
      files.push({
        path: match[3], length: length, sha256: match[2],
        chunks: count ? H.bytes.concat(lines.slice(at, at + count).map(chunkOf))
          : length ? H.bytes.fromHex(match[2]) : new Uint8Array(0)
      });
      at += count;
    }
    return files;
  }

  function whole(text) {
    if (!/^(?:0|[1-9][0-9]{0,8})$/.test(text)) { throw fail("proof: '" + text.slice(0, 20) + "' is not a whole number"); }
    return Number(text);
  }

  // Write a proof; `path` in hex, `shared` from below.
  function written(index, items, path, shared, item) {
    return H.bytes.concat([H.bytes.encode(
      "handbill proof 1\nneeds:\nindex: " + index + "\nitems: " + items + "\npath:" + (path ? " " + path : "") + "\n" +
      shared.sizes + "item: " + item.length + "\n\n"
    ), shared.bytes, item]);
  }

  // What all proofs with one signed head have in common.
  function sharedBy(head, roots) {
    return {
      sizes: "head: " + head.length + "\n" + roots.map(function (root) { return "root: " + root.length + "\n"; }).join(""),
      bytes: H.bytes.concat([head].concat(roots))
    };
  }

  function render(index, items, path, head, roots, item) {
    return written(index, items, path.map(H.bytes.hex).join(" "), sharedBy(head, roots), item);
  }

  // A function that writes the proofs of one tree and head: (index, item text).
  function writer(tree, head, roots) {
    var shared = sharedBy(head, roots), named = tree.map(function (level) { return level.map(H.bytes.hex); });
    return function (index, item) {
      var path = [], at = index;
      named.slice(0, -1).forEach(function (level) {
        var beside = at % 2 ? at - 1 : at + 1;
        if (beside < level.length) { path.push(level[beside]); }
        at = Math.floor(at / 2);
      });
      return written(index, named[0].length, path.join(" "), shared, item);
    };
  }

  // Which packed file holds the proofs of which of `keys`.
  function places(keys) {
    var count = 1, found = Object.create(null);
    while (count * PACKED < keys.length) { count *= 2; }
    keys.forEach(function (key) {
      var hash = H.sha256.digest(H.bytes.encode(key)), at, path;
      at = Math.floor((hash[0] * 16777216 + hash[1] * 65536 + hash[2] * 256 + hash[3]) * count / 4294967296);
      path = "_edition/proofs/" + at + ".proofs.txt";
      (found[path] = found[path] || []).push(key);
    });
    return found;
  }

  function pack(rows) {
    var lines = rows.map(function (row) { return "proof " + row[1].length + " " + row[0] + "\n"; });
    return H.bytes.concat([H.bytes.encode("handbill proofs 1\n" + lines.join("") + "\n")].concat(
      rows.map(function (row) { return row[1]; })
    ));
  }

  // Unpack as far as it goes: proofs by item key.
  function split(bytes) {
    var blank = H.bytes.blankLine(bytes), found = Object.create(null), at = blank + 2, lines;
    if (blank < 0) { throw fail("proofs: is not a packed file of proofs"); }
    lines = H.note.checkText(bytes.subarray(0, blank + 1), "proofs").replace(/\n$/, "").split("\n");
    if (lines.shift() !== "handbill proofs 1") { throw fail("proofs: is not a packed file of proofs"); }
    lines.forEach(function (line) {
      var row = /^proof ([1-9][0-9]{0,8}) ([a-z]+ [a-z0-9-]+)$/.exec(line);
      if (!row || row[2] in found) { throw fail("proofs: line '" + line.slice(0, 80) + "' is not as specified"); }
      found[row[2]] = bytes.subarray(at, at + Number(row[1]));
      at += Number(row[1]);
    });
    return found;
  }

  // Take a proof apart, trusting nothing in it; more may stand behind it.
  function parse(bytes) {
    var blank = H.bytes.blankLine(bytes), names = ["index", "items", "path", "head"], roots = 0, text, found, lengths, at, cut, sum;
    if (bytes.length > MAX_PROOF) { throw fail("proof: " + bytes.length + " bytes"); }
    if (blank < 0 || blank > 262144) { throw fail("proof: has no empty line after its header"); }
    text = H.note.checkText(bytes.subarray(0, blank + 1), "proof").replace(/^root:/gm, function () {
      return "root-" + roots++ + ":";
    });
    // Version and needs come first: a later version may count otherwise.
    if (roots < 1 || roots > MAX_ROOTS) { roots = 1; }
    for (at = 0; at < roots; at++) { names.push("root-" + at); }
    found = H.note.fields(text, "proof", names.concat(["item"]));
    lengths = names.slice(3).concat(["item"]).map(function (name) { return whole(found[name]); });
    sum = lengths.reduce(function (a, b) { return a + b; }, 0);
    if (sum > bytes.length - blank - 2) { throw fail("proof: not the bytes that its header counts"); }
    at = blank + 2;
    cut = lengths.map(function (length) {
      at += length;
      return bytes.subarray(at - length, at);
    });
    return {
      index: whole(found.index), items: whole(found.items), path: readPath(found.path),
      head: cut[0], roots: cut.slice(1, -1), item: cut[cut.length - 1]
    };
  }

  function readPath(text) {
    var path = text ? text.split(" ") : [];
    if (path.length > 64 || !path.every(function (p) { return HEX64.test(p); })) {
      throw fail("proof: path is not a list of hashes");
    }
    return path.map(H.bytes.fromHex);
  }

  // Verify a proof in itself: its roots, its head's signatures, its place in the tree. `form` is how it is
  // written where it holds nothing but what was signed.
  function read(bytes) {
    var found = parse(bytes), chain = H.trust.readChain(found.roots), head = H.manifest.parseHead(found.head), item, form;
    if (found.items !== head.items || head.root !== found.roots.length) {
      throw fail("proof: its counts are not those of its head");
    }
    if (H.bytes.hex(rootFrom(leaf(found.item), found.index, found.items, found.path)) !== head.tree) {
      throw fail("proof: its item does not stand in the signed head");
    }
    item = parseItem(found.item);
    if (item.newsroom !== head.newsroom || item.newsroom !== H.trust.newsroomOf(chain)) {
      throw fail("proof: its roots, head and item name different newsrooms");
    }
    if (!H.trust.checkHead(head, chain[chain.length - 1])) { throw fail("proof: too few editors signed its head"); }
    form = render(found.index, found.items, found.path,
      H.exact.headForm(head, found.head, chain[chain.length - 1]), chain.map(function (root) { return root.form; }), found.item);
    return { chain: chain, head: head, item: item, form: form };
  }

  return {
    MAX_PROOF: MAX_PROOF, MAX_PACK: MAX_PACK, leaf: leaf, levels: levels, top: top,
    itemLeaf: itemLeaf, itemText: itemText, parse: parse, render: render, writer: writer, places: places, pack: pack, split: split, read: read
  };
}());
