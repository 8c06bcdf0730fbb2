// Ctrl-K opens the search over everything; "/" goes to the search of the page, "e" to new evidence, "?" lists the keys.

const WAIT = 150; // ms after the last key
const link = document.querySelector("a[data-palette]");

const opened = (id) => {
  const dialog = document.getElementById(id).content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  dialog.onclose = () => dialog.remove();
  dialog.showModal();
  return dialog;
};

class Palette {
  constructor() {
    this.dialog = opened("palette");
    this.input = this.dialog.querySelector("[data-palette-input]");
    this.hits = this.dialog.querySelector("[data-palette-hits]");
    this.input.addEventListener("input", () => this.plan());
    this.dialog.addEventListener("keydown", (event) => this.move(event));
    this.dialog.querySelector("[data-palette-close]").onclick = () => this.dialog.close();
    this.dialog.addEventListener("click", ({ target }) => target === this.dialog && this.dialog.close());
    this.input.form.addEventListener("submit", (event) => this.enter(event));
    this.load();
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), WAIT);
  }

  /** The newest question counts; an answer that comes late to an older one is dropped. */
  async load() {
    clearTimeout(this.timer);
    const asked = this.asked = this.input.value, url = `${link.href}?${new URLSearchParams({ q: asked })}`;
    const answer = await fetch(url, { headers: { "X-Palette": "1" }, redirect: "manual" }).catch(() => undefined);
    if (asked !== this.asked) return;
    if (!answer?.ok) return location.assign(url); // signed out, or out of reach: the page says so
    this.hits.innerHTML = await answer.text();
    this.shown = asked;
  }

  /** Enter opens the first hit; while the list is of an older question, the page of all hits. */
  enter(event) {
    const first = this.links()[0];
    if (!first || this.shown !== this.input.value) return;
    event.preventDefault();
    first.click();
  }

  links() {
    return [...this.hits.querySelectorAll("a")];
  }

  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], stops = [this.input, ...this.links()];
    if (step) {
      const here = stops.indexOf(document.activeElement);
      event.preventDefault();
      stops.at((here + step + stops.length) % stops.length).focus();
    } else if (event.key === "?" && !this.input.value) {
      event.preventDefault();
      this.dialog.close();
      showShortcuts();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && document.activeElement !== this.input && event.key !== " ") {
      this.input.focus(); // typing goes on in the field
    }
  }
}

/** Shortcuts of one letter can be switched off (WCAG 2.1.4): dictation types letters. */
const singleKeys = {
  get isOff() { try { return localStorage.singleKeys === "off"; } catch { return false; } },
  set isOff(isOff) { try { localStorage.singleKeys = isOff ? "off" : "on"; } catch { /* storage is off */ } },
};

function showShortcuts() {
  const box = opened("shortcuts").querySelector("[data-single-keys]");
  box.checked = !singleKeys.isOff;
  box.onchange = () => { singleKeys.isOff = !box.checked; };
}

const isTyping = ({ target }) => target.closest("input, textarea, select, [contenteditable]");

if (link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // as a link, in a tab of its own
    event.preventDefault();
    new Palette();
  });
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && event.key.toLowerCase() === "k") {
      event.preventDefault();
      new Palette();
    } else if (isCommand || isTyping(event) || singleKeys.isOff) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      const field = document.querySelector("main input[type=search], main input[name=q]");
      if (field) field.focus();
      else new Palette();
    } else if (event.key === "e") {
      location.assign(document.getElementById("shortcuts").dataset.evidence);
    } else if (event.key === "?") {
      showShortcuts();
    }
  });
}
