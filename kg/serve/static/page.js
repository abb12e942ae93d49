// Makes claims selectable in the article view; everything on the page can be read without it.
"use strict";

const cards = [...document.querySelectorAll(".card[data-claim]")];
const segments = [...document.querySelectorAll("[data-claims]")];

function claimsOf(segment) {
  return segment.dataset.claims.split(" ").filter(Boolean);
}

function select(claimId, { reveal, focus } = {}) {
  for (const card of cards) {
    const chosen = card.dataset.claim === claimId;
    card.classList.toggle("selected", chosen);
    const more = card.querySelector("details.more");
    if (more) more.open = chosen;
  }
  for (const segment of segments) segment.classList.toggle("selected", claimsOf(segment).includes(claimId));
  const target = reveal === "card" ? document.getElementById(claimId) : document.getElementById(`at-${claimId}`);
  if (reveal && target) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }
  if (focus) document.getElementById(claimId)?.focus({ preventScroll: true });
  history.replaceState(null, "", claimId ? `#${claimId}` : location.pathname + location.search);
}

if (cards.length) {
  document.body.classList.add("scripted");
  document.addEventListener("click", (event) => {
    const number = event.target.closest("a.number");
    const segment = event.target.closest("[data-claims]");
    const card = event.target.closest(".card");
    if (number) {
      const claimId = number.hash.slice(1).replace(/^at-/, "");
      event.preventDefault();
      select(claimId, { reveal: number.closest(".card") ? "passage" : "card", focus: !number.closest(".card") });
    } else if (segment && claimsOf(segment).length) {
      // the innermost claim first; again on the same words: the one around it
      const inner = claimsOf(segment).reverse();
      const current = inner.findIndex((id) => document.getElementById(id).classList.contains("selected"));
      select(inner[(current + 1) % inner.length], { reveal: "card" });
    } else if (card && !event.target.closest("a, details, summary")) {
      select(card.dataset.claim, { reveal: "passage" });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") select("");
  });
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (cards.some((card) => card.dataset.claim === wanted)) select(wanted, { reveal: "card" });
}

const query = document.getElementById("query");
if (query) {
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) query.form.requestSubmit();
  });
}
