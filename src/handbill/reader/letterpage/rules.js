// The house rules and the consent, in the writer's language where the rule book has it.
H.rules = (function () {
  "use strict";

  var make = H.make, say = H.say;

  // A book: language, introduction, consent, rules of number, title and text.
  function book() {
    var books = H.data.rules.books;
    return books.filter(function (one) { return one.language === say.language; })[0] || books[0];
  }

  function speak() {
    var box = document.getElementById("rules-text"), consent = document.getElementById("consent"), shown = book();
    box.textContent = "";
    box.lang = consent.lang = shown.language;
    box.dir = consent.dir = say.direction(shown.language);
    consent.textContent = shown.consent;
    if (shown.introduction) { box.appendChild(make("p", shown.introduction)); }
    shown.rules.forEach(function (rule) {
      box.appendChild(make("h3", say.number(rule[0]) + ". " + rule[1]));
      box.appendChild(make("p", rule[2]));
    });
  }

  function title(number) {
    var found = book().rules.filter(function (rule) { return rule[0] === number; })[0];
    return found ? found[1] : "";
  }

  return { speak: speak, title: title };
}());
