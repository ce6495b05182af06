/* Passkeys, where the browser has them. Every page works without this file. */
(function () {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function toBytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var bytes = new Uint8Array(plain.length);
    for (var i = 0; i < plain.length; i += 1) bytes[i] = plain.charCodeAt(i);
    return bytes.buffer;
  }

  function toText(buffer) {
    var bytes = new Uint8Array(buffer);
    var plain = "";
    for (var i = 0; i < bytes.length; i += 1) plain += String.fromCharCode(bytes[i]);
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function withBytes(list) {
    return (list || []).map(function (one) {
      return Object.assign({}, one, { id: toBytes(one.id) });
    });
  }

  function create(given, alone) {
    var asked = Object.assign({}, given.publicKey);
    asked.challenge = toBytes(asked.challenge);
    asked.user = Object.assign({}, asked.user, { id: toBytes(asked.user.id) });
    asked.excludeCredentials = withBytes(asked.excludeCredentials);
    if (alone) {
      asked.authenticatorSelection = Object.assign({}, asked.authenticatorSelection, {
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required"
      });
    }
    return navigator.credentials.create({ publicKey: asked });
  }

  function get(given) {
    var asked = Object.assign({}, given.publicKey);
    asked.challenge = toBytes(asked.challenge);
    asked.allowCredentials = withBytes(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: asked });
  }

  function answer(credential) {
    var said = { clientDataJSON: toText(credential.response.clientDataJSON) };
    if (credential.response.attestationObject) {
      said.attestationObject = toText(credential.response.attestationObject);
    } else {
      said.authenticatorData = toText(credential.response.authenticatorData);
      said.signature = toText(credential.response.signature);
      said.userHandle = credential.response.userHandle ? toText(credential.response.userHandle) : null;
    }
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      response: said,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  function options(form) {
    if (form.dataset.given) return Promise.resolve(JSON.parse(form.dataset.given));
    var headers = { Accept: "application/json" };
    return fetch(form.dataset.options, { headers: headers }).then(function (response) {
      return response.json();
    }).then(function (data) {
      return data.request_options;
    });
  }

  function begin(form) {
    var alone = form.elements.passwordless;
    var wrong = form.querySelector(".errors[hidden]");
    options(form).then(function (given) {
      if (form.dataset.passkey === "create") return create(given, alone && alone.checked);
      return get(given);
    }).then(function (credential) {
      form.elements.credential.value = answer(credential);
      form.submit();
    }).catch(function () {
      if (wrong) wrong.hidden = false;
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-passkey]"), function (form) {
    form.hidden = false;
    form.querySelector("button[type=button]").addEventListener("click", function () {
      begin(form);
    });
  });
  Array.prototype.forEach.call(document.querySelectorAll(".needs-script"), function (node) {
    node.hidden = true;
  });
}());
