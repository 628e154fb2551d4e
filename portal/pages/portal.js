// What the pages do without, and with it do a little sooner.
"use strict";

for (const button of document.querySelectorAll("[data-select-all]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of button.form.querySelectorAll('input[name="scope"]')) box.checked = true;
  });
}

const said = document.querySelector("[data-said]");
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "It could not be copied: select it and copy it by hand.";
    }
  });
}

// A second click would send the form twice, and what the first one made would not be seen.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
