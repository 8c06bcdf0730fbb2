// Characters left under a textarea in use that has data-most; spoken in the last tenth. An input is told only when it is
// too long. Nothing that is pasted is cut. A line break and a sign of any script are one character, as in the database.

function count({ target: field }) {
  const most = Number(field.dataset?.most), left = most - [...(field.value ?? "")].length;
  if (!(most > 0) || !field.matches("textarea, input")) return;
  let counter = field.nextElementSibling;
  const isThere = counter?.matches(".counter");
  if (!isThere && left >= 0 && field.matches("input")) return;
  if (!isThere) field.after(counter = document.createElement("span"));
  const { text, over } = document.getElementById("counter-text").dataset;
  counter.className = "counter";
  counter.ariaLive = left < most / 10 ? "polite" : "off";
  counter.textContent = (left < 0 ? over : text).replace("{count}", Math.abs(left));
}

addEventListener("focusin", count);
addEventListener("input", count);
