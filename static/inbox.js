// The inbox by keys: j and k go from line to line, x chooses, o opens. Everything also works without.
(() => {
  const lines = [...document.querySelectorAll(".inbox-line")];
  const typing = (element) => element.matches("input:not([type=checkbox]), select, textarea");
  const at = () => lines.findIndex((line) => line.contains(document.activeElement));
  const go = (index) => lines[Math.max(0, Math.min(lines.length - 1, index))]?.querySelector("input[type=checkbox], a")?.focus();
  const acts = {
    j: () => go(at() + 1),
    k: () => go(at() - 1),
    x: () => lines[at()]?.querySelector("input[type=checkbox]")?.click(),
    o: () => lines[at()]?.querySelector("a")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
})();
