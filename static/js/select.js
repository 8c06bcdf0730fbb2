// <form data-select>: the checkbox in the table head ticks the rows of this page; "all" takes every row of the filter.
for (const form of document.querySelectorAll("[data-select]")) {
  const rows = () => [...form.querySelectorAll("[name=review]")];
  const head = form.querySelector("[data-select-page]");
  const everything = form.querySelector("[name=all]");
  const settle = () => {
    const ticked = rows().filter((row) => row.checked).length;
    head.checked = ticked === rows().length;
    head.indeterminate = ticked > 0 && !head.checked;
  };
  head.hidden = false;
  form.addEventListener("change", ({ target }) => {
    if (target === head) rows().forEach((row) => { row.checked = head.checked; });
    if (target === everything) rows().forEach((row) => { row.disabled = everything.checked; });
    settle();
  });
}
