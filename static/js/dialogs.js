// <form data-confirm="Question?"> or <button data-confirm="…"> asks first; without script it just posts.

const agreed = new WeakSet();

function ask({ confirm, confirmLabel, confirmDanger }) {
  const dialog = document.getElementById("confirm-dialog").content.firstElementChild.cloneNode(true);
  const yes = dialog.querySelector("[value=yes]");
  dialog.querySelector("[data-question]").textContent = confirm;
  if (confirmLabel) yes.textContent = confirmLabel;
  if (confirmDanger !== undefined) yes.classList.replace("btn-primary", "btn-danger");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "yes");
  }));
}

// Before everybody else, htmx included.
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const { dataset } = submitter?.dataset.confirm ? submitter : form;
  if (!dataset.confirm || agreed.delete(form) || form.dataset.confirmed === "yes") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(dataset))) return;
  agreed.add(form);
  form.requestSubmit(submitter);
}, true);
