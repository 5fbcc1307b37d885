// A click on one of the demo's people fills the form.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill-login]");
  if (!button) return;
  document.getElementById("login").value = button.dataset.fillLogin;
  document.getElementById("password").value = button.dataset.fillPassword;
  document.querySelector(".login .btn-primary").focus();
});
