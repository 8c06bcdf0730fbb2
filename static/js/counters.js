// Characters left under a <textarea maxlength> or data-most in use; spoken in the last tenth.

function count({ target: field }) {
  const most = field.dataset.most ?? field.maxLength;
  if (!field.matches("textarea") || most < 0) return;
  let counter = field.nextElementSibling;
  if (!counter?.matches(".counter")) field.after(counter = document.createElement("span"));
  const left = most - field.value.length;
  const { text, over } = document.getElementById("counter-text").dataset;
  counter.className = "counter";
  counter.ariaLive = left < most / 10 ? "polite" : "off";
  counter.textContent = (left < 0 ? over : text).replace("{count}", Math.abs(left));
}

addEventListener("focusin", count);
addEventListener("input", count);
