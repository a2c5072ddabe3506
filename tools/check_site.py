"""Open every page of the built documentation in headless Chromium, at phone and desktop width, and say what is wrong.

    tools/check_site.sh             builds the site, then runs this

Looked for: public names that stand on no page; messages of errors on the console; files that are missing; pages and tables
wider than the window; links inside the site that lead nowhere, and addresses of other sites that are not written as all
others are; a search for swiglu that does not find its page; an explorer that does not answer a click.
"""

import argparse
import re
import sys
import zlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import sync_playwright
from tqdm import tqdm

WIDTHS = {"phone": (390, 844), "desktop": (1280, 900)}
# What reaches beyond the window and lies in no box of its own that scrolls.  The theme's containers cut it off, so that the
# width of the page itself tells nothing.
WIDER = """() => {
  const most = document.documentElement.clientWidth;
  const scrolls = (e) => { for (; e && e.tagName !== 'ARTICLE'; e = e.parentElement)
    if (['auto', 'scroll'].includes(getComputedStyle(e).overflowX)) return true; return false; };
  const found = [...document.querySelectorAll('article *, .prev-next-area *')].filter((e) =>
    e.getBoundingClientRect().right > most + 1 && e.getBoundingClientRect().height > 2 && !scrolls(e));
  return found.slice(0, 3).map((e) => e.tagName + ': ' + e.textContent.trim().slice(0, 40));
}"""
LINKS = """() => ({
  links: [...document.querySelectorAll('a[href]')].map((a) => a.href),
  outside: [...document.querySelectorAll('a[href^="http"]')].map((a) => [a.getAttribute('href'), a.textContent.trim()]),
  ids: [...document.querySelectorAll('[id]')].map((e) => e.id),
  unlinked: (() => {
    const found = [], walk = document.createTreeWalker(document.querySelector('article') ?? document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode, match = /arXiv:\\S*|https?:\\S*/.exec(text.data);
      if (match && !text.parentElement.closest('a, code, pre, script')) found.push(match[0]);
    }
    return found;
  })(),
  broken: [...document.images].filter((i) => i.complete && !i.naturalWidth).map((i) => i.src),
})"""

ADDRESS = re.compile(r"https://(?P<host>[a-z0-9-]+(\.[a-z0-9-]+)+)(/[A-Za-z0-9._~/#%?=&+-]*)?")
PAPER = re.compile(r"https://arxiv\.org/abs/(?P<number>\d{2}(0[1-9]|1[0-2])\.\d{4,5})")


def wrong_address(address, text):
    """What is wrong with a link to another site, or ""."""
    if not ADDRESS.fullmatch(address) or address[-1] in ".,;:":
        return "it is no well-formed https address"
    if "arxiv.org" in address or text.startswith("arXiv"):
        paper = PAPER.fullmatch(address)
        if not paper or text != f"arXiv:{paper['number']}":
            return f"a paper of arXiv is named arXiv:NUMBER and linked to its abstract, not {text!r}"
    return ""


def place(address):
    """An address without what makes no difference, to find places that are written in two ways."""
    return address.removeprefix("https://").removeprefix("www.").rstrip("/").lower()


def pages(folder):
    return sorted(path for path in folder.rglob("*.html") if "_static" not in path.parts and path.name != "genindex.html")


