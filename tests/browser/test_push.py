"""Messages on this device: the consent, the worker that shows them, and the page they open.

The browser's own service cannot be asked in a test: what it would answer is put in its place. That
a message travels from our server through a real service stays to be seen by hand.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from outbox.vapid import make_key

pytestmark = pytest.mark.browser
TOWN = "piatra-neamt"
ANSWER = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/test",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx"
        "aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
SERVICE = (
    f"PushManager.prototype.subscribe = async () => ({{ toJSON: () => ({json.dumps(ANSWER)}) }})"
)
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration(location.pathname);
  const shown = await worker.getNotifications();
  return shown.map((one) => [one.title, one.body, new URL(one.data.url).pathname]);
}"""


@pytest.fixture
def page(browser: Browser, server: str, settings: Settings, tmp_path: Path) -> Page:
    """The demonstration's resident, in a browser that may show messages."""
    settings.VAR_DIR = tmp_path
    make_key()
    context = browser.new_context(base_url=server, locale="en")
    context.grant_permissions(["notifications"], origin=server)
    context.add_init_script(SERVICE)
    page = context.new_page()
    page.goto("/demo/")
    page.locator(f"section:has(#people-{TOWN}) form:has(input[name=resident]) button").click()
    page.goto(f"/{TOWN}/preferences/")
    return page


def test_whoever_agrees_is_told_through_whom_and_sees_the_message(page: Page, server: str) -> None:
    page.locator("[data-push] button").click()
    page.wait_for_url("**/preferences/#push")
    assert "Mozilla" in page.locator("#push").inner_text()

    told = {"title": "Works", "body": "Tomorrow", "url": f"{server}/{TOWN}/news/"}
    deliver(page, server, told)
    deliver(page, server, {"title": "Elsewhere", "url": "https://elsewhere.example/"})

    page.wait_for_function(f"async () => (await ({SHOWN})()).length === 2")
    assert sorted(page.evaluate(SHOWN)) == [
        ["Elsewhere", "", f"/{TOWN}/inbox/"],  # no page of another host is ever opened
        ["Works", "Tomorrow", f"/{TOWN}/news/"],
    ]
    page.context.close()


def deliver(page: Page, server: str, told: dict[str, str]) -> None:
    """Hand a message to the worker as the browser would."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(500)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": server, "registrationId": found[-1], "data": json.dumps(told)},
    )
