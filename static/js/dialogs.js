// <form data-confirm="Question?"> or <button data-confirm="…"> asks first, before htmx and all others.
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const { confirm, confirmLabel, confirmDanger } = (submitter?.dataset.confirm ? submitter : form).dataset;
  if (!confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const dialog = document.getElementById("confirm-dialog").content.firstElementChild.cloneNode(true);
  const yes = dialog.querySelector("[value=yes]");
  dialog.querySelector("[data-question]").textContent = confirm;
  if (confirmLabel) yes.textContent = confirmLabel;
  if (confirmDanger !== undefined) yes.classList.replace("btn-primary", "btn-danger");
  document.body.append(dialog);
  dialog.showModal();
  dialog.onclose = () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  };
}, true);
