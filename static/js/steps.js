// Keys for writing step by step: Ctrl+Enter leads on, 1 to 9 choose in the list of choices that has the focus.

addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if ((ctrlKey || metaKey) && key === "Enter") document.querySelector("[data-next]")?.click();
  const choices = target.closest?.(".choices");
  if (!choices || ctrlKey || metaKey || altKey || !/^[1-9]$/.test(key) || target.type !== "radio") return;
  const choice = choices.querySelectorAll("input[type=radio]")[key - 1];
  if (!choice || choice.disabled) return;
  event.preventDefault();
  choice.focus();
  choice.click();
});

// The steps scroll beside the form: the open one is in sight.
const current = document.querySelector(".rail [aria-current]"), rail = current?.closest(".rail");
if (rail) rail.scrollTop = current.offsetTop - rail.clientHeight / 2;
