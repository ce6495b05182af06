// On the live site alone: send the sealed letter, answer a reader, work when the server is busy.
H.live = (function () {
  "use strict";

  var ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, KEY = /^[0-9a-f]{16}$/, TRIES = 4000, MOST_BITS = 24,
    ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::[0-9]+)?$|^https?:\/\/\[[0-9a-f:]+\](?::[0-9]+)?$/;
  var about = "", parent = "", host = "", shown = 0;

  function id(name) { return document.getElementById(name); }

  // What stands behind the address's number sign; none of it is believed unless it has its form.
  function asked() {
    var found = {};
    location.hash.slice(1).split("&").forEach(function (part) {
      var at = part.indexOf("=");
      try { found[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1)); } catch (ignored) { return; }
    });
    about = ID.test(found.about || "") ? found.about : "";
    parent = about && KEY.test(found.answers || "") ? found.answers : "";
    host = ORIGIN.test(found.host || "") ? found.host : "";
  }

  // Does SHA-256(SHA-256(sealed) + nonce) begin with so many zero bits?
  function fits(hash, bits) {
    var n;
    for (n = 0; n < bits; n++) {
      if (hash[n >> 3] & (128 >> (n & 7))) { return false; }
    }
    return true;
  }

  function work(sealed, bits, advance, done) {
    var input = new Uint8Array(40), tried = 0;
    input.set(H.sha256.digest(sealed));
    input.set(H.random(8), 32);
    function some() {
      var n, at;
      for (n = 0; n < TRIES; n++) {
        if (fits(H.sha256.digest(input), bits)) {
          done(H.bytes.hex(input.subarray(32)));
          return;
        }
        for (at = 39; at >= 32; at--) {
          input[at] = (input[at] + 1) & 255;
          if (input[at]) { break; }
        }
      }
      tried += TRIES;
      // The share of letters whose work is done by now.
      advance(Math.round(100 * (1 - Math.exp(-tried / Math.pow(2, bits)))));
      setTimeout(some, 0);
    }
    some();
  }

  function post(sealed, nonce, answer) {
    var request = new window.XMLHttpRequest();
    request.open("POST", location.pathname.replace(/(?:embed\/)?[^/]*$/, "send"));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    if (nonce) { request.setRequestHeader("Handbill-Work", nonce); }
    request.timeout = 60000;
    request.onloadend = function () {
      var told = /^work ([0-9]{1,2})\s*$/.exec(request.responseText || "");
      answer(request.status, told ? Number(told[1]) : 0);
    };
    request.send(sealed);
  }

  // Stand beside what saves the letter; `handed()` is called once it has arrived.
  function offer(row, sealed, handed) {
    var button = H.make("button", H.say("send"), "button strong"), told = H.make("span", "", "hint");
    button.type = "button";
    button.id = "send";
    told.id = "sending";
    told.setAttribute("role", "status");
    function say(key, values) { told.textContent = H.say(key, values); }
    function again(key) {
      button.disabled = false;
      say(key);
    }
    function answered(status, bits) {
      if (status === 201) {
        say("arrived");
        handed();
      } else if (status === 428 && bits > 0 && bits <= MOST_BITS) {
        say("working_for", { n: H.say.number(0) });
        work(sealed, bits, function (part) { say("working_for", { n: H.say.number(part) }); },
          function (nonce) { say("sending"); post(sealed, nonce, answered); });
      } else if (status === 507) {
        again("no_room");
      } else {
        again(status === 429 || status === 503 ? "not_now" : "no_way");
      }
    }
    button.onclick = function () {
      button.disabled = true;
      say("sending");
      post(sealed, "", answered);
    };
    row.insertBefore(document.createTextNode(" "), row.firstChild);
    row.insertBefore(button, row.firstChild);
    row.appendChild(told);
  }

  // A letter on the story under which somebody is answered is that answer.
  function answering() {
    var run = H.sealing.run, box = id("step-story"), line = H.make("p", null, "plain"), end = H.make("button", "", "button small");
    H.sealing.run = function (draft, ask) {
      if (parent && draft.kind === "letter" && draft.story === about) {
        draft.kind = "reply";
        draft.parent = parent;
      }
      run(draft, ask);
    };
    if (!parent) { return; }
    line.id = "answering";
    end.type = "button";
    end.setAttribute("data-say", "answering_end");
    line.appendChild(H.make("span", ""));
    line.firstChild.setAttribute("data-say", "answering");
    line.appendChild(document.createTextNode(" "));
    line.appendChild(end);
    box.insertBefore(line, box.children[1] || null);
    end.onclick = function () {
      parent = "";
      box.removeChild(line);
    };
  }

  // The story that somebody came from stands there by its title, in place of what finds one.
  function settled(story) {
    var line = H.make("p", null, "plain"), title = H.make("bdi", story[1]), other = H.make("button", "", "button small");
    function another() {
      if (line.parentNode) { line.parentNode.removeChild(line); }
      id("choosing").hidden = false;
    }
    line.id = "settled";
    title.lang = story[2];
    other.type = "button";
    other.setAttribute("data-say", "story_other");
    other.onclick = another;
    id("clear").addEventListener("click", another);
    line.appendChild(title);
    line.appendChild(document.createTextNode(" "));
    line.appendChild(other);
    id("step-story").insertBefore(line, id("step-story").children[1]);
    id("choosing").hidden = true;
  }

  function choose() {
    var list = id("story"), found;
    if (!about) { return; }
    found = H.data.stories.filter(function (story) { return story[0] === about; })[0];
    if (found) {
      list.value = about;
      list.onchange();
      settled(found);
    } else {
      id("story-id").value = about;
    }
  }

  // In a frame: tell the page around how high this one is, and nobody else.
  function fit() {
    var high = document.documentElement.scrollHeight;
    if (high !== shown) {
      shown = high;
      window.parent.postMessage({ handbill: "height", height: high }, host);
    }
  }

  function start() {
    asked();
    Object.keys(H.data.live).forEach(function (tag) {
      Object.keys(H.data.live[tag]).forEach(function (key) { H.data.say[tag][key] = H.data.live[tag][key]; });
    });
    answering();
    choose();
    if (H.say.language) { H.say.speak(H.say.language); }
    if (window.parent !== window && host) {
      document.documentElement.classList.add("framed");
      window.setInterval(fit, 300);
    }
  }

  return { offer: offer, start: start };
}());
