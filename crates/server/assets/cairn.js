// Keeps what is typed into long forms in this tab until it is taken, and warns before it is lost.
//
// Every form works without this. What is kept stays in the `sessionStorage` of the tab, goes with it, and is sent nowhere. Forms say
// by `data-keep` for whom they are kept, and for nobody who is not signed in: who raises a concern from a shared machine leaves
// nothing behind. Passwords, receipts and hidden fields are never kept, but for the version that a form writes over: filled in
// again, it still is a change of what its author had read, and the server tells them of what is newer.
"use strict";

(() => {
  const PREFIX = "cairn-draft ";
  const forms = [...document.querySelectorAll("form[data-keep]")];
  const isKeptFor = (form) => form.dataset.keep !== "";
  let changed = false;

  // A form by its address, the step that it takes, and who fills it in: a tab may see several people.
  const keyOf = (form) => {
    const act = form.querySelector("input[type=hidden][name=act]");
    return PREFIX + JSON.stringify([form.dataset.keep, form.getAttribute("action"), act ? act.value : ""]);
  };

  const isKept = (field) =>
    field.name !== "" && !["hidden", "password", "submit", "button", "reset", "file"].includes(field.type);

  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";

  // What stands in a form, as pairs; a choice that is not taken is left out.
  const valuesOf = (form) =>
    [...form.elements]
      .filter((field) => isKept(field) && (isChoice(field) ? field.checked : field.value !== ""))
      .map((field) => [field.name, field.value]);

  const versionOf = (form) => form.querySelector("input[type=hidden][name=version]");

  const read = (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };

  // A browser may have no room or keep nothing: then it is as if this were not here.
  const write = (key, draft) => {
    try {
      sessionStorage.setItem(key, JSON.stringify(draft));
    } catch {
      return;
    }
  };

  const forget = (key) => {
    try {
      sessionStorage.removeItem(key);
    } catch {
      return;
    }
  };

  const fill = (form, { values, version }) => {
    const writesOver = versionOf(form);
    if (writesOver && version) writesOver.value = version;
    for (const field of [...form.elements].filter(isKept)) {
      const kept = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (isChoice(field)) {
        field.checked = kept.includes(field.value);
      } else {
        field.value = kept.length > 0 ? kept[0] : "";
      }
    }
    for (let part = form; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    for (const part of form.querySelectorAll("details")) part.open = true;
  };

  // A form was taken when the page that answers it was led to, or says so itself. Any other answer shows the form again.
  const forgetWhatWasTaken = () => {
    const came = performance.getEntriesByType("navigation")[0];
    const isAnswer = (came && came.redirectCount > 0) || document.querySelector("[data-taken]") !== null;
    let from = "";
    try {
      from = new URL(document.referrer).pathname;
    } catch {
      from = "";
    }
    let keys = [];
    try {
      keys = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return;
    }
    for (const key of keys) {
      const draft = read(key);
      if (!draft || !draft.sent) continue;
      if (isAnswer && from === draft.page) {
        forget(key);
      } else {
        write(key, { ...draft, sent: false });
      }
    }
  };

  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  const offer = (form, key, draft) => {
    const note = document.createElement("div");
    note.className = "note actions";
    note.setAttribute("role", "status");
    const said = document.createElement("p");
    said.textContent = "You typed something into this form before, and it was not sent.";
    const fillIn = button("Fill it in again", () => {
      fill(form, draft);
      changed = true;
      note.remove();
    });
    const drop = button("Forget it", () => {
      forget(key);
      note.remove();
    });
    note.append(said, fillIn, drop);
    form.before(note);
  };

  forgetWhatWasTaken();
  for (const form of forms) {
    const key = keyOf(form);
    const draft = isKeptFor(form) ? read(key) : null;
    if (draft && JSON.stringify(draft.values) !== JSON.stringify(valuesOf(form))) offer(form, key, draft);
    const keep = (sent) => {
      const version = versionOf(form)?.value;
      if (isKeptFor(form)) write(key, { page: location.pathname, values: valuesOf(form), version, sent });
    };
    form.addEventListener("input", () => {
      changed = true;
      keep(false);
    });
    form.addEventListener("submit", () => {
      changed = false;
      keep(true);
    });
  }
  window.addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    // What browsers from before 2024 ask for.
    event.returnValue = "";
  });
})();
