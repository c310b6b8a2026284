// Pictures are drawn as wide as the window, and paper is narrower: while it prints, each may be drawn smaller, whole.
(() => {
  if (window.picturesFitPaper) return;
  window.picturesFitPaper = true;
  const pictures = () => document.querySelectorAll("[data-testid=stPlotlyChart] svg.main-svg");
  addEventListener("beforeprint", () => {
    for (const picture of pictures())
      picture.setAttribute("viewBox", `0 0 ${picture.getAttribute("width")} ${picture.getAttribute("height")}`);
  });
  addEventListener("afterprint", () => {
    for (const picture of pictures()) picture.removeAttribute("viewBox");
  });
})();
