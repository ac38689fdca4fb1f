"""Read /docs as a person does, in a browser; a program, since Playwright waits in its own way.

`browse_docs.py CHROMIUM URL TOKEN FOLDER` prints what it saw as one JSON object.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--disable-background-networking",
)
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.blockedURI));
"""
SCROLL = """top => new Promise((done) => {
  scrollTo(0, top);
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
})"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def main(chromium: str, url: str, token: str, folder: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, timeout=60_000)
        seen: dict = {"requests": [], "sockets": [], "console": [], "failed": []}
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(60_000)
        watch(context, seen)
        page = context.new_page()
        page.on("websocket", lambda socket: seen["sockets"].append(socket.url))
        page.goto(url)
        authorize(page, token, seen)
        publish(page, seen, folder)
        seen["headings"] = headings(page)
        page.set_viewport_size({"width": 400, "height": 800})
        page.screenshot(path=folder / "narrow.png", full_page=True)
        seen["too_wide"] = page.evaluate(TOO_WIDE)
        seen["violations"] = page.evaluate("violations")
        browser.close()
    print(json.dumps(seen))  # noqa: T201 - the answer


def watch(context: BrowserContext, seen: dict) -> None:
    """Note every request and everything that the console says."""
    context.add_init_script(WATCH)
    context.on("request", lambda request: seen["requests"].append(request.url))
    context.on("requestfailed", lambda request: seen["failed"].append(request.url))
    context.on("console", lambda message: seen["console"].append(message.text))
    context.on("weberror", lambda error: seen["console"].append(str(error.error)))


def authorize(page: Page, token: str, seen: dict) -> None:
    page.locator("button.authorize").first.click()
    dialog = page.locator(".modal-ux")
    seen["dialog"] = dialog.inner_text()
    dialog.locator("input").fill(token)
    dialog.locator("button.authorize").click()
    dialog.locator("button.btn-done").click()


def headings(page: Page) -> list[str]:
    """Scroll to the end: the page makes only the headings that are near what is seen."""
    found: dict[str, None] = {}
    top = 0
    while top < page.evaluate("document.documentElement.scrollHeight"):
        page.evaluate(SCROLL, top)
        tags = page.locator(".opblock-tag").evaluate_all("all => all.map(t => t.dataset.tag)")
        found |= dict.fromkeys(tags)
        top += 600
    return list(found)


def publish(page: Page, seen: dict, folder: Path) -> None:
    """Try POST /events with the example of an alarm."""
    operation = page.locator("#operations-Events-events_post")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.locator("select.examples-select-element").first.select_option("alarm")
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table tbody .response").first
    answer.wait_for()
    seen["status"] = answer.locator(".response-col_status").inner_text().split()[0]
    seen["answer"] = json.loads(answer.locator(".highlight-code code").first.inner_text())
    page.screenshot(path=folder / "published.png", full_page=True)


if __name__ == "__main__":
    main(*sys.argv[1:4], Path(sys.argv[4]))
