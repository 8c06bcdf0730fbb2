// <form data-autosave-url> with a hidden version saves what changed; see components/README.md.

const QUIET = 1200, LONGEST = 5000, RETRY = 2000, SLOWEST = 60000; // ms
const TOKEN = "csrfmiddlewaretoken";
const texts = document.getElementById("autosave-texts")?.dataset;

/** name → JSON list of what the form would send. */
function valuesOf(form) {
  const values = {};
  for (const { name, type } of form.elements) if (name && type !== "submit" && !/^(version$|base$|csrf)/.test(name)) values[name] = [];
  for (const [name, value] of new FormData(form)) if (typeof value === "string") values[name]?.push(value);
  return new Map(Object.entries(values).map(([name, list]) => [name, JSON.stringify(list)]));
}

class Saver {
  constructor(form) {
    const served = form.cloneNode(true);
    served.reset();
    this.form = form;
    this.saved = valuesOf(served);
    this.held = new Set(); // names in conflict
    this.refused = new Map(); // name → the value that cannot be stored
    this.retry = RETRY;
    this.state = document.querySelector("[data-autosave-state]");
    this.plan(); // the browser may restore texts
  }

  changes() {
    return [...valuesOf(this.form)].filter(([name, value]) =>
      value !== this.saved.get(name) && value !== this.refused.get(name) && !this.held.has(name));
  }

  isRefused() {
    const now = valuesOf(this.form);
    return [...this.refused].some(([name, value]) => now.get(name) === value);
  }

  isUnsaved() {
    return !this.isLeaving && this.form.isConnected && (this.saving || this.held.size || this.isRefused() || this.changes()[0]);
  }

  plan(wait = QUIET) {
    this.isLeaving = false;
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.min(wait, this.since + LONGEST - Date.now()));
  }

  /** Saves what changed. Without a change the server is asked when another tab is ahead, or when it was out of reach. */
  async save(keepalive, isBehind) {
    clearTimeout(this.timer);
    if (this.saving || this.isGone || this.isLeaving) return;
    this.since = undefined;
    const changes = this.changes();
    if (!changes[0] && !isBehind && !this.isDown) return;
    this.saving = this.send(changes, keepalive).catch(() => !(this.isDown = true));
    const isAnswered = await this.saving;
    this.saving = undefined;
    if (isAnswered) {
      this.retry = RETRY;
      this.plan();
    } else if (!this.isGone) {
      this.say(this.isSignedOut ? "signedOut" : "failed");
      this.timer = setTimeout(() => this.save(), this.retry);
      this.retry = Math.min(Math.max(this.retry * 2, RETRY), SLOWEST);
    }
  }

  /** Back on the page: what another tab saved meanwhile comes into the fields that were not touched here. */
  async look() {
    if (this.looking || this.saving || this.isGone || this.isLeaving || this.held.size) return;
    this.looking = fetch(this.form.dataset.autosaveUrl, { headers: { "X-Autosave": "1" }, redirect: "manual" })
      .then((answer) => this.endsWith(answer) || (answer.status === 200 && answer.json()))
      .catch(() => false); // out of reach: the next save says so
    const { version } = await this.looking || {};
    this.looking = undefined;
    if (version >= 0 && version !== Number(this.form.elements.version.value)) await this.save(false, true);
  }

  /** Whether the answer is that nothing can be changed any more, which is said. */
  endsWith({ status }) {
    this.isGone ||= [404, 405, 410].includes(status);
    if (this.isGone) this.say("gone");
    return this.isGone;
  }

  async send(changes, keepalive) {
    const { version, base, [TOKEN]: token } = this.form.elements;
    const body = new URLSearchParams({ version: version.value, base: base?.value ?? "", [TOKEN]: token.value });
    for (const [name, value] of changes) for (const one of value === "[]" ? [""] : JSON.parse(value)) body.append(name, one);
    const headers = { "X-Autosave": "1" }, options = { method: "POST", body, headers, redirect: "manual", keepalive };
    const response = await fetch(this.form.dataset.autosaveUrl, options), { status, type } = response;
    this.isSignedOut = status === 401 || type === "opaqueredirect";
    this.isDown = status > 499 || this.isSignedOut;
    if (status === 403) {
      await renewToken();
      if (!this.isRenewed) this.retry = 0;
    }
    this.isRenewed = status === 403;
    if (this.endsWith(response) || ![200, 400, 409].includes(status)) return false;
    this.adopt(await response.json(), new Map(changes));
    return true;
  }

  /** What the server stored, what it could not store, and what other tabs have written meanwhile. */
  adopt({ version, base, saved_at, others, conflicts, refused }, mine) {
    const { elements } = this.form, theirs = Object.entries(others ?? {}).concat(conflicts.map((each) => [each.field, each.theirs]));
    elements.version.value = version;
    if (elements.base) elements.base.value = JSON.stringify({ ...JSON.parse(elements.base.value || "{}"), ...base });
    const open = new Map([...theirs, ...Object.entries(refused ?? {})]);
    for (const [name, value] of mine) {
      this.tell(name, refused?.[name]);
      if (!open.has(name)) this.saved.set(name, value), this.refused.delete(name);
      else if (refused?.[name]) this.refused.set(name, value);
    }
    for (const [name, value] of theirs) {
      const list = [value].flat().map(String), other = JSON.stringify(list), now = valuesOf(this.form).get(name);
      if (now === undefined) continue;
      const isUntouched = now === this.saved.get(name);
      this.saved.set(name, other);
      if (isUntouched) write(this.fields(name), list);
      else if (now !== other && !this.held.has(name)) this.hold(name, list);
    }
    this.say(this.held.size ? "conflict" : this.isRefused() ? "refused" : "saved", saved_at);
  }

  fields(name) {
    return [...this.form.elements].filter((field) => field.name === name);
  }

  /** Why a field cannot be stored, beside it; nothing takes the sentence away again. */
  tell(name, reason = "") {
    const [field] = this.fields(name), id = `refused-${name}`;
    const place = document.getElementById(id) ?? Object.assign(document.createElement("p"), { id, className: "invalid-feedback d-block" });
    place.textContent = reason;
    if (!reason) return place.remove();
    place.role = "alert";
    (field.closest(".choices") ?? field).after(place);
  }

  /** Shows both texts; the field is sent when its writer has chosen. */
  hold(name, theirs) {
    const alert = document.getElementById("autosave-conflict").content.firstElementChild.cloneNode(true);
    const part = (name) => alert.querySelector(`[data-${name}]`);
    const fields = this.fields(name);
    const quote = (values) => { part("text").textContent = labels(fields, values); };
    const choose = (isMine) => {
      quote(isMine ? theirs : JSON.parse(valuesOf(this.form).get(name)));
      part("heading").textContent = texts.other;
      part("actions").remove();
      this.held.delete(name);
      if (!isMine) write(fields, theirs);
      this.plan(0);
    };
    quote(theirs);
    part("keep-mine").onclick = () => choose(true);
    part("take-other").onclick = () => choose(false);
    this.held.add(name);
    (fields[0].closest(".choices") ?? fields[0]).before(alert);
  }

  say(state, time = "") {
    if (!this.state) return; // a form that is not open yet
    const text = texts[state].replace("{time}", time);
    if (this.state.dataset.state === state && this.state.firstChild?.textContent.trim() === text) return; // or it is read out again
    this.state.dataset.state = state;
    this.state.textContent = text;
    const link = state === "signedOut" && document.getElementById("autosave-sign-in");
    if (link) this.state.append(" ", link.content.cloneNode(true));
  }
}

