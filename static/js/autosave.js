// <form data-autosave-url> with a hidden version saves what changed; see components/README.md.

const QUIET = 1200, LONGEST = 5000, RETRY = 2000, SLOWEST = 60000; // ms
const TOKEN = "csrfmiddlewaretoken";
const texts = document.getElementById("autosave-texts")?.dataset;

/** name → JSON list of what the form would send. */
function valuesOf(form) {
  const values = {};
  for (const { name, type } of form.elements) if (name && type !== "submit" && !/^(version$|csrf)/.test(name)) values[name] = [];
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
    this.retry = RETRY;
    this.state = document.querySelector("[data-autosave-state]");
    this.plan(); // the browser may restore texts
  }

  changes() {
    return [...valuesOf(this.form)].filter(([name, value]) => value !== this.saved.get(name) && !this.held.has(name));
  }

  isUnsaved() {
    return !this.isLeaving && this.form.isConnected && (this.saving || this.held.size || this.changes()[0]);
  }

  plan(wait = QUIET) {
    this.isLeaving = false;
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.min(wait, this.since + LONGEST - Date.now()));
  }

  async save(keepalive) {
    clearTimeout(this.timer);
    if (this.saving || this.isGone || this.isLeaving) return;
    this.since = undefined;
    const changes = this.changes();
    if (!changes[0]) return;
    this.saving = this.send(changes, keepalive).catch(() => !(this.isDown = true));
    const isAnswered = await this.saving;
    this.saving = undefined;
    if (isAnswered) {
      this.retry = RETRY;
      this.plan();
    } else if (!this.isGone) {
      this.say("failed");
      this.timer = setTimeout(() => this.save(), this.retry);
      this.retry = Math.min(this.retry * 2, SLOWEST);
    }
  }

  async send(changes, keepalive) {
    const { version, [TOKEN]: token } = this.form.elements;
    const body = new URLSearchParams({ version: version.value, [TOKEN]: token.value });
    for (const [name, value] of changes) for (const one of value === "[]" ? [""] : JSON.parse(value)) body.append(name, one);
    const headers = { "X-Autosave": "1" }, options = { method: "POST", body, headers, redirect: "manual", keepalive };
    const response = await fetch(this.form.dataset.autosaveUrl, options), { ok, status } = response;
    this.isDown = status > 499;
    if (status === 403) await renewToken();
    this.isGone = [404, 405, 410].includes(status);
    if (this.isGone) this.say("gone");
    if (!ok && status !== 409) return false;
    const answer = await response.json();
    version.value = answer.version;
    if (ok) {
      for (const change of changes) this.saved.set(...change);
      this.say("saved", answer.saved_at);
    } else this.disagree(answer.conflicts, new Map(changes));
    return true;
  }

  disagree(conflicts, mine) {
    for (const { field, theirs } of conflicts) {
      const list = [theirs].flat().map(String), other = JSON.stringify(list);
      if (!mine.has(field) || other === this.saved.get(field)) continue; // only this page changed it
      this.saved.set(field, other);
      if (other !== mine.get(field)) this.hold(field, list);
    }
    if (this.held.size) this.say("conflict");
  }

  /** Shows both texts; the field is sent when its writer has chosen. */
  hold(name, theirs) {
    const alert = document.getElementById("autosave-conflict").content.firstElementChild.cloneNode(true);
    const part = (name) => alert.querySelector(`[data-${name}]`);
    const fields = [...this.form.elements].filter((field) => field.name === name);
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
    const text = texts[state].replace("{time}", time);
    this.state.dataset.state = state;
    if (this.state.textContent !== text) this.state.textContent = text; // or it is read out again
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
const on = (kind, act) => addEventListener(kind, act);

on("input", ({ target }) => savers.get(target.form)?.plan());
on("focusout", ({ target }) => savers.get(target.form)?.save());
on("visibilitychange", () => document.hidden && saveAll(true));
on("online", () => saveAll());
on("beforeunload", (event) => [...savers.values()].some((saver) => saver.isUnsaved()) && event.preventDefault());

// A form waits for the save under way, and stays while the line is down.
on("submit", async (event) => {
  const { target: form, submitter } = event, saver = savers.get(form);
  if (!saver || event.defaultPrevented) return;
  clearTimeout(saver.timer);
  if (saver.isDown) saver.save();
  if ((saver.isLeaving = !saver.saving)) return; // while it waits, a link clicked in between still warns
  event.preventDefault();
  await saver.saving;
  if (saver.isDown) return;
  form.dataset.confirmed = "yes"; // already asked
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
});
