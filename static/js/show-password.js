// Lets a person see the password while writing it; the button stays hidden without script.
for (const button of document.querySelectorAll("[data-show-password]")) {
  const input = document.getElementById(button.dataset.showPassword);
  const show = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const visible = input.type === "password";
    input.type = visible ? "text" : "password";
    button.textContent = visible ? button.dataset.hide : show;
    input.focus();
  });
  input.form.addEventListener("submit", () => { input.type = "password"; });
}
