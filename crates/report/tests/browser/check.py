"""Uses a report page as a reader would, in Chromium: python3 check.py PAGE.html [FOLDER]

Light, dark, on a narrow screen and printed; by mouse and by keyboard. Exits with an error at the first thing that does
not hold; prints how many matrices and galleries there were to try, which may be none. With a FOLDER it leaves pictures
of what it saw there. Needs the package playwright, and a Chromium: the system's at /usr/bin/chromium or the one that
CHROMIUM names.
"""

import os
import pathlib
import sys

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

SMALLEST_TEXT_PX = 11
NARROW_PX = 360
# As crates/report/src/page/matrix.rs has it.
MOST_SHOWN = 40

# Every visible text with its size on the screen: an SVG's text is scaled with its chart.
TEXT_SIZES = """() => {
  const sizes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    const matrix = element instanceof SVGElement && element.getScreenCTM ? element.getScreenCTM() : null;
    if (["SCRIPT", "STYLE", "title", "desc"].includes(element.tagName)) continue;
    const scale = matrix ? Math.hypot(matrix.a, matrix.b) : 1;
    sizes.push([parseFloat(getComputedStyle(element).fontSize) * scale, walker.currentNode.data.trim()]);
  }
  return sizes;
}"""

# What a screen reader would have no name for, and ids that are there twice.
UNNAMED = """() => [
  ...[...document.querySelectorAll("button")].filter((it) => !(it.ariaLabel || it.textContent.trim())),
  ...[...document.querySelectorAll("svg[role=img]")].filter((it) => !it.querySelector(":scope > title")),
  ...[...document.querySelectorAll("table")].filter((it) => !it.caption),
  ...[...document.querySelectorAll("[id]")].filter((it) => document.querySelectorAll(`[id="${it.id}"]`).length > 1),
].map((it) => it.outerHTML.slice(0, 200))"""


class Reader:
    """A browser window that notes everything the page should not do."""

    def __init__(self, browser: Browser, url: str, **context):
        self.faults: list[str] = []
        self.page: Page = browser.new_context(**context).new_page()
        self.page.on("console", lambda message: self.note(message.type in ("error", "warning"), message.text))
        self.page.on("pageerror", lambda error: self.note(True, str(error)))
        self.page.on("request", lambda request: self.note(not is_own(request.url, url), f"asked for {request.url}"))
        self.page.goto(url)

    def note(self, is_fault: bool, text: str):
        if is_fault:
            self.faults.append(text)

    def close(self):
        self.page.context.close()
        assert not self.faults, self.faults


def is_own(url: str, page_url: str) -> bool:
    return url == page_url or url.startswith("data:")


def brightness(page: Page) -> float:
    """Of the ground, 0 to 1."""
    return page.evaluate("""() => {
      const context = document.createElement("canvas").getContext("2d");
      context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
      return (red + green + blue) / 765;
    }""")


