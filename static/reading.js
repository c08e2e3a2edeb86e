// Keys for reading a change: j to the next edit, k to the one before, u unfolds and folds what is unchanged.
const edits = [...document.querySelectorAll("article.clause[id]")];
const isShown = (edit) => !edit.closest("details:not([open])");
let at = -1;

function go(step) {
  const shown = edits.filter(isShown);
  if (!shown.length) return;
  at = Math.min(Math.max(at + step, 0), shown.length - 1);
  shown[at].focus({ preventScroll: true });
  shown[at].scrollIntoView({ block: "center" });
}

function fold() {
  const all = document.querySelectorAll("details.unchanged");
  const opens = [...all].some((each) => !each.open);
  for (const each of all) each.open = opens;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "u") fold();
});

// A link to an edit that lies folded opens its fold.
function unfold() {
  const fold = location.hash && document.querySelector(location.hash)?.closest("details");
  if (fold) fold.open = true;
}
addEventListener("hashchange", unfold);
unfold();
document.querySelector(".keys")?.removeAttribute("hidden");