class Checker:
    """The browser, and what was found."""

    def __init__(self, folder, shots):
        self.folder, self.shots, self.complaints = folder, shots, []
        self.links, self.ids, self.outside = {}, {}, {}

    def complain(self, path, text):
        name = path.relative_to(self.folder) if isinstance(path, Path) else path
        self.complaints.append(f"{name}: {text}")

    def listen(self, page):
        """Collect messages and missing files of the page that is open."""
        self.now = None
        page.on("console", lambda message: message.type == "error" and self.complain(self.now, message.text))
        page.on("pageerror", lambda error: self.complain(self.now, f"error: {error}"))
        # A search fetches the pages that it has found, which browsers refuse to pages that come from files.
        page.on("requestfailed", lambda request: request.resource_type == "fetch"
                or self.complain(self.now, f"missing: {request.url}"))
        page.route(re.compile("^https?://"), lambda route: route.abort())    # the site must do without a network

    def open(self, page, path, query=""):
        self.now = path
        page.goto(path.as_uri() + query, wait_until="load")

    def look(self, page, path):
        """One page at all widths; it is opened once, because that takes most of the time."""
        self.open(page, path)
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            wide = page.evaluate(WIDER)
            if wide:
                self.complain(path, f"wider than a {width}'s window: {'; '.join(wide)}")
            if self.shots:
                name = str(path.relative_to(self.folder).with_suffix("")).replace("/", "-")
                page.screenshot(path=self.shots / f"{name}-{width}.png", full_page=True)
        found = page.evaluate(LINKS)
        self.links[path], self.ids[path] = found["links"], set(found["ids"])
        for address, text in found["outside"]:
            if why := wrong_address(address, text):
                self.complain(path, f"{address}: {why}")
            known = self.outside.setdefault(place(address), address)
            if known != address:
                self.complain(path, f"{address} is written {known} elsewhere")
        for text in found["unlinked"]:
            self.complain(path, f"{text} is no link")
        for source in found["broken"]:
            self.complain(path, f"no picture: {source}")

    def check_links(self):
        for path, links in self.links.items():
            for link in set(links):
                parts = urlsplit(link)
                if parts.scheme != "file":
                    continue
                target = Path(unquote(parts.path))
                if target.is_dir():
                    target /= "index.html"
                if not target.exists():
                    self.complain(path, f"a link leads nowhere: {link}")
                elif parts.fragment and target in self.ids and unquote(parts.fragment) not in self.ids[target]:
                    self.complain(path, f"no such place: {link}")

    def check_names(self):
        """Every public name has an entry in the site's inventory."""
        import fastact as fa

        path = self.folder / "objects.inv"
        listed = zlib.decompress(path.read_bytes().split(b"\n", 4)[4]).decode("utf-8")
        known = {line.split(" ")[0] for line in listed.splitlines()}
        for name in fa.__all__:
            if name != "__version__" and f"fastact.{name}" not in known:
                self.complain(path, f"fastact.{name} stands on no page")

    def check_search(self, page):
        path = self.folder / "search.html"
        self.open(page, path, "?q=swiglu")
        try:
            page.wait_for_selector("#search-results a[href*='gallery/swiglu.html']", timeout=20_000)
        except Exception:
            self.complain(path, "a search for swiglu does not find its page")

    def check_explorer(self, page):
        """A click on a function draws it: its name is in the table, its curve in the source, and the panel looks otherwise."""
        path = self.folder / "explorer.html"
        self.open(page, path)
        curves = "() => Bokeh.documents[0].get_model_by_name('values').data.xs.length"
        try:
            page.wait_for_selector("#shares tr", timeout=30_000)
            page.wait_for_function(f"() => ({curves})() === 3", timeout=30_000)
            page.wait_for_timeout(500)
            panel = page.locator("#explorer .panels > div").first
            before = panel.screenshot()
            zeros = page.locator("#shares tr", has_text="relu").first.inner_text()
            page.get_by_role("button", name="leaky_relu", exact=True).click()
            page.wait_for_function(f"() => ({curves})() === 4", timeout=30_000)
            page.wait_for_selector("#leaky_relu-negative_slope input", timeout=30_000)
            page.wait_for_timeout(500)
            if panel.screenshot() == before:
                self.complain(path, "the picture is the same after a click")
            page.locator("#mean").fill("-4")
            page.wait_for_timeout(300)
            if page.locator("#shares tr", has_text="relu").first.inner_text() == zeros:
                self.complain(path, "the shares are the same with another mean")
            self.check_units(page, path)
            self.check_folds(page, path)
        except Exception as error:
            self.complain(path, f"the explorer does not answer: {str(error).splitlines()[0]}")

    def check_units(self, page, path):
        """Another unit changes the picture over the plane, another up the curves; of bilinear these are known."""
        plane = "() => Bokeh.documents[0].get_model_by_name('plane').data.image[0][0]"
        line = "() => Bokeh.documents[0].get_model_by_name('slice').data.ys.map((y) => Array.from(y))"
        page.wait_for_function(f"() => ({line})().length === 3", timeout=30_000)
        before = page.locator("#explorer-units .panels > div").first.screenshot()
        page.get_by_role("button", name="bilinear", exact=True).click()
        page.wait_for_function(f"() => ({plane})() === 16", timeout=30_000)
        page.locator("#up").fill("20")      # up = -2
        page.wait_for_timeout(500)
        unit, by_gate, by_up = page.evaluate(line)
        if (unit[0], by_gate[0], by_up[0]) != (8, -2, -4):     # these are exact
            self.complain(path, "gate * up and its gradients are wrong at gate = -4, up = -2")
        if page.locator("#explorer-units .panels > div").first.screenshot() == before:
            self.complain(path, "the picture of the unit is the same after a click")

    def check_folds(self, page, path):
        """The shares of a row add up to 1, and change with the entry, the scale and the function."""
        shares = "() => [...document.querySelectorAll('#results td:last-child')].map((cell) => Number(cell.textContent))"
        page.wait_for_function(f"() => ({shares})().length === 5", timeout=30_000)
        seen = [page.evaluate(shares)]
        for slider, value in [("#entry", "0"), ("#scale", "20")]:
            page.locator(slider).fill(value)
            seen.append(page.evaluate(shares))
        page.locator("#scale").fill("10")
        page.get_by_role("button", name="sparsemax", exact=True).click()
        page.wait_for_function(f"() => ({shares})()[0] === 0", timeout=30_000)     # x = -6 is far below the others
        seen.append(page.evaluate(shares))
        if any(abs(sum(one) - 1) > 0.01 for one in seen) or any(one == other for one, other in zip(seen, seen[1:])):
            self.complain(path, f"the shares of a row are not what they should be: {seen}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parents[1] / "docs" / "_build" / "html")
    parser.add_argument("--shots", type=Path, metavar="FOLDER", help="keep a picture of each page")
    parser.add_argument("--dark", action="store_true", help="as a reader sees it who has chosen dark colors")
    parser.add_argument("--only", metavar="PART", default="", help="pages with this in their path")
    parser.add_argument("--browser", default="/usr/bin/chromium")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    shown = [path for path in pages(folder) if options.only in str(path.relative_to(folder))]
    if not shown:
        sys.exit(f"no pages in {folder}")
    checker = Checker(folder, options.shots)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.browser, args=["--no-sandbox", "--allow-file-access-from-files"])
        page = browser.new_page(color_scheme="dark" if options.dark else "light")
        checker.listen(page)
        for path in tqdm(shown, desc="pages", disable=None):
            checker.look(page, path)
        if not options.only:
            for across, down in WIDTHS.values():
                page.set_viewport_size({"width": across, "height": down})
                checker.check_search(page)
                checker.check_explorer(page)
        browser.close()
    checker.check_links()
    checker.check_names()
    complaints = sorted(set(checker.complaints))
    print("\n".join(complaints))
    print(f"{len(shown)} pages at {len(WIDTHS)} widths, {len(complaints)} complaints")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
