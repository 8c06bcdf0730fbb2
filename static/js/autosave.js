// <form data-autosave-url data-version> saves what changed while it is written; see components/README.md.
// What is not saved stays in the page, is tried again, and leaving the page warns.

const QUIET = 1200, LONGEST = 5000, RETRY = 2000, LONGEST_RETRY = 60000; // milliseconds
const texts = document.getElementById("autosave-texts")?.dataset;
const savers = new Map();
const TOKEN = "csrfmiddlewaretoken";

/** name → JSON list of what the form would send under it. */
function valuesOf(form) {
  const values = new Map();
  for (const { name, type } of form.elements) {
    if (name && type !== "submit" && ![TOKEN, "version"].includes(name)) values.set(name, []);
  }
  for (const [name, value] of new FormData(form)) if (typeof value === "string") values.get(name)?.push(value);
  return new Map([...values].map(([name, list]) => [name, JSON.stringify(list)]));
}

class Saver {
  constructor(form) {
    const served = form.cloneNode(true);
    served.reset();
    this.form = form;
    this.saved = valuesOf(served);
    this.held = new Map(); // name → its unanswered conflict
    this.retry = RETRY;
    this.state = form.querySelector("[data-autosave-state]") ?? document.querySelector("[data-autosave-state]");
    this.plan(); // the browser may have brought back what was typed before
  }

  changes() {
    return [...valuesOf(this.form)].filter(([name, value]) => this.saved.get(name) !== value && !this.held.has(name));
  }

  isUnsaved() {
    return !this.isLeaving && this.form.isConnected && (this.saving || this.held.size || this.changes().length);
  }

  plan(wait = QUIET) {
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(wait, this.since + LONGEST - Date.now())));
  }

  async save(keepalive = false) {
    clearTimeout(this.timer);
    if (this.saving || this.isGone) return;
    this.since = undefined;
    const changes = this.changes();
    if (!changes.length) return;
    this.saving = this.send(changes, keepalive).catch(() => false);
    const isAnswered = await this.saving;
    this.saving = undefined;
    if (isAnswered) {
      this.retry = RETRY;
      if (this.changes().length) this.plan();
    } else if (!this.isGone) {
      this.say("failed");
      this.timer = setTimeout(() => this.save(), this.retry);
      this.retry = Math.min(this.retry * 2, LONGEST_RETRY);
    }
  }

  async send(changes, keepalive) {
    const { dataset, elements } = this.form;
    const body = new URLSearchParams({ version: dataset.version, [TOKEN]: elements[TOKEN].value });
    for (const [name, value] of changes) for (const one of JSON.parse(value).concat(value === "[]" ? "" : [])) body.append(name, one);
    const options = { method: "POST", body, headers: { "X-Autosave": "1" }, redirect: "manual", keepalive };
    const response = await fetch(dataset.autosaveUrl, options);
    if (response.status === 403) await renewToken();
    if ([404, 405, 410].includes(response.status)) {
      this.isGone = true;
      this.say("gone");
    }
    if (response.status !== 200 && response.status !== 409) return false;
    const answer = await response.json();
    dataset.version = answer.version;
    if (elements.version) elements.version.value = answer.version;
    if (response.ok) {
      for (const [name, value] of changes) this.saved.set(name, value);
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

  /** Shows both texts; nothing of this field is sent until its writer has chosen. */
  hold(name, theirs) {
    const alert = document.getElementById("autosave-conflict").content.firstElementChild.cloneNode(true);
    const part = (selector) => alert.querySelector(selector);
    const fields = [...this.form.elements].filter((field) => field.name === name);
    const choose = (values) => {
      part("[data-heading]").textContent = texts.other;
      part("blockquote").textContent = labels(fields, values ? JSON.parse(valuesOf(this.form).get(name)) : theirs);
      part("[data-actions]").remove();
      this.held.delete(name);
      if (values) write(fields, values);
      this.plan(0);
    };
    part("blockquote").textContent = labels(fields, theirs);
    part("[data-keep-mine]").addEventListener("click", () => choose());
    part("[data-take-other]").addEventListener("click", () => choose(theirs));
    this.held.set(name, alert);
    (fields[0].closest(".choices") ?? fields[0]).before(alert);
  }

  say(state, time = "") {
    const text = texts[state].replace("{time}", time);
    this.state.dataset.state = state;
    if (this.state.textContent !== text) this.state.textContent = text; // else it would be read out again
  }
}

const choicesOf = (fields) => fields.flatMap((field) => [...(field.options ?? (/checkbox|radio/.test(field.type) ? [field] : []))]);

/** What a person calls `values`: the words beside the choices, or the text itself. */
function labels(fields, values) {
  const chosen = choicesOf(fields).filter((choice) => values.includes(choice.value));
  return chosen.map((choice) => choice.label ?? choice.labels[0].textContent.trim()).join(", ") || values.join("");
}

function write(fields, values) {
  const choices = choicesOf(fields);
  for (const choice of choices) choice["checked" in choice ? "checked" : "selected"] = values.includes(choice.value);
  if (!choices.length) fields[0].value = values[0] ?? "";
}

/** After a sign-in in another tab the page's token is stale; a fresh copy of this page has a good one. */
async function renewToken() {
  const page = await (await fetch(location.href, { redirect: "manual" })).text();
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector(`[name=${TOKEN}]`);
  if (fresh) for (const field of document.getElementsByName(TOKEN)) field.value = fresh.value;
}

function watch(root) {
  for (const form of root.querySelectorAll("form[data-autosave-url]")) if (!savers.has(form)) savers.set(form, new Saver(form));
}

const all = () => [...savers.values()];
const on = (kinds, act, target = document) => kinds.split(" ").forEach((kind) => target.addEventListener(kind, act));

on("input change", ({ target }) => savers.get(target.form)?.plan());
on("focusout", ({ target }) => savers.get(target.form)?.save());
on("visibilitychange", () => { if (document.hidden) for (const saver of all()) saver.save(true); });
on("htmx:load", ({ target }) => watch(target));
on("online", () => { for (const saver of all()) saver.save(); }, window);
on("beforeunload", (event) => { if (all().some((saver) => saver.isUnsaved())) event.preventDefault(); }, window);

// A form is sent after the save under way, so that it carries the newest version.
on("submit", async (event) => {
  const saver = savers.get(event.target);
  if (!saver || event.defaultPrevented) return;
  clearTimeout(saver.timer);
  saver.isLeaving = true;
  if (!saver.saving) return;
  event.preventDefault();
  await saver.saving;
  event.target.dataset.confirmed = "yes"; // it was asked before it came here
  event.target.requestSubmit(event.submitter);
  delete event.target.dataset.confirmed;
});

watch(document);
