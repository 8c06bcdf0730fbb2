// The summary of errors takes the focus; <form data-warn-leave> warns before it is left.

document.querySelector("[data-form-errors]")?.focus();

const unsent = new Set();
addEventListener("input", ({ target: { form } }) => form?.matches("[data-warn-leave]") && unsent.add(form));
addEventListener("submit", ({ target }) => unsent.delete(target));
addEventListener("beforeunload", (event) => [...unsent].some((form) => form.isConnected) && event.preventDefault());