def focus_by_tab(page: Page, selector: str):
    """Presses Tab until an element of `selector` has the focus."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def check_theme(page: Page, scheme: str):
    is_dark = brightness(page) < 0.5
    assert is_dark == (scheme == "dark"), f"the page is {'dark' if is_dark else 'light'} in {scheme}"
    page.click(".theme")
    assert (brightness(page) < 0.5) != is_dark, "the button does not change the theme"
    page.click(".theme")
    assert (brightness(page) < 0.5) == is_dark, "the button does not change the theme back"


def check_names(page: Page):
    assert not page.evaluate(UNNAMED), page.evaluate(UNNAMED)
    assert page.locator("h1").count() == 1
    for link in page.locator("nav a").all():
        assert page.locator(link.get_attribute("href")).count() == 1, link.get_attribute("href")


def check_matrices(page: Page, folder: pathlib.Path | None):
    """By mouse and by keyboard, a cell of each matrix: of mistakes where there are any."""
    viewer = page.locator(".viewer")
    expect(viewer).to_be_hidden()
    for matrix in page.locator(".confusion").all():
        wrong = matrix.locator("button.wrong")
        cell = (wrong if wrong.count() else matrix.locator("button")).first
        cell.click()
        check_cell(page, cell)
        picture(page, folder, "cell")
        page.keyboard.press("Escape")
        expect(viewer).to_be_hidden()
        expect(cell).to_be_focused()
        page.keyboard.press("Enter")
        check_cell(page, cell)
        viewer.locator(".close").click()
        expect(viewer).to_be_hidden()
        cell.click()
        page.mouse.click(3, 3)
        expect(viewer).to_be_hidden()
        expect(cell).to_be_focused()


def check_cell(page: Page, cell: Locator):
    """The dialog shows the cell."""
    viewer = page.locator(".viewer")
    expect(viewer).to_be_visible()
    expect(viewer.locator("h2")).to_have_text(cell.get_attribute("data-title"))
    expect(viewer.locator(".cell li")).to_have_count(min(int(cell.inner_text()), MOST_SHOWN))


def check_galleries(page: Page, folder: pathlib.Path | None):
    """Each gallery by keyboard and by mouse, its first two digits and its last."""
    viewer = page.locator(".viewer")
    for gallery in page.locator(".gallery").all():
        digits = gallery.locator("button")
        first, second, last = digits.first, digits.nth(min(1, digits.count() - 1)), digits.last
        first.focus()
        page.keyboard.press("ArrowLeft")
        expect(first).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(second).to_be_focused()
        page.keyboard.press("Enter")
        check_digit(page, second)
        picture(page, folder, "digit")
        viewer.locator(".previous").click()
        check_digit(page, first)
        page.keyboard.press("ArrowLeft")
        check_digit(page, first)
        page.keyboard.press("ArrowRight")
        check_digit(page, second)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Escape")
        expect(viewer).to_be_hidden()
        expect(first).to_be_focused()
        last.click()
        viewer.locator(".next").click()
        check_digit(page, last)
        page.keyboard.press("Escape")
        expect(last).to_be_focused()


def check_digit(page: Page, digit: Locator):
    """The dialog shows the digit, with a bar for each of its probabilities."""
    viewer = page.locator(".viewer")
    expect(viewer.locator("h2")).to_have_text(digit.get_attribute("data-title"))
    expect(viewer.locator(".bar")).to_have_count(len(digit.get_attribute("data-probabilities").split()))


def check_tab(page: Page):
    """Tab comes to the matrices and to the galleries, from the page's beginning."""
    for buttons in (".confusion button", ".gallery button"):
        if page.locator(buttons).count():
            page.locator(".skip").focus()
            focus_by_tab(page, buttons)


def check_narrow(page: Page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW_PX, f"the page is {width} pixels wide on a screen of {NARROW_PX}"
    sizes = page.evaluate(TEXT_SIZES)
    small = [text for text in sizes if text[0] < SMALLEST_TEXT_PX - 0.01]
    assert sizes and not small, small


def check_print(page: Page, folder: pathlib.Path | None):
    page.emulate_media(media="print", color_scheme="dark")
    assert brightness(page) > 0.9, "paper is not dark"
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".theme")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0, "something stays folded on paper"
    pdf = page.pdf(format="A4", path=folder / "print.pdf" if folder else None)
    assert len(pdf) > 10_000


def check_policy(browser: Browser, url: str):
    """What a page with a hole in it could do: nothing, because its own policy forbids it."""
    page = browser.new_context().new_page()
    page.goto(url)
    blocked = page.evaluate("""() => new Promise((resolve) => {
      addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
      document.body.append(Object.assign(new Image(), { src: "http://127.0.0.1:9/image.png" }));
      setTimeout(() => resolve("nothing"), 2000);
    })""")
    assert blocked == "img-src", f"blocked {blocked}"
    page.context.close()


def picture(page: Page, folder: pathlib.Path | None, name: str, whole: bool = False):
    if folder:
        page.screenshot(path=folder / f"{name}.png", full_page=whole)


def main():
    url = pathlib.Path(sys.argv[1]).resolve().as_uri()
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            reader = Reader(browser, url, color_scheme=scheme, viewport={"width": 1100, "height": 800})
            picture(reader.page, folder, scheme, whole=True)
            check_theme(reader.page, scheme)
            check_names(reader.page)
            check_matrices(reader.page, folder)
            check_galleries(reader.page, folder)
            check_tab(reader.page)
            reader.close()
        reader = Reader(browser, url, viewport={"width": NARROW_PX, "height": 740})
        picture(reader.page, folder, "narrow", whole=True)
        check_narrow(reader.page)
        check_matrices(reader.page, None)
        check_galleries(reader.page, None)
        counts = [reader.page.locator(kind).count() for kind in (".confusion", ".gallery")]
        reader.close()
        reader = Reader(browser, url)
        check_print(reader.page, folder)
        reader.close()
        check_policy(browser, url)
        browser.close()
    print("matrices: {}, galleries: {}".format(*counts))


if __name__ == "__main__":
    main()
