// The summary of errors takes the focus; <form data-warn-leave> warns before it is left; a form that is sent while the
// server cannot be reached stays with its text and is sent later. Forms that save themselves are in autosave.js.

const RETRY = 2000, SLOWEST = 60000; // ms
const TYPED = "textarea, select, input:not([type=hidden], [type=submit])";

document.querySelector("[data-form-errors]")?.focus();

const unsent = new Set(), waiting = new Map(); // form → its timer

addEventListener("input", ({ target: { form } }) => form?.matches("[data-warn-leave]") && unsent.add(form));
addEventListener("beforeunload", (event) => [...unsent, ...waiting.keys()].some((form) => form.isConnected) && event.preventDefault());

/** Whether our server answers: asked of a file, so that no page is made for it. */
const isReached = () => fetch(import.meta.url, { method: "HEAD", cache: "no-store" }).then(({ status }) => status < 500, () => false);

function say(form, isShown) {
  const note = form.querySelector("[data-offline]");
  if (note && !isShown) note.remove();
  if (note || !isShown) return;
  form.prepend(document.getElementById("offline-note").content.firstElementChild.cloneNode(true));
  form.firstElementChild.scrollIntoView({ block: "nearest" });
}

async function send(form, submitter, wait = RETRY) {
  clearTimeout(waiting.get(form));
  waiting.set(form);
  if (!await isReached()) {
    say(form, true);
    const again = () => waiting.has(form) && send(form, submitter, Math.min(wait * 2, SLOWEST));
    waiting.set(form, setTimeout(again, wait));
    addEventListener("online", again, { once: true });
    return;
  }
  if (!waiting.delete(form) || !form.isConnected) return;
  say(form, false);
  unsent.delete(form);
  form.dataset.confirmed = form.dataset.reached = "yes"; // already asked
  form.requestSubmit(submitter);
  delete form.dataset.confirmed;
  delete form.dataset.reached;
}

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const isPlain = form.method === "post" && !form.matches("[data-autosave-url]") && form.querySelector(TYPED);
  if (event.defaultPrevented || !isPlain || form.dataset.reached) return;
  event.preventDefault();
  if (!waiting.has(form)) send(form, submitter);
});

// A part of a page that could not be sent: htmx leaves it as it is, and its writer is told.
addEventListener("htmx:sendError", ({ target }) => {
  const form = target.closest("form");
  if (!form?.querySelector(TYPED)) return;
  say(form, true);
  if (target === form && !waiting.has(form)) send(form);
});
