// The summary of errors takes the focus, <form data-warn-leave> warns before it is left unsent.

document.querySelector("[data-form-errors]")?.focus();

const unsent = new Set();
document.addEventListener("input", ({ target }) => { if (target.form?.matches("[data-warn-leave]")) unsent.add(target.form); });
document.addEventListener("submit", ({ target }) => unsent.delete(target));
addEventListener("beforeunload", (event) => { if ([...unsent].some((form) => form.isConnected)) event.preventDefault(); });
