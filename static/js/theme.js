// Light or dark before the first paint: the reader's choice, else the system's. Only the choice is kept.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const wished = () => (system.matches ? "dark" : "light");
  const chosen = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const show = () => { root.dataset.bsTheme = chosen() || wished(); };

  show();
  system.addEventListener("change", show);
  document.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-theme-toggle]")) return;
    const theme = root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      if (theme === wished()) localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch { /* storage is off: the choice lasts for this page */ }
  });
})();
