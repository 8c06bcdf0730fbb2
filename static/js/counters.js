// Characters left under a <textarea maxlength> in use; spoken when the last tenth begins.

function count({ target: field }) {
  if (!field.matches("textarea[maxlength]")) return;
  let counter = field.nextElementSibling;
  if (!counter?.matches(".counter")) field.after(counter = document.createElement("span"));
  const left = field.maxLength - field.value.length, isShort = left < field.maxLength / 10;
  counter.className = isShort ? "counter is-short" : "counter";
  counter.ariaLive = isShort ? "polite" : "off";
  counter.textContent = document.getElementById("counter-text").dataset.text.replace("{count}", left);
}

addEventListener("focusin", count);
addEventListener("input", count);