const choicesOf = (fields) => fields.flatMap((field) => [...(field.options ?? (/checkbox|radio/.test(field.type) ? [field] : []))]);

/** What a person calls `values`: the words of the choices, or the text itself. */
function labels(fields, values) {
  const chosen = choicesOf(fields).filter(({ value }) => values.includes(value));
  return chosen.map((choice) => choice.label ?? choice.labels[0].innerText).join(", ") || values.join("");
}

function write(fields, values) {
  const choices = choicesOf(fields);
  for (const choice of choices) choice.checked = choice.selected = values.includes(choice.value);
  if (!choices[0]) fields[0].value = values[0] ?? "";
}


/** After a sign-in in another tab only a fresh page has a good token. */
async function renewToken() {
  const page = await (await fetch("")).text();
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector(`[name=${TOKEN}]`);
  if (fresh) for (const field of document.getElementsByName(TOKEN)) field.value = fresh.value;
}

const savers = new Map([...document.querySelectorAll("form[data-autosave-url]")].map((form) => [form, new Saver(form)]));
const saveAll = (keepalive) => savers.forEach((saver) => saver.save(keepalive));
const lookAll = () => savers.forEach((saver) => saver.look());
const on = (kind, act) => addEventListener(kind, act);

on("input", ({ target }) => savers.get(target.form)?.plan());
on("focusout", ({ target }) => savers.get(target.form)?.save());
on("visibilitychange", () => saveAll(document.hidden)); // back from signing in, or on the way out
on("visibilitychange", () => document.hidden || lookAll());
on("online", () => saveAll());
on("focus", () => saveAll()); // signed in beside
on("focus", lookAll);
on("beforeunload", (event) => [...savers.values()].some((saver) => saver.isUnsaved()) && event.preventDefault());

// A form is saved before it is sent: it stays while the line is down, and while two texts wait for a choice.
on("submit", async (event) => {
  const { target: form, submitter } = event, saver = savers.get(form);
  if (!saver || event.defaultPrevented) return;
  clearTimeout(saver.timer);
  const isQuiet = !saver.saving && !saver.changes()[0] && !saver.held.size && !saver.isDown;
  if ((saver.isLeaving = isQuiet || saver.isGone)) return;
  event.preventDefault();
  await saver.saving;
  await saver.save();
  if (saver.held.size) form.querySelector(".conflict").scrollIntoView();
  if (saver.held.size || saver.isDown) return;
  saver.isLeaving = true;
  form.dataset.confirmed = "yes"; // already asked
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
});
