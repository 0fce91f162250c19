"use strict";
const form = document.getElementById("filter"), status = document.getElementById("shown");
const tenants = [...document.querySelectorAll(".tenant")].map(section => ({
  section, findings: [...section.querySelectorAll(".finding")].map(item => ({ item, text: item.textContent.toLowerCase() })),
}));

// show hides what the filter leaves out, and says how much is left.
function show() {
  const states = new Set([...form.querySelectorAll("[name=severity]:checked")].map(box => box.value));
  const tenant = form.elements.tenant.value;
  const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0, all = 0;
  for (const { section, findings } of tenants) {
    let some = false;
    for (const { item, text } of findings) {
      const yes = states.has(item.dataset.state) && (tenant === "*" || tenant === section.dataset.tenant) && words.every(word => text.includes(word));
      item.hidden = !yes;
      some ||= yes;
      shown += yes;
      all++;
    }
    section.hidden = !some;
  }
  status.textContent = shown + " of " + all + " findings";
}

form.hidden = false;
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
// As on code hosts: a slash goes to the search, Escape empties it.
document.addEventListener("keydown", event => {
  const text = form.elements.text;
  if (event.key === "/" && document.activeElement !== text) {
    event.preventDefault();
    text.focus();
  } else if (event.key === "Escape" && document.activeElement === text) {
    text.value = "";
    show();
  }
});
show();
