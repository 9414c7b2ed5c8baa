// The page's only script: its theme, and the dialog that shows the images of a cell or one image enlarged.
"use strict";
(() => {
  const root = document.documentElement;
  const theme = document.querySelector(".theme");
  const viewer = document.querySelector(".viewer");
  const heading = viewer.querySelector("h2");
  const content = viewer.querySelector(".content");
  const footer = viewer.querySelector("footer");
  let shown = null; // The button whose images the dialog shows.

  const make = (name, className, text = "") => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const words = (text) => (text ? text.split(" ") : []);

  // Image `position` of a sprite, from 0.
  const digit = (sprite, position, columns, label) => {
    const element = make("span", `digit ${sprite}`);
    element.style.setProperty("--x", position % columns);
    element.style.setProperty("--y", Math.floor(position / columns));
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
    return element;
  };

  const showCell = ({ note, sprite, columns, first, ids, confidences }) => {
    const confidence = words(confidences);
    const list = make("ul", "cell");
    words(ids).forEach((id, index) => {
      const item = make("li", "");
      const caption = confidence.length ? `#${id} · ${confidence[index]}` : `#${id}`;
      item.append(digit(sprite, Number(first) + index, Number(columns), `image ${id}`), make("span", "caption", caption));
      list.append(item);
    });
    content.replaceChildren(make("p", "none", note), list);
  };

  const showImage = (button) => {
    const names = button.closest("ul").dataset.names.split("\n");
    const bars = make("div", "bars");
    words(button.dataset.probabilities).forEach((probability, index) => {
      const bar = make("span", "bar");
      bar.style.setProperty("--share", probability);
      bars.append(make("span", "", names[index]), bar, make("span", "", `${(100 * probability).toFixed(1)} %`));
    });
    const large = make("div", "large");
    const frame = make("span", "frame");
    frame.append(button.querySelector(".digit").cloneNode(true));
    large.append(frame, bars);
    content.replaceChildren(large);
  };

  const show = (button) => {
    shown = button;
    heading.textContent = button.dataset.title;
    footer.hidden = !button.closest(".gallery");
    if (button.dataset.ids) showCell(button.dataset);
    else showImage(button);
    if (!viewer.open) viewer.showModal();
  };

  // The button `by` places further in the gallery of `button`, or none at its end.
  const neighbour = (button, by) => {
    const buttons = [...button.closest(".gallery").querySelectorAll("button")];
    return buttons[buttons.indexOf(button) + by];
  };
  const step = (by) => {
    const next = shown && shown.closest(".gallery") && neighbour(shown, by);
    if (next) show(next);
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest(".confusion button, .gallery button");
    if (button) show(button);
  });
  document.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    if (viewer.open) return step(by);
    const button = document.activeElement.closest(".gallery button");
    const next = button && neighbour(button, by);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  viewer.querySelector(".close").addEventListener("click", () => viewer.close());
  viewer.querySelector(".previous").addEventListener("click", () => step(-1));
  viewer.querySelector(".next").addEventListener("click", () => step(1));
  // A click on the dialog itself, not on something in it, is one on its backdrop or its edge.
  viewer.addEventListener("click", ({ target }) => target === viewer && viewer.close());
  // The focus goes back to what was shown last, which the arrows may have changed.
  viewer.addEventListener("close", () => shown.focus());

  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => (theme.textContent = isDark() ? "Light" : "Dark");
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  theme.hidden = false;
  label();

  // On paper nothing can be unfolded.
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((details) => (details.open = true)));
})();
