"""A browser for tests: Flask's test client that reads forms before it sends them."""

import re
from html.parser import HTMLParser

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def form_of(page, ending=""):
    """What the form whose action ends like this would send, by name, as a browser reads it from the page."""
    reader = _FormReader(ending)
    reader.feed(page.text)
    return reader.sent


class _FormReader(HTMLParser):
    """Collects hidden and typed inputs, checked radios, text areas and chosen options of one form."""

    def __init__(self, ending):
        super().__init__()
        self.sent, self._ending, self._inside, self._name, self._reads = {}, ending, False, "", False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self._inside = given.get("method") == "post" and given.get("action", "").endswith(self._ending)
        if not self._inside:
            return
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.sent[given["name"]] = given.get("value") or ""
        if tag in ("textarea", "select"):
            self._name, self._reads, self.sent[given["name"]] = given["name"], tag == "textarea", ""
        if tag == "option" and "selected" in given:
            self.sent[self._name], self._reads = given.get("value", ""), "value" not in given

    def handle_data(self, text):
        if self._reads:
            self.sent[self._name] += text

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.sent[self._name] = self.sent[self._name].removeprefix("\n")
        self._reads = False
        self._inside = self._inside and tag != "form"


class Browser:
    """Flask's test client with the habits of a browser: it sends the CSRF token of the page it last saw."""

    def __init__(self, site):
        self._client, self._token = site.test_client(), ""

    def get(self, path, **options):
        return self._seen(self._client.get(path, **options))

    def post(self, path, data=None, **options):
        return self._seen(self._client.post(path, data={"csrf_token": self._token, **(data or {})}, **options))

    def sign_in(self, email="admin@example.com", password=PASSWORD, **options):
        self.get("/login")
        return self.post("/login", {"email": email, "password": password}, **options)

    def cookies(self):
        return {cookie.key: cookie for cookie in self._client._cookies.values()}

    def _seen(self, answer):
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self._token = found.group(1) if found else self._token
        return answer
