// Tables that are written short, as the page uses them.
(function () {
  "use strict";

  // The catalogues: their keys stand once, the texts of each language in the same order.
  Object.keys(H.data.say).forEach(function (language) {
    var texts = {};
    H.data.keys.forEach(function (key, n) { texts[key] = H.data.say[language][n]; });
    H.data.say[language] = texts;
  });

  // The stories: a line each of id, language and title.
  H.data.stories = H.data.stories.split("\n").filter(Boolean).map(function (line) {
    var parts = /^(\S+) (\S+) (.*)$/.exec(line);
    return [parts[1], parts[3], parts[2]];
  });

  // The word lists: how many letters of the word before stay, then the others.
  Object.keys(H.data.words).forEach(function (language) {
    var last = "";
    H.data.words[language] = H.data.words[language].replace(/(\d)(\D*)/g, function (whole, kept, rest) {
      last = last.slice(0, Number(kept)) + rest;
      return last + " ";
    }).replace(/ $/, "");
  });
}());
