// Characters left under a <textarea maxlength> in use; spoken only when the last tenth begins.

function count({ target: field }) {
  if (!field.matches("textarea[maxlength]")) return;
  let counter = field.nextElementSibling;
  if (!counter?.matches(".counter")) {
    counter = document.createElement("span");
    field.after(counter);
  }
  const left = field.maxLength - field.value.length;
  const isShort = left < field.maxLength / 10;
  counter.className = isShort ? "counter is-short" : "counter";
  counter.ariaLive = isShort ? "polite" : "off";
  counter.textContent = document.getElementById("counter-text").dataset.text.replace("{count}", left);
}

document.addEventListener("focusin", count);
document.addEventListener("input", count);
