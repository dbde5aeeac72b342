// A field is cut where a sheet ends, so a copy of its text is printed instead.
addEventListener("beforeprint", () => document.querySelectorAll("textarea").forEach((area) => {
  if (!area.value.trim()) return;
  const copy = Object.assign(document.createElement("div"), { className: "print-copy", textContent: area.value });
  area.after(copy);
}));
addEventListener("afterprint", () => document.querySelectorAll(".print-copy").forEach((copy) => copy.remove()));
